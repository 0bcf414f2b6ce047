// Random numbers by counting: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011). Any element of any stream can be made without those before it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace neural::weights {

/// Four random 32-bit numbers of a counter and a key.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// One stream of numbers: the same for the same seed and name, and independent of all others.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  /// Uniform in [0, 1), a multiple of 2^-32.
  double uniform();

  /// Standard normal, by Box and Muller.
  double normal();

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 2> stream_;
  std::uint64_t block_ = 0;
  std::array<std::uint32_t, 4> numbers_{};
  std::size_t used_ = 4;
};

}  // namespace neural::weights
