#include "neural/model/window_padding.hpp"

#include <gtest/gtest.h>

namespace neural::model {
namespace {

Padding same(std::int64_t input, std::int64_t size, std::int64_t stride, std::int64_t dilation = 1) {
  return same_padding({input, size, stride, dilation}).value();
}

TEST(SamePadding, PutsTheLargerHalfBehind) {
  EXPECT_EQ(same(28, 3, 2), (Padding{0, 1}));
  EXPECT_EQ(same(28, 5, 2), (Padding{1, 2}));
  EXPECT_EQ(same(28, 2, 1), (Padding{0, 1}));
  EXPECT_EQ(same(27, 3, 2), (Padding{1, 1}));
}

TEST(SamePadding, CountsTheReachOfADilatedWindow) {
  EXPECT_EQ(same(9, 3, 1, 2), (Padding{2, 2}));
}

TEST(SamePadding, IsNothingWhereWindowsLeaveGaps) {
  EXPECT_EQ(same(9, 1, 3), (Padding{0, 0}));
}

TEST(SamePadding, NeedsTheSizeOnlyWithAStride) {
  EXPECT_EQ(same_padding({std::nullopt, 3, 1, 1}), (Padding{1, 1}));
  EXPECT_EQ(same_padding({std::nullopt, 3, 2, 1}), std::nullopt);
}

TEST(SamePadding, GivesTheOutputSizeOfTheLanguage) {
  for (std::int64_t input = 1; input <= 12; ++input) {
    for (std::int64_t size = 1; size <= 5; ++size) {
      for (std::int64_t stride = 1; stride <= 4; ++stride) {
        const Padding padding = same(input, size, stride);
        const std::int64_t padded = input + padding.before + padding.after;
        EXPECT_EQ((padded - size) / stride + 1, (input + stride - 1) / stride) << input << " " << size << " " << stride;
        EXPECT_TRUE(padding.after == padding.before || padding.after == padding.before + 1);
      }
    }
  }
}

}  // namespace
}  // namespace neural::model
