#include "neural/base/amount.hpp"

#include <gtest/gtest.h>

namespace neural {
namespace {

TEST(Amount, adds_and_multiplies_like_a_number) {
  const Amount six = 2 * Amount(3);
  EXPECT_EQ(six + 4, 10);
  EXPECT_LT(six, 7);
}

TEST(Amount, stays_at_the_largest_number) {
  const Amount largest = Amount::kLargest;
  EXPECT_EQ(largest + 1, largest);
  EXPECT_EQ(largest * 2, largest);
  EXPECT_EQ(Amount(std::int64_t{1} << 32) * (std::int64_t{1} << 31), largest);
  EXPECT_FALSE(Amount(Amount::kLargest - 1).is_largest());
  EXPECT_EQ(largest * 0, 0);
}

TEST(AmountDeathTest, is_not_negative) {
  EXPECT_DEATH(Amount(-1), "an amount is not negative");
}

}  // namespace
}  // namespace neural
