#include "neural/bench/stats/power.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "neural/bench/stats/beta.hpp"
#include "neural/bench/stats/summary.hpp"

namespace neural::bench::stats {
namespace {

constexpr double kNormalDeviations = 1.482602218505602;  // 1 / the upper quartile of the standard normal distribution
constexpr int kMostNeeded = 1'000'000;

double standard_deviation(std::span<const double> sample) {
  if (sample.size() < 2) return 0;
  const double count = static_cast<double>(sample.size());
  double sum = 0;
  for (const double value : sample) sum += value;
  double squares = 0;
  for (const double value : sample) squares += (value - sum / count) * (value - sum / count);
  return std::sqrt(squares / (count - 1));
}

double normal_quantile(double probability) {
  double low = -40;
  double high = 40;
  for (;;) {
    const double middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    (std::erfc(-middle / std::numbers::sqrt2) / 2 < probability ? low : high) = middle;
  }
}

}  // namespace

double robust_spread(std::span<const double> sample) {
  const double spread = kNormalDeviations * median_absolute_deviation(sample);
  return spread > 0 ? spread : standard_deviation(sample);
}

double minimal_detectable_effect(int pairs, double spread, double alpha) {
  if (pairs < least_pairs(alpha)) return std::numeric_limits<double>::infinity();
  // At most this many pairs may point the other way.
  int against = 0;
  const std::vector<double> distribution = sign_distribution(pairs);
  while (distribution[static_cast<std::size_t>(against) + 1] <= alpha / 2) ++against;
  // P(at most `against` of `pairs` against) = I_p(pairs - against, against + 1), p the probability that one is in
  // favour.
  const double in_favour = inverse_incomplete_beta(pairs - against, against + 1, kPower);
  return spread * normal_quantile(in_favour);
}

int pairs_needed(int pairs, double estimate, const Interval& interval, double limit) {
  const double half_width = (interval.high - interval.low) / 2;
  const double enough = std::max(std::abs(estimate), limit - std::abs(estimate));
  const double needed = std::ceil(pairs * (half_width / enough) * (half_width / enough));
  return static_cast<int>(std::clamp(needed, pairs + 1.0, double{kMostNeeded}));
}

}  // namespace neural::bench::stats
