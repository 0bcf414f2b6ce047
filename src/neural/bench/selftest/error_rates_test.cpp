#include "neural/bench/selftest/error_rates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace neural::bench::selftest {
namespace {

constexpr int kWindows = 1000;

/// Pairs on a machine whose runs vary by `spread` (a share), the neural side being slower by `effect`.
Pairs simulated(int pairs, double spread, double effect, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise(0, spread);
  Pairs made;
  for (int pair = 0; pair < pairs; ++pair) {
    made.neural.push_back((1 + effect) * std::exp(noise(random)));
    made.native.push_back(std::exp(noise(random)));
  }
  return made;
}

// python3 -c "import scipy.stats as s;
// print(repr(s.ttest_ind([1.5,2.25,1.75,3],[2.5,2.75,4,3.25,2],equal_var=False).pvalue))" (scipy 1.17.1)
TEST(Welch, EqualsScipy) {
  const std::vector<double> four = {1.5, 2.25, 1.75, 3.0}, five = {2.5, 2.75, 4.0, 3.25, 2.0};
  EXPECT_NEAR(welch_test(four, five), 0.14734051022834738, 1e-13);
  EXPECT_DOUBLE_EQ(welch_test(five, four), welch_test(four, five));
  std::vector<double> ten, twenty;
  for (int i = 1; i <= 10; ++i) {
    ten.push_back(i);
    twenty.push_back(2 * i);
  }
  EXPECT_NEAR(welch_test(ten, twenty), 0.02307128375414564, 1e-13);
}

TEST(Welch, SamplesWithoutSpread) {
  const std::vector<double> ones = {1, 1, 1}, twos = {2, 2};
  EXPECT_EQ(welch_test(ones, ones), 1);
  EXPECT_EQ(welch_test(ones, twos), 0);
}

TEST(Replay, EqualProgramsOnAQuietMachineAreEquivalent) {
  const ErrorRates rates = replay(simulated(400, 0.004, 0, 1), stats::pocock_rule(), kWindows, 2);
  EXPECT_GT(rates.equivalent, 0.99);
  EXPECT_LT(rates.different(), 0.01);
  EXPECT_DOUBLE_EQ(rates.faster + rates.slower + rates.equivalent + rates.inconclusive, 1);
  EXPECT_LT(rates.pairs, 9) << "most sessions stop at their first look";
}

TEST(Replay, ADifferenceHasItsDirection) {
  const ErrorRates slower = replay(simulated(400, 0.01, 0.10, 1), stats::pocock_rule(), kWindows, 2);
  EXPECT_GT(slower.slower, 0.99);
  EXPECT_EQ(slower.faster, 0);
  const ErrorRates faster = replay(simulated(400, 0.01, -0.10, 1), stats::pocock_rule(), kWindows, 2);
  EXPECT_GT(faster.faster, 0.99);
  EXPECT_EQ(faster.slower, 0);
}

TEST(Replay, NoiseHidesASmallDifference) {
  const ErrorRates rates = replay(simulated(400, 0.10, 0.02, 1), stats::pocock_rule(), kWindows, 2);
  EXPECT_GT(rates.inconclusive, 0.5);
  EXPECT_GT(rates.pairs, 16);
}

TEST(Replay, DriftMisleadsBlocksAndNotPairs) {
  const Pairs pairs = simulated(4000, 0.01, 0, 1);
  EXPECT_NEAR(replay_blocks(pairs, kWindows, 2), 0.05, 0.03);
  EXPECT_GT(replay_blocks(pairs, kWindows, 2, 0.06), 0.9);
  EXPECT_LT(replay(pairs, stats::pocock_rule(), kWindows, 2, 0.06).different(), 0.05);
}

TEST(Replay, OfAsManyPairsAsTheLastLookIsOneWindow) {
  const Pairs pairs = simulated(24, 0.01, 0, 1);
  const ErrorRates rates = replay(pairs, stats::pocock_rule(), 10, 2);
  EXPECT_TRUE(rates.different() == 0 || rates.different() == 1);
}

TEST(Sessions, ShareNoPair) {
  const Sessions none = disjoint_sessions(simulated(100, 0.01, 0, 1), stats::pocock_rule());
  EXPECT_EQ(none.all, 4);
  EXPECT_EQ(none.different, 0);
  EXPECT_EQ(disjoint_sessions(simulated(100, 0.01, 0.1, 1), stats::pocock_rule()).different, 4);
  EXPECT_EQ(disjoint_sessions(simulated(100, 0.01, -0.1, 1), stats::pocock_rule()).different, 4);
  EXPECT_EQ(disjoint_sessions(simulated(23, 0.01, 0, 1), stats::pocock_rule()).all, 0);
}

TEST(Replay, TheSameSeedGivesTheSameRates) {
  const Pairs pairs = simulated(100, 0.03, 0.02, 1);
  EXPECT_EQ(replay(pairs, stats::pocock_rule(), 200, 5).slower, replay(pairs, stats::pocock_rule(), 200, 5).slower);
}

TEST(Variation, IsDeviationByMean) {
  const std::vector<double> samples = {9, 10, 11};
  EXPECT_DOUBLE_EQ(coefficient_of_variation(samples), 0.1);
}

TEST(Variation, WithinPairsIsWhatBothSidesDoNotShare) {
  EXPECT_NEAR(pair_variation(simulated(4000, 0.02, 0.5, 1)), 0.02, 0.001);
  EXPECT_NEAR(pair_variation({{1, 2, 4}, {1, 2, 4}}), 0, 1e-15);
  EXPECT_NEAR(pair_variation({{std::exp(0.03), 2}, {1, 2 * std::exp(0.03)}}), 0.03, 1e-15);
}

}  // namespace
}  // namespace neural::bench::selftest
