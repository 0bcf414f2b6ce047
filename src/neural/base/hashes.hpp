// SHA-256 (FIPS 180-4), for naming what was compiled, trained on and measured.
#pragma once

#include <string>
#include <string_view>

namespace neural {

/// 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

}  // namespace neural
