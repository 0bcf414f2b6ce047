#include "neural/bench/stats/exact_tests.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "neural/base/check.hpp"

namespace neural::bench::stats {
namespace {

void check_pairs(std::size_t pairs) {
  NEURAL_CHECK(pairs <= std::size_t{kMostPairs}, "too many pairs");
}

void accumulate(std::vector<double>& probabilities) {
  double sum = 0;
  for (double& probability : probabilities) probability = sum += probability;
}

}  // namespace

int least_pairs(double alpha) {
  NEURAL_CHECK(alpha > 0 && alpha < 1, "alpha outside (0, 1)");
  int pairs = 1;
  while (std::ldexp(1.0, 1 - pairs) > alpha) ++pairs;
  return pairs;
}

std::vector<double> walsh_averages(std::span<const double> differences) {
  std::vector<double> averages;
  averages.reserve(differences.size() * (differences.size() + 1) / 2);
  for (std::size_t i = 0; i < differences.size(); ++i) {
    for (std::size_t j = i; j < differences.size(); ++j) averages.push_back((differences[i] + differences[j]) / 2);
  }
  std::sort(averages.begin(), averages.end());
  return averages;
}

std::vector<double> signed_rank_distribution(int pairs) {
  check_pairs(static_cast<std::size_t>(pairs));
  std::vector<double> probabilities = {1};
  for (std::size_t rank = 1; rank <= static_cast<std::size_t>(pairs); ++rank) {
    std::vector<double> next(probabilities.size() + rank);
    for (std::size_t sum = 0; sum < probabilities.size(); ++sum) {
      next[sum] += probabilities[sum] / 2;
      next[sum + rank] += probabilities[sum] / 2;
    }
    probabilities = std::move(next);
  }
  accumulate(probabilities);
  return probabilities;
}

std::vector<double> sign_distribution(int pairs) {
  check_pairs(static_cast<std::size_t>(pairs));
  std::vector<double> probabilities = {std::ldexp(1.0, -pairs)};
  for (int heads = 1; heads <= pairs; ++heads) {
    probabilities.push_back(probabilities.back() * (pairs - heads + 1) / heads);
  }
  accumulate(probabilities);
  return probabilities;
}

std::vector<double> rank_sum_distribution(int first, int second) {
  NEURAL_CHECK(first >= 0 && second >= 0 && std::int64_t{first} * second <= 10'000, "samples that are too large");
  // The largest of all numbers is in the first sample with probability m / (m + n), and then counts in no pair; else it
  // is in the second and counts in m of them. by_second[n] is what is known of m and n numbers.
  const auto most = static_cast<std::size_t>(second);
  std::vector<std::vector<double>> by_second(most + 1, {1});
  for (std::size_t m = 1; m <= static_cast<std::size_t>(first); ++m) {
    for (std::size_t n = 1; n <= most; ++n) {
      std::vector<double> probabilities(m * n + 1, 0.0);
      const double in_first = static_cast<double>(m) / static_cast<double>(m + n);
      for (std::size_t k = 0; k < by_second[n].size(); ++k) probabilities[k] += in_first * by_second[n][k];
      const std::vector<double>& fewer = by_second[n - 1];
      for (std::size_t k = 0; k < fewer.size(); ++k) probabilities[k + m] += (1 - in_first) * fewer[k];
      by_second[n] = std::move(probabilities);
    }
  }
  accumulate(by_second[most]);
  return std::move(by_second[most]);
}

ExactTest::ExactTest(std::vector<double> sorted, std::vector<double> distribution)
    : list_(std::move(sorted)), distribution_(std::move(distribution)) {
  NEURAL_CHECK(list_.size() + 1 == distribution_.size(), "the distribution of another number of pairs");
}

double ExactTest::estimate() const {
  NEURAL_CHECK(!list_.empty(), "an estimate from nothing");
  return (list_[(list_.size() - 1) / 2] + list_[list_.size() / 2]) / 2;
}

std::optional<Interval> ExactTest::interval(double alpha) const {
  // As far inside the list as a count that small has a probability of at most alpha / 2.
  const auto first_too_likely = std::upper_bound(distribution_.begin(), distribution_.end(), alpha / 2);
  if (first_too_likely == distribution_.begin()) return std::nullopt;
  const auto inside = static_cast<std::size_t>(first_too_likely - distribution_.begin()) - 1;
  return Interval{list_[inside], list_[list_.size() - 1 - inside], 1 - 2 * distribution_[inside]};
}

double ExactTest::p_value() const {
  // The larger of the counts above and below zero decides; zeros are in neither.
  const auto above = list_.end() - std::upper_bound(list_.begin(), list_.end(), 0.0);
  const auto below = std::lower_bound(list_.begin(), list_.end(), 0.0) - list_.begin();
  return std::min(1.0, 2 * distribution_[list_.size() - static_cast<std::size_t>(std::max(above, below))]);
}

ExactTest signed_rank_test(std::span<const double> differences) {
  return {walsh_averages(differences), signed_rank_distribution(static_cast<int>(differences.size()))};
}

ExactTest sign_test(std::span<const double> differences) {
  std::vector<double> sorted(differences.begin(), differences.end());
  std::sort(sorted.begin(), sorted.end());
  return {std::move(sorted), sign_distribution(static_cast<int>(differences.size()))};
}

ExactTest rank_sum_test(std::span<const double> first, std::span<const double> second) {
  std::vector<double> differences;
  differences.reserve(first.size() * second.size());
  for (const double before : first) {
    for (const double after : second) differences.push_back(after - before);
  }
  std::sort(differences.begin(), differences.end());
  return {std::move(differences),
          rank_sum_distribution(static_cast<int>(first.size()), static_cast<int>(second.size()))};
}

}  // namespace neural::bench::stats
