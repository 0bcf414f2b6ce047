#include "neural/bench/stats/indirect.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace neural::bench::stats {
namespace {

std::vector<double> series(std::mt19937& random, double mean, std::size_t pairs) {
  std::normal_distribution<double> noise(mean, 0.02);
  std::vector<double> logs(pairs);
  for (double& value : logs) value = noise(random);
  return logs;
}

TEST(Indirect, IsTheQuotientOfBothRatios) {
  // middle/a is 1/2 and middle/b is 1/4 in every pair: a is half of b.
  const std::vector<double> to_a(8, std::log(0.5)), to_b(8, std::log(0.25));
  const Comparison comparison = indirect_ratio(to_a, to_b, pocock_rule());
  EXPECT_NEAR(comparison.ratio, 0.5, 1e-15);
  EXPECT_NEAR(comparison.percentage, -50, 1e-12);
  EXPECT_NEAR(comparison.ci_low, 0.5, 1e-15);
  EXPECT_NEAR(comparison.ci_high, 0.5, 1e-15);
  EXPECT_EQ(comparison.pairs, 8);
  EXPECT_DOUBLE_EQ(comparison.level, 0.95);
  EXPECT_TRUE(comparison.reason.empty());
}

TEST(Indirect, EndsWhereBothIntervalsEnd) {
  const std::vector<double> to_a = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
  const std::vector<double> to_b = {1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7};
  // At half of 0.0221 eight pairs reach from the least to the largest.
  const Comparison comparison = indirect_ratio(to_a, to_b, pocock_rule());
  EXPECT_NEAR(std::log(comparison.ratio), 0.9, 1e-12);
  EXPECT_NEAR(std::log(comparison.ci_low), 1.0 - 0.8, 1e-12);
  EXPECT_NEAR(std::log(comparison.ci_high), 1.7 - 0.1, 1e-12);
}

TEST(Indirect, SwappedProgramsGiveTheReciprocal) {
  std::mt19937 random(3);
  const std::vector<double> to_a = series(random, 0.3, 16), to_b = series(random, -0.1, 24);
  const Comparison forth = indirect_ratio(to_a, to_b, pocock_rule());
  const Comparison back = indirect_ratio(to_b, to_a, pocock_rule());
  EXPECT_NEAR(forth.ratio * back.ratio, 1, 1e-12);
  EXPECT_NEAR(forth.ci_low * back.ci_high, 1, 1e-12);
  EXPECT_EQ(forth.level, back.level);
}

TEST(Indirect, OfAQuickLookHasTheLevelThatIsLeft) {
  const std::vector<double> logs = {0.01, 0.02, 0.03, 0.04, 0.05, 0.06};
  const Comparison comparison = indirect_ratio(logs, logs, quick_rule());
  EXPECT_NEAR(comparison.level, 1 - 4 / 64.0, 1e-12);  // two intervals that each miss with 2/64
  EXPECT_FALSE(std::isnan(comparison.ci_low));
}

TEST(Indirect, SaysWhyThereIsNoInterval) {
  const std::vector<double> few = {0.1, 0.2, 0.3}, many(8, 0.1);
  EXPECT_EQ(indirect_ratio(few, many, pocock_rule()).reason, "3 pairs cannot carry an interval");
  EXPECT_NEAR(indirect_ratio(few, many, pocock_rule()).ratio, std::exp(-0.1), 1e-12);
  EXPECT_EQ(indirect_ratio({}, many, pocock_rule()).reason, "one of the two was not measured in pairs");
}

TEST(Indirect, CoversTheTruth) {
  constexpr int kTrials = 2000;
  std::mt19937 random(11);
  int missed = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    const Comparison comparison = indirect_ratio(series(random, 0.4, 8), series(random, 0.1, 8), pocock_rule());
    missed += std::log(comparison.ci_low) > -0.3 || std::log(comparison.ci_high) < -0.3;
  }
  EXPECT_LE(missed, kTrials / 40);  // 2.5 %, of one look of three
}

}  // namespace
}  // namespace neural::bench::stats
