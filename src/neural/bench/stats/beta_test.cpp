#include "neural/bench/stats/beta.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace neural::bench::stats {
namespace {

TEST(IncompleteBeta, agrees_with_scipy) {
  EXPECT_NEAR(incomplete_beta(2, 3, 0.4), 0.5248, 1e-14);
  EXPECT_NEAR(incomplete_beta(0.5, 0.5, 0.1), 0.20483276469913345, 1e-14);
  EXPECT_NEAR(incomplete_beta(20, 5, 0.7), 0.1110752232609222, 1e-14);
  EXPECT_NEAR(incomplete_beta(300, 700, 0.31), 0.7564186827315443, 1e-12);
  EXPECT_NEAR(incomplete_beta(1000, 1000, 0.49), 0.1855526594315119, 1e-12);
  EXPECT_NEAR(incomplete_beta(5, 1, 0.999), 0.995009990004999, 1e-14);
}

TEST(IncompleteBeta, is_a_distribution_function) {
  EXPECT_EQ(incomplete_beta(3, 4, 0), 0);
  EXPECT_EQ(incomplete_beta(3, 4, 1), 1);
  EXPECT_NEAR(incomplete_beta(3, 4, 0.3) + incomplete_beta(4, 3, 0.7), 1, 1e-15);
}

TEST(IncompleteBeta, gives_the_tails_of_fair_coins) {
  const std::vector<double> distribution = sign_distribution(24);
  for (int heads = 0; heads < 24; ++heads) {
    EXPECT_NEAR(incomplete_beta(24 - heads, heads + 1, 0.5), distribution[static_cast<std::size_t>(heads)], 1e-14);
  }
}

TEST(IncompleteBeta, is_inverted) {
  for (const double probability : {1e-6, 0.1, 0.5, 0.975}) {
    EXPECT_NEAR(incomplete_beta(8, 3, inverse_incomplete_beta(8, 3, probability)), probability, 1e-13);
  }
}

TEST(ClopperPearson, agrees_with_scipy) {
  const Interval three = clopper_pearson(3, 10, 0.05);
  EXPECT_NEAR(three.low, 0.06673951117773447, 1e-13);
  EXPECT_NEAR(three.high, 0.652452850060008, 1e-13);
  EXPECT_DOUBLE_EQ(three.level, 0.95);
  const Interval seven = clopper_pearson(7, 9, 0.1);
  EXPECT_NEAR(seven.low, 0.45035835049338985, 1e-13);
  EXPECT_NEAR(seven.high, 0.9589768324930035, 1e-13);
}

TEST(ClopperPearson, of_none_and_of_all_ends_at_the_border) {
  const Interval none = clopper_pearson(0, 10, 0.05);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 1 - std::pow(0.025, 0.1), 1e-14);
  const Interval all = clopper_pearson(10, 10, 0.05);
  EXPECT_NEAR(all.low, std::pow(0.025, 0.1), 1e-14);
  EXPECT_EQ(all.high, 1);
}

TEST(ClopperPearson, of_one_and_of_all_but_one_ends_at_a_root_on_one_side) {
  EXPECT_NEAR(clopper_pearson(1, 10, 0.05).low, 1 - std::pow(0.975, 0.1), 1e-14);
  EXPECT_NEAR(clopper_pearson(9, 10, 0.05).high, std::pow(0.975, 0.1), 1e-14);
}

TEST(ClopperPearson, covers_every_proportion_at_least_as_often_as_it_says) {
  constexpr int kTrials = 12;
  for (double proportion = 0.01; proportion < 1; proportion += 0.01) {
    double covered = 0;
    for (int successes = 0; successes <= kTrials; ++successes) {
      const Interval interval = clopper_pearson(successes, kTrials, 0.1);
      if (proportion < interval.low || proportion > interval.high) continue;
      const double below =
          successes == kTrials ? 1 : incomplete_beta(kTrials - successes, successes + 1, 1 - proportion);
      const double under = successes == 0 ? 0 : incomplete_beta(kTrials - successes + 1, successes, 1 - proportion);
      covered += below - under;
    }
    EXPECT_GE(covered, 0.9) << proportion;
  }
}

}  // namespace
}  // namespace neural::bench::stats
