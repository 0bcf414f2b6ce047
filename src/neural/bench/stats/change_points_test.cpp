#include "neural/bench/stats/change_points.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <string>

#include "neural/bench/stats/example_samples.hpp"

namespace neural::bench::stats {
namespace {

/// Log ratios of revisions, measured in 16 pairs on a machine of medium noise: deviation 0.5 %.
class Revisions {
 public:
  explicit Revisions(unsigned seed) : random_(seed) {}
  Samples measure(const Samples& levels) {
    Samples series;
    for (const double level : levels) series.push_back(level + 0.005 * normal());
    return series;
  }

 private:
  double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
  double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(2 * std::numbers::pi * uniform()); }
  std::mt19937_64 random_;
};

Samples step(std::size_t values, std::size_t at, double by) {
  Samples levels(values, 0.0);
  std::fill(levels.begin() + static_cast<std::ptrdiff_t>(at), levels.end(), by);
  return levels;
}

std::string indices(const std::vector<ChangePoint>& changes) {
  std::string all;
  for (const ChangePoint& change : changes) all += std::to_string(change.index) + " ";
  return all;
}

// scipy 1.17.1: scipy.stats.ttest_ind(first, second).pvalue
TEST(TTest, AgreesWithScipy) {
  Samples moved = kTwelve;
  for (double& value : moved) value += 0.05;
  EXPECT_NEAR(t_test(kEight, kTwelve), 0.3575857748108527, 1e-12);
  EXPECT_NEAR(t_test(kEight, moved), 1.0231923959035103e-05, 1e-15);
  EXPECT_NEAR(t_test(std::span(kEight).first(2), std::span(kTwelve).first(3)), 0.4988131396080603, 1e-12);
  EXPECT_EQ(t_test(kEight, kTwelve), t_test(kTwelve, kEight));
}

TEST(TTest, EqualValuesAreNoDivisionByZero) {
  EXPECT_EQ(t_test(Samples{1, 1}, Samples{1, 1, 1}), 1);
  EXPECT_EQ(t_test(Samples{1, 1}, Samples{2, 2}), 0);
}

TEST(ChangePoints, AStepIsFoundWhereItIs) {
  const std::vector<ChangePoint> changes = change_points(Revisions(1).measure(step(50, 30, 0.03)));
  ASSERT_EQ(indices(changes), "30 ");
  EXPECT_NEAR(changes[0].before, 0, 0.003);
  EXPECT_NEAR(changes[0].after, 0.03, 0.003);
  EXPECT_LT(changes[0].p_value, 1e-6);
}

TEST(ChangePoints, SeveralStepsAreFoundInALongSeries) {
  Samples levels(300, 0.0);
  std::fill(levels.begin() + 70, levels.begin() + 150, 0.05);
  std::fill(levels.begin() + 150, levels.end(), -0.02);
  EXPECT_EQ(indices(change_points(Revisions(2).measure(levels))), "70 150 ");
}

TEST(ChangePoints, ANegatedSeriesHasTheSameChanges) {
  Samples series = Revisions(3).measure(step(60, 20, 0.04));
  const std::vector<ChangePoint> one = change_points(series);
  for (double& value : series) value = -value;
  const std::vector<ChangePoint> other = change_points(series);
  ASSERT_EQ(indices(one), indices(other));
  EXPECT_EQ(one[0].before, -other[0].before);
  EXPECT_EQ(one[0].p_value, other[0].p_value);
}

TEST(ChangePoints, WhatIsTooShortOrTooSmallIsNone) {
  EXPECT_TRUE(change_points({}).empty());
  EXPECT_TRUE(change_points(step(14, 7, 1.0)).empty());
  EXPECT_EQ(indices(change_points(step(15, 7, 1.0))), "7 ");
  EXPECT_TRUE(change_points(step(60, 30, 0.009)).empty()) << "below one per cent";
  EXPECT_EQ(indices(change_points(step(60, 30, 0.011))), "30 ");
  EXPECT_TRUE(change_points(Revisions(5).measure(step(60, 59, 0.03))).empty()) << "one value is no level";
  EXPECT_EQ(indices(change_points(step(60, 57, 1.0))), "57 ");
  EXPECT_TRUE(change_points(Samples(60, 1.0)).empty());
}

TEST(ChangePoints, ASingleOutlierIsNone) {
  Samples series = Revisions(4).measure(Samples(60, 0.0));
  series[30] += 0.2;
  EXPECT_TRUE(change_points(series).empty());
}

/// How many of 200 series of 200 revisions tell a change within 25 revisions of it, each revision judged when it came
/// by the 60 up to it; and how many false ones are told in 100 revisions before it.
struct Rates {
  double found = 0;
  double false_alarms = 0;
};
Rates rates(double by) {
  constexpr int kSeries = 200;
  Rates rates;
  for (unsigned seed = 0; seed < kSeries; ++seed) {
    const Samples series = Revisions(100 + seed).measure(step(185, 160, by));
    bool told = false;
    std::string last;
    for (std::size_t now = 60; now <= series.size() && !told; ++now) {
      const auto changes = change_points(std::span(series).subspan(now - 60, 60));
      const std::size_t known = now - 60;
      if (changes.empty()) continue;
      const std::size_t place = known + changes.back().index;
      if (now > 160) {
        told = place + 4 > 160;
      } else if (const std::string name = std::to_string(place); name != last) {
        rates.false_alarms += 1.0 / kSeries;
        last = name;
      }
    }
    rates.found += told ? 1.0 / kSeries : 0;
  }
  return rates;
}

TEST(ChangePoints, AreFoundAndRarelyInvented) {
  const Rates two = rates(0.02), three = rates(0.03);
  RecordProperty(
      "rates", std::to_string(two.found) + " " + std::to_string(three.found) + " " + std::to_string(two.false_alarms));
  EXPECT_GE(two.found, 0.97);
  EXPECT_GE(three.found, 0.99);
  EXPECT_LE(two.false_alarms, 0.3) << "in 100 revisions";
}

}  // namespace
}  // namespace neural::bench::stats
