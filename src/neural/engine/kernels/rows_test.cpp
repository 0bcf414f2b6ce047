// Maxima of windows, and bytes as numbers, by every instruction set.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "neural/engine/kernels/kernels.hpp"

namespace neural::engine {
namespace {

TEST(MaxOfRows, is_the_first_of_the_largest_or_of_those_that_are_no_numbers) {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  // By channel: the last, the first of equals, one that is no number, the first of two, and one in front.
  const float columns[5][3] = {{1, 2, 3}, {4, 4, 1}, {1, kNone, 7}, {1, kNone, kNone}, {kNone, 5, 6}};
  const std::int32_t winners[5] = {12, 10, 11, 11, 10};
  for (const Isa isa : {Isa::kPortable, Isa::kAvx2, Isa::kAvx512}) {
    if (!is_available(isa)) continue;
    constexpr std::int64_t kChannels = 37;  // vectors, and a rest
    std::vector<std::vector<float>> rows(3);
    for (std::size_t r = 0; r < 3; ++r) {
      for (std::int64_t c = 0; c < kChannels; ++c) rows[r].push_back(columns[c % 5][r]);
    }
    const float* pointers[3] = {rows[0].data(), rows[1].data(), rows[2].data()};
    const std::int32_t places[3] = {10, 11, 12};
    std::vector<float> largest(kChannels);
    std::vector<std::int32_t> found(kChannels);
    kernels_of(isa).max_of_rows({pointers, places, 3}, kChannels, largest.data(), found.data());
    for (std::size_t c = 0; c < kChannels; ++c) {
      EXPECT_EQ(found[c], winners[c % 5]) << isa_name(isa) << " " << c;
      const float expected = columns[c % 5][winners[c % 5] - 10];
      EXPECT_TRUE(largest[c] == expected || (std::isnan(largest[c]) && std::isnan(expected))) << c;
    }
  }
}

TEST(ScaleBytes, divides_by_255) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 300; ++i) bytes.push_back(static_cast<std::uint8_t>(i % 256));
  for (const Isa isa : {Isa::kPortable, Isa::kAvx2, Isa::kAvx512}) {
    if (!is_available(isa)) continue;
    std::vector<float> values(bytes.size());
    kernels_of(isa).scale_bytes(values.data(), bytes.data(), static_cast<std::int64_t>(bytes.size()));
    for (std::size_t i = 0; i < bytes.size(); ++i) EXPECT_EQ(values[i], static_cast<float>(bytes[i]) / 255.0F) << i;
  }
}

}  // namespace
}  // namespace neural::engine
