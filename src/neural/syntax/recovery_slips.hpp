// For tests: every small slip of the hand in a program, one at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neural/syntax/source.hpp"

namespace neural::syntax {

/// A change of one token of a program, or of two neighbours.
struct Slip {
  std::string what;  ///< "delete `(` at 57"
  Span span;         ///< what is replaced
  std::string by;
  std::vector<std::uint32_t> places;  ///< offsets in the changed program of those tokens and of their neighbours
};

/// At every token of `program`: without it; with it twice; with each punctuation mark before it; swapped with the next;
/// and for a keyword, in the wrong case and with a letter missing, wrong, or twice.
std::vector<Slip> slips_in(std::string_view program);

std::string with_slip(std::string_view program, const Slip& slip);

}  // namespace neural::syntax
