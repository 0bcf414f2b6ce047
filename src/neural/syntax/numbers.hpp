// The text of numbers. Numbers here match the grammar of whole numbers or fractions, sign and all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace neural::syntax {

bool fits_integer(std::string_view number);  ///< in 64 bits
bool fits_double(std::string_view number);   ///< a finite double; one that is too small for any other is zero

/// The value of a number that fits.
std::int64_t integer_of(std::string_view number);
double double_of(std::string_view number);

/// The fix for a number that runs on, as `1_000`, `28x28` or `0x10`; empty if none is known.
std::string help_for_malformed(std::string_view number);

}  // namespace neural::syntax
