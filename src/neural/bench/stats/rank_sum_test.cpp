#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "neural/bench/stats/exact_tests.hpp"
#include "neural/bench/stats/example_samples.hpp"

namespace neural::bench::stats {
namespace {

Samples moved(Samples samples, double by) {
  for (double& sample : samples) sample += by;
  return samples;
}

/// U of every way to divide 0 … m+n-1 into samples of m and n, counted.
Samples enumerate(int first, int second) {
  Samples counts(static_cast<std::size_t>(first * second) + 1, 0.0);
  double ways = 0;
  for (unsigned chosen = 0; chosen < 1U << (first + second); ++chosen) {
    if (__builtin_popcount(chosen) != first) continue;
    std::size_t pairs = 0;
    for (int low = 0; low < first + second; ++low) {
      for (int high = low + 1; high < first + second; ++high) {
        if ((chosen >> low & 1U) != 0 && (chosen >> high & 1U) == 0) ++pairs;
      }
    }
    for (std::size_t k = pairs; k < counts.size(); ++k) counts[k] += 1;
    ways += 1;
  }
  for (double& count : counts) count /= ways;
  return counts;
}

TEST(RankSumDistribution, EqualsTheEnumerationOfAllDivisions) {
  for (int first = 0; first <= 6; ++first) {
    for (int second = 0; second <= 6; ++second) {
      const Samples expected = enumerate(first, second);
      const Samples found = rank_sum_distribution(first, second);
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t k = 0; k < found.size(); ++k) EXPECT_NEAR(found[k], expected[k], 1e-15) << first << second << k;
    }
  }
}

// scipy 1.17.1: scipy.stats._mannwhitneyu._MWU(m, n).cdf(k) and mannwhitneyu(second, first, method="exact").pvalue.
TEST(RankSumDistribution, AgreesWithScipy) {
  EXPECT_NEAR(rank_sum_distribution(8, 12)[22], 0.023672302929268876, 1e-12);
  EXPECT_NEAR(rank_sum_distribution(24, 24)[192], 0.02413984348951681, 1e-12);
  EXPECT_NEAR(rank_sum_distribution(6, 6)[5], 0.020562770562770564, 1e-12);
}

TEST(RankSumTest, AgreesWithScipy) {
  EXPECT_NEAR(rank_sum_test(kEight, kTwelve).p_value(), 0.4726680955783123, 1e-12);
  EXPECT_NEAR(rank_sum_test(kTwelve, kTwentyFour).p_value(), 0.9604456179094665, 1e-12);
  EXPECT_NEAR(rank_sum_test(kTwelve, moved(kTwentyFour, 0.01)).p_value(), 0.09710663855399837, 1e-12);
  EXPECT_NEAR(rank_sum_test(kTwentyFour, moved(kTwentyFour, 0.01)).p_value(), 0.03368255779226272, 1e-12);
  EXPECT_NEAR(rank_sum_test(kEight, moved(kTwelve, 0.03)).p_value(), 0.005493371437643883, 1e-12);
  EXPECT_NEAR(rank_sum_test(kTwelve, moved(kTwentyFour, 0.03)).p_value(), 2.555609962532687e-05, 1e-16);
  EXPECT_NEAR(rank_sum_test(kEight, kTwelve).estimate(), -0.006259, 1e-12);
  EXPECT_NEAR(rank_sum_test(kTwelve, kTwentyFour).estimate(), 0.0002235, 1e-12);
}

TEST(RankSumTest, TestAndIntervalAgree) {
  for (int step = -30; step <= 30; ++step) {
    const ExactTest test = rank_sum_test(kEight, moved(kTwelve, 0.001 * step));
    EXPECT_EQ(test.interval(0.05)->excludes_zero(), test.p_value() <= 0.05) << step;
  }
}

TEST(RankSumTest, ExchangedSamplesGiveTheMirrorImage) {
  const ExactTest one = rank_sum_test(kEight, kTwelve), other = rank_sum_test(kTwelve, kEight);
  EXPECT_EQ(one.p_value(), other.p_value());
  EXPECT_EQ(one.estimate(), -other.estimate());
  EXPECT_EQ(one.interval(0.05)->low, -other.interval(0.05)->high);
  EXPECT_EQ(one.interval(0.05)->high, -other.interval(0.05)->low);
}

TEST(RankSumTest, TooFewSamplesCarryNoInterval) {
  EXPECT_FALSE(rank_sum_test(Samples{1, 2, 3}, Samples{4, 5, 6}).interval(0.05).has_value());
  EXPECT_TRUE(rank_sum_test(Samples{1, 2, 3, 3}, Samples{4, 5, 6, 7}).interval(0.05).has_value());
  EXPECT_EQ(rank_sum_test({}, kEight).p_value(), 1);
}

TEST(RankSumTest, TheIntervalCoversAShiftAsOftenAsItSays) {
  constexpr int kTrials = 2000;
  std::mt19937_64 generator(11);
  std::normal_distribution<double> noise(0, 0.01);
  int covered = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    Samples first(6), second(8);
    for (double& sample : first) sample = noise(generator);
    for (double& sample : second) sample = 0.02 + noise(generator);
    const Interval interval = *rank_sum_test(first, second).interval(0.05);
    covered += interval.low <= 0.02 && 0.02 <= interval.high ? 1 : 0;
  }
  const double level = rank_sum_test(Samples(6), Samples(8)).interval(0.05)->level;
  EXPECT_GE(level, 0.95);
  EXPECT_NEAR(covered / double{kTrials}, level, 3 * std::sqrt(level * (1 - level) / kTrials));
}

}  // namespace
}  // namespace neural::bench::stats
