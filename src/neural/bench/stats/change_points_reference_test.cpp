// The changes of random series, against the definition computed as plainly as it is written.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <span>
#include <vector>

#include "neural/bench/stats/change_points.hpp"

namespace neural::bench::stats {
namespace {

using Series = std::span<const double>;

double mean_distance(Series one, Series other) {
  double sum = 0;
  for (const double a : one) {
    for (const double b : other) sum += std::abs(a - b);
  }
  return sum / static_cast<double>(one.size() * other.size());
}

/// The mean over pairs of different values.
double mean_distance_within(Series values) {
  const auto size = static_cast<double>(values.size());
  return mean_distance(values, values) * size / (size - 1);
}

/// Equation (5) of Matteson and James with exponent 1, times m n / (m + n).
double statistic(Series first, Series second) {
  const auto m = static_cast<double>(first.size()), n = static_cast<double>(second.size());
  const double energy = 2 * mean_distance(first, second) - mean_distance_within(first) - mean_distance_within(second);
  return m * n / (m + n) * energy;
}

void split(Series series, std::size_t begin, std::size_t end, const ChangeRule& rule, std::set<std::size_t>& places) {
  double largest = 0;
  std::size_t best = 0;
  for (std::size_t at = begin + rule.least_segment; at + rule.least_segment <= end; ++at) {
    const double value = statistic(series.subspan(begin, at - begin), series.subspan(at, end - at));
    if (value <= largest) continue;
    largest = value;
    best = at;
  }
  if (best == 0) return;
  if (t_test(series.subspan(begin, best - begin), series.subspan(best, end - best)) >= 10 * rule.alpha) return;
  places.insert(best);
  split(series, begin, best, rule, places);
  split(series, best, end, rule, places);
}

double mean(Series values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::vector<ChangePoint> plain_change_points(Series series, const ChangeRule& rule) {
  std::set<std::size_t> places;
  if (series.size() < rule.least_values) return {};
  for (std::size_t begin = 0; begin < series.size(); begin += rule.window / 2) {
    const std::size_t end = std::min(series.size(), begin + rule.window);
    split(series, begin, end, rule, places);
    if (end == series.size()) break;
  }
  while (true) {
    std::vector<std::size_t> borders = {0};
    borders.insert(borders.end(), places.begin(), places.end());
    borders.push_back(series.size());
    std::vector<ChangePoint> changes;
    for (std::size_t i = 1; i + 1 < borders.size(); ++i) {
      const Series before = series.subspan(borders[i - 1], borders[i] - borders[i - 1]);
      const Series after = series.subspan(borders[i], borders[i + 1] - borders[i]);
      const bool tested = before.size() > 1 && after.size() > 1;
      changes.push_back({borders[i], mean(before), mean(after), tested ? t_test(before, after) : 1});
    }
    // The weakest: the first of the largest p-value among those that move too little, else among all.
    const ChangePoint* weakest = nullptr;
    bool weakest_is_small = false;
    for (const ChangePoint& change : changes) {
      const bool small = std::abs(change.after - change.before) < rule.least_change;
      const bool weaker = weakest == nullptr || (small && !weakest_is_small) ||
                          (small == weakest_is_small && change.p_value > weakest->p_value);
      if (!weaker) continue;
      weakest = &change;
      weakest_is_small = small;
    }
    if (weakest == nullptr || (!weakest_is_small && weakest->p_value < rule.alpha)) return changes;
    places.erase(weakest->index);
  }
}

/// Levels around 5 that change now and then.
std::vector<double> random_series(std::mt19937_64& random) {
  std::vector<double> series(random() % 45);
  std::normal_distribution<double> noise(0, 0.3);
  double level = 5;
  for (double& value : series) {
    if (random() % 7 == 0) level = 5 + noise(random) * 5;
    value = level + noise(random);
  }
  return series;
}

TEST(ChangePointsReference, RandomSeriesHaveTheChangesOfTheDefinition) {
  std::mt19937_64 random(20);
  std::size_t found = 0;
  for (int number = 0; number < 4000; ++number) {
    ChangeRule rule;
    rule.least_segment = 2 + random() % 3;
    rule.window = 2 * rule.least_segment + random() % 20;
    rule.least_values = random() % 15;
    rule.alpha = std::vector<double>{0.3, 0.05, 0.01, 0.001}[random() % 4];
    rule.least_change = random() % 2 == 0 ? 0 : 0.4;
    const std::vector<double> series = random_series(random);
    const std::vector<ChangePoint> changes = change_points(series, rule);
    const std::vector<ChangePoint> plain = plain_change_points(series, rule);
    ASSERT_EQ(changes.size(), plain.size()) << number;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      ASSERT_EQ(changes[i].index, plain[i].index) << number;
      EXPECT_DOUBLE_EQ(changes[i].before, plain[i].before) << number;
      EXPECT_DOUBLE_EQ(changes[i].after, plain[i].after) << number;
      EXPECT_DOUBLE_EQ(changes[i].p_value, plain[i].p_value) << number;
    }
    found += changes.size();
  }
  EXPECT_GT(found, 4000U) << "series without changes would show nothing";
}

}  // namespace
}  // namespace neural::bench::stats
