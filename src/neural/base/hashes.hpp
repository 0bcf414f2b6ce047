// SHA-256 (FIPS 180-4), for naming what was compiled, trained on and measured; CRC-32C, for the records of event files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace neural {

/// 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

/// The Castagnoli checksum of RFC 3720, appendix B.4. About a byte a nanosecond.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace neural
