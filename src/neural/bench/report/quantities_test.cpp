#include "neural/bench/report/quantities.hpp"

#include <gtest/gtest.h>

namespace neural::bench::report {
namespace {

TEST(Seconds, have_three_digits_and_a_unit_that_suits) {
  EXPECT_EQ(show_seconds(2.1449), "2.14 s");
  EXPECT_EQ(show_seconds(0.0312), "31.2 ms");
  EXPECT_EQ(show_seconds(0.00098), "980 µs");
  EXPECT_EQ(show_seconds(4e-9), "4.00 ns");
  EXPECT_EQ(show_seconds(213.7), "214 s");
  EXPECT_EQ(show_seconds(1234.4), "1,234 s");
  EXPECT_EQ(show_seconds(0), "0 s");
  EXPECT_EQ(show_seconds(-0.012), "-12.0 ms");
}

TEST(Seconds, are_never_a_thousand_of_the_smaller_unit) {
  EXPECT_EQ(show_seconds(0.9996), "1.00 s");
  EXPECT_EQ(show_seconds(0.9994), "999 ms");
  EXPECT_EQ(show_seconds(9.996), "10.0 s");
}

TEST(Bytes, are_whole_mebibytes_where_that_is_enough) {
  EXPECT_EQ(show_bytes(412.3 * 1024 * 1024), "412 MiB");
  EXPECT_EQ(show_bytes(1.21 * 1024 * 1024 * 1024), "1.21 GiB");
  EXPECT_EQ(show_bytes(2.44 * 1024 * 1024), "2.4 MiB");
  EXPECT_EQ(show_bytes(12 * 1024), "12 KiB");
  EXPECT_EQ(show_bytes(-3.0 * 1024 * 1024), "-3.0 MiB");
  EXPECT_EQ(show_bytes(0), "0 KiB");
}

TEST(Percentages, always_have_a_sign_and_zero_is_not_negative) {
  EXPECT_EQ(show_percentage(1.84), "+1.8 %");
  EXPECT_EQ(show_percentage(-4.06), "-4.1 %");
  EXPECT_EQ(show_percentage(-0.04), "+0.0 %");
  EXPECT_EQ(show_percentage(12345.6), "+12,346 %");
  EXPECT_EQ(show_points(-0.00004), "+0.00 pp");
  EXPECT_EQ(show_points(0.00125), "+0.12 pp");
}

TEST(Levels, keep_the_digit_that_matters) {
  EXPECT_EQ(show_level(0.95), "95 %");
  EXPECT_EQ(show_level(0.96875), "96.9 %");
  EXPECT_EQ(show_delta(0.03), "3 %");
}

TEST(Quantities, that_are_missing_are_a_dash) {
  EXPECT_EQ(show_if(std::nullopt, show_seconds), kNoNumber);
  EXPECT_EQ(show_change(std::nullopt, show_bytes), kNoNumber);
  EXPECT_EQ(show_change(0.012, show_seconds), "+12.0 ms");
  EXPECT_EQ(show_change(-0.012, show_seconds), "-12.0 ms");
}

}  // namespace
}  // namespace neural::bench::report
