#include "neural/bench/stats/change_points.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "neural/base/check.hpp"
#include "neural/bench/stats/beta.hpp"

namespace neural::bench::stats {
namespace {

using Series = std::span<const double>;

double mean(Series values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_around_mean(Series values) {
  const double centre = mean(values);
  return std::accumulate(values.begin(), values.end(), 0.0,
                         [&](double sum, double value) { return sum + (value - centre) * (value - centre); });
}

double distances(double value, Series others) {
  return std::accumulate(others.begin(), others.end(), 0.0,
                         [&](double sum, double other) { return sum + std::abs(value - other); });
}

/// Where the two parts of the values differ most, each with `least` (2 or more) values; 0 where there are too few.
std::size_t best_split(Series values, std::size_t least) {
  const std::size_t size = values.size();
  // Sums of distances within the first part, within the second, and between them, kept up as values change sides.
  double within_first = 0, within_second = 0, between = 0;
  for (std::size_t i = 0; i < size; ++i) within_second += distances(values[i], values.subspan(i + 1));
  std::size_t best = 0;
  double largest = 0;
  for (std::size_t split = 1; split + least <= size; ++split) {
    const double to_first = distances(values[split - 1], values.first(split - 1));
    const double to_second = distances(values[split - 1], values.subspan(split));
    within_first += to_first;
    within_second -= to_second;
    between += to_second - to_first;
    if (split < least) continue;
    const auto first = static_cast<double>(split), second = static_cast<double>(size - split);
    const double energy = 2 * between / (first * second) - 2 * within_first / (first * (first - 1)) -
                          2 * within_second / (second * (second - 1));
    const double scaled = first * second / (first + second) * energy;
    if (scaled > largest) {
      largest = scaled;
      best = split;
    }
  }
  return best;
}

/// Candidates in a window that begins at `offset` of the series.
void split_window(Series window, std::size_t offset, const ChangeRule& rule, std::set<std::size_t>& candidates) {
  const std::size_t split = best_split(window, rule.least_segment);
  if (split == 0 || t_test(window.first(split), window.subspan(split)) >= 10 * rule.alpha) return;
  candidates.insert(offset + split);
  split_window(window.first(split), offset, rule, candidates);
  split_window(window.subspan(split), offset + split, rule, candidates);
}

/// The change at places[i], between its neighbours.
ChangePoint judge(Series series, const std::vector<std::size_t>& places, std::size_t i) {
  const std::size_t begin = i == 0 ? 0 : places[i - 1];
  const std::size_t end = i + 1 == places.size() ? series.size() : places[i + 1];
  const Series before = series.subspan(begin, places[i] - begin), after = series.subspan(places[i], end - places[i]);
  if (before.size() < 2 || after.size() < 2) return {places[i], mean(before), mean(after), 1};
  return {places[i], mean(before), mean(after), t_test(before, after)};
}

}  // namespace

double t_test(Series first, Series second) {
  NEURAL_CHECK(first.size() >= 2 && second.size() >= 2, "a t-test of single values");
  const auto m = static_cast<double>(first.size()), n = static_cast<double>(second.size());
  const double difference = mean(first) - mean(second);
  const double freedom = m + n - 2;
  const double variance = (squares_around_mean(first) + squares_around_mean(second)) / freedom;
  if (variance == 0) return difference == 0 ? 1 : 0;
  const double t_squared = difference * difference / (variance * (1 / m + 1 / n));
  return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t_squared));
}

std::vector<ChangePoint> change_points(Series series, const ChangeRule& rule) {
  NEURAL_CHECK(rule.window >= 2 * rule.least_segment && rule.least_segment >= 2, "a window without room for a change");
  if (series.size() < rule.least_values) return {};
  std::set<std::size_t> candidates;
  for (std::size_t begin = 0;; begin += rule.window / 2) {
    const std::size_t size = std::min(rule.window, series.size() - begin);
    split_window(series.subspan(begin, size), begin, rule, candidates);
    if (begin + size == series.size()) break;
  }

  std::vector<std::size_t> places(candidates.begin(), candidates.end());
  while (true) {
    std::vector<ChangePoint> changes;
    for (std::size_t i = 0; i < places.size(); ++i) changes.push_back(judge(series, places, i));
    const auto weakness = [&](const ChangePoint& change) {
      const bool is_small = std::abs(change.after - change.before) < rule.least_change;
      return is_small ? 1 + change.p_value : change.p_value;
    };
    const auto weakest = std::max_element(changes.begin(), changes.end(), [&](const auto& one, const auto& other) {
      return weakness(one) < weakness(other);
    });
    if (weakest == changes.end() || weakness(*weakest) < rule.alpha) return changes;
    places.erase(places.begin() + (weakest - changes.begin()));
  }
}

}  // namespace neural::bench::stats
