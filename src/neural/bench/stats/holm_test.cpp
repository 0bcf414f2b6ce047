#include "neural/bench/stats/holm.hpp"

#include <gtest/gtest.h>

namespace neural::bench::stats {
namespace {

using Rejected = std::vector<bool>;

TEST(Holm, compares_the_smallest_with_the_strictest_limit) {
  // 0.01 <= 0.05/4, 0.015 <= 0.05/3, 0.03 > 0.05/2: it and everything above it stand.
  EXPECT_EQ(holm(std::vector<double>{0.03, 0.01, 0.04, 0.015}, 0.05), (Rejected{false, true, false, true}));
}

TEST(Holm, stops_at_the_first_that_is_too_large) {
  // 0.04 alone would be below 0.05/1, but 0.02 > 0.05/3 comes before it.
  EXPECT_EQ(holm(std::vector<double>{0.02, 0.025, 0.04}, 0.05), (Rejected{false, false, false}));
}

TEST(Holm, limits_themselves_are_rejected) {
  EXPECT_EQ(holm(std::vector<double>{0.025, 0.05}, 0.05), (Rejected{true, true}));
}

TEST(Holm, one_hypothesis_is_an_ordinary_test_and_none_is_none) {
  EXPECT_EQ(holm(std::vector<double>{0.05}, 0.05), (Rejected{true}));
  EXPECT_EQ(holm(std::vector<double>{0.051}, 0.05), (Rejected{false}));
  EXPECT_TRUE(holm({}, 0.05).empty());
}

TEST(Holm, six_comparisons_of_eight_pairs_can_all_survive) {
  const double least = 2.0 / 256;
  EXPECT_EQ(holm(std::vector<double>(6, least), 0.05), Rejected(6, true));
  EXPECT_EQ(holm(std::vector<double>(7, least), 0.05), Rejected(7, false));
}

}  // namespace
}  // namespace neural::bench::stats
