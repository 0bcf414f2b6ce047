#include "neural/describe/units.hpp"

#include <gtest/gtest.h>

namespace neural::describe {
namespace {

TEST(CountText, has_three_digits_in_steps_of_a_thousand) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1.00 k");
  EXPECT_EQ(count_text(1234), "1.23 k");
  EXPECT_EQ(count_text(12'345), "12.3 k");
  EXPECT_EQ(count_text(123'456), "123 k");
  EXPECT_EQ(count_text(1'234'567), "1.23 M");
  EXPECT_EQ(count_text(5'000'000'000), "5.00 G");
  EXPECT_EQ(count_text(7'000'000'000'000'000'000), "7.00 E");
}

TEST(CountText, goes_on_to_the_next_unit_where_rounding_would_reach_it) {
  EXPECT_EQ(count_text(9'994), "9.99 k");
  EXPECT_EQ(count_text(9'996), "10.0 k");
  EXPECT_EQ(count_text(99'960), "100 k");
  EXPECT_EQ(count_text(999'499), "999 k");
  EXPECT_EQ(count_text(999'500), "1.00 M");
}

TEST(CountText, says_where_there_may_be_more) {
  EXPECT_EQ(count_text(Amount::kLargest), "≥ 9.22 E");
}

TEST(BytesText, goes_in_steps_of_1024) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1023), "1023 B");
  EXPECT_EQ(bytes_text(1024), "1.00 KiB");
  EXPECT_EQ(bytes_text(1536), "1.50 KiB");
  EXPECT_EQ(bytes_text(1023 * 1024), "1023 KiB");
  EXPECT_EQ(bytes_text(1024 * 1024 - 1), "1.00 MiB");
  EXPECT_EQ(bytes_text(std::int64_t{3} << 30), "3.00 GiB");
  EXPECT_EQ(bytes_text(Amount::kLargest), "≥ 8.00 EiB");
}

}  // namespace
}  // namespace neural::describe
