#include "neural/bench/stats/effect.hpp"

#include <algorithm>
#include <cmath>

#include "neural/base/check.hpp"
#include "neural/bench/stats/summary.hpp"

namespace neural::bench::stats {

std::vector<double> log_ratios(std::span<const double> neural, std::span<const double> native) {
  NEURAL_CHECK(neural.size() == native.size(), "a pair with one side");
  std::vector<double> result;
  // A difference of logarithms changes only its sign when the sides are swapped; the logarithm of a quotient may not.
  for (std::size_t i = 0; i < neural.size(); ++i) result.push_back(std::log(neural[i]) - std::log(native[i]));
  return result;
}

PairedTests::PairedTests(std::span<const double> log_ratios)
    : ranks_(signed_rank_test(log_ratios)),
      signs_(sign_test(log_ratios)),
      symmetric_(std::abs(bowley_skewness(log_ratios)) <= kMostSkewness) {}

Effect PairedTests::at(double alpha) const {
  const std::optional<Interval> ranks = ranks_.interval(alpha);
  const std::optional<Interval> signs = signs_.interval(alpha);
  NEURAL_CHECK(ranks.has_value() == signs.has_value(), "both tests need the same number of pairs");
  const bool agree = !ranks || ranks->excludes_zero() == signs->excludes_zero();
  if (symmetric_ && agree) return {ranks_.estimate(), ranks, std::max(ranks_.p_value(), signs_.p_value()), false};
  return {signs_.estimate(), signs, signs_.p_value(), true};
}

}  // namespace neural::bench::stats
