#include "neural/bench/stats/power.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace neural::bench::stats {
namespace {

TEST(RobustSpread, of_the_normal_quantiles_is_their_standard_deviation) {
  EXPECT_NEAR(robust_spread(std::vector<double>{-0.6744897501960817, 0, 0.6744897501960817}), 1, 1e-12);
}

TEST(RobustSpread, falls_back_where_most_of_the_sample_is_equal) {
  EXPECT_DOUBLE_EQ(robust_spread(std::vector<double>{1, 1, 1, 5}), 2);
  EXPECT_EQ(robust_spread(std::vector<double>{3}), 0);
}

TEST(MinimalDetectableEffect, agrees_with_the_power_of_scipys_binomial_test) {
  EXPECT_NEAR(minimal_detectable_effect(6, 1, 0.05), 1.7927367205804208, 1e-9);
  EXPECT_NEAR(minimal_detectable_effect(8, 1, 0.0221), 1.9187573081293992, 1e-9);
  EXPECT_NEAR(minimal_detectable_effect(16, 1, 0.0221), 1.0490312109895752, 1e-9);
  EXPECT_NEAR(minimal_detectable_effect(24, 1, 0.0221), 0.9669391953614344, 1e-9);
  EXPECT_NEAR(minimal_detectable_effect(24, 1, 0.05), 0.8304983475716127, 1e-9);
}

TEST(MinimalDetectableEffect, grows_with_the_spread_and_is_infinite_without_enough_pairs) {
  EXPECT_DOUBLE_EQ(minimal_detectable_effect(16, 0.02, 0.05), 2 * minimal_detectable_effect(16, 0.01, 0.05));
  EXPECT_EQ(minimal_detectable_effect(6, 0.02, 0.0221), std::numeric_limits<double>::infinity());
}

TEST(PairsNeeded, is_four_times_as_many_for_half_the_width) {
  // Half of 0.04 is 0.02; lying within 0.03 around 0.02 takes 0.01, excluding zero 0.02: the easier one counts.
  EXPECT_EQ(pairs_needed(8, 0.02, {-0.02, 0.06, 0.95}, 0.03), 32);
  EXPECT_EQ(pairs_needed(8, 0.0, {-0.06, 0.06, 0.95}, 0.03), 32);
}

TEST(PairsNeeded, is_a_million_at_most) {
  EXPECT_EQ(pairs_needed(8, 0.0, {-100, 100, 0.95}, 1e-6), 1'000'000);
}

TEST(PairsNeeded, is_the_same_for_swapped_sides_and_never_less_than_one_more) {
  EXPECT_EQ(pairs_needed(8, -0.02, {-0.06, 0.02, 0.95}, 0.03), 32);
  EXPECT_EQ(pairs_needed(8, 0.02, {0, 0.03, 0.95}, 0.03), 9);
}

}  // namespace
}  // namespace neural::bench::stats
