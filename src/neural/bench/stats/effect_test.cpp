#include "neural/bench/stats/effect.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace neural::bench::stats {
namespace {

using Samples = std::vector<double>;

const Samples kSymmetric = {0.011, 0.014, 0.017, 0.02, 0.023, 0.026, 0.029, 0.032};

TEST(LogRatios, swapped_sides_give_the_exact_negatives) {
  const Samples neural = {1.1, 0.37, 3.0000001, 12.5};
  const Samples native = {1.3, 0.41, 2.9999999, 7.7};
  const Samples ratios = log_ratios(neural, native);
  const Samples swapped = log_ratios(native, neural);
  EXPECT_NEAR(ratios[0], std::log(1.1 / 1.3), 1e-15);
  for (std::size_t i = 0; i < ratios.size(); ++i) EXPECT_EQ(swapped[i], -ratios[i]);
}

TEST(PairedTests, of_symmetric_pairs_is_that_of_the_signed_ranks) {
  const Effect effect = PairedTests(kSymmetric).at(0.05);
  EXPECT_FALSE(effect.skewed);
  EXPECT_DOUBLE_EQ(effect.estimate, 0.0215);
  EXPECT_EQ(effect.interval->low, signed_rank_test(kSymmetric).interval(0.05)->low);
  EXPECT_EQ(effect.interval->level, 1 - 10.0 / 256);
  EXPECT_EQ(effect.p_value, 2.0 / 256);
}

TEST(PairedTests, of_symmetric_pairs_has_the_larger_of_both_p_values) {
  const Samples around = {-0.013, -0.009, -0.005, -0.001, 0.003, 0.007, 0.011, 0.015};
  const Effect effect = PairedTests(around).at(0.05);
  EXPECT_FALSE(effect.skewed);
  EXPECT_LT(signed_rank_test(around).p_value(), 0.95);
  EXPECT_EQ(effect.p_value, 1) << "four of eight signs";
}

TEST(PairedTests, of_a_one_sided_tail_is_that_of_the_signs) {
  const Samples tail = {0.010, 0.011, 0.012, 0.013, 0.014, 0.3, 0.4, 0.5};
  for (const double sign : {1.0, -1.0}) {
    Samples ratios;
    for (const double value : tail) ratios.push_back(sign * value);
    const Effect effect = PairedTests(ratios).at(0.05);
    EXPECT_TRUE(effect.skewed);
    EXPECT_DOUBLE_EQ(effect.estimate, sign * 0.0135) << "the median";
    EXPECT_EQ(effect.interval->low, sign_test(ratios).interval(0.05)->low);
    EXPECT_EQ(effect.interval->level, 1 - 2.0 / 256);
  }
}

TEST(PairedTests, where_the_tests_disagree_the_signs_decide) {
  // One small pair points the other way: enough for the sign test not to reject, too little for the signed ranks.
  const Samples ratios = {-0.001, 0.014, 0.017, 0.02, 0.023, 0.026, 0.029, 0.032};
  ASSERT_TRUE(signed_rank_test(ratios).interval(0.05)->excludes_zero());
  const Effect effect = PairedTests(ratios).at(0.05);
  EXPECT_TRUE(effect.skewed);
  EXPECT_FALSE(effect.interval->excludes_zero());
  EXPECT_EQ(effect.p_value, sign_test(ratios).p_value());
}

TEST(PairedTests, claims_a_difference_exactly_where_its_p_value_does) {
  for (unsigned signs = 0; signs < 256; ++signs) {
    Samples ratios = kSymmetric;
    for (std::size_t i = 0; i < ratios.size(); ++i) ratios[i] *= (signs >> i & 1U) != 0 ? -1 : 1;
    for (const double alpha : {0.0221, 0.05, 0.1}) {
      const Effect effect = PairedTests(ratios).at(alpha);
      EXPECT_EQ(effect.interval->excludes_zero(), effect.p_value <= alpha);
      EXPECT_EQ(effect.interval->excludes_zero(), sign_test(ratios).interval(alpha)->excludes_zero());
    }
  }
}

TEST(PairedTests, of_few_pairs_has_an_estimate_and_no_interval) {
  const Effect effect = PairedTests(Samples{0.1, 0.2, 0.3}).at(0.05);
  EXPECT_DOUBLE_EQ(effect.estimate, 0.2);
  EXPECT_FALSE(effect.interval);
}

}  // namespace
}  // namespace neural::bench::stats
