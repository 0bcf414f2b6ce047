// What pairs of measurements say about the ratio of the two sides, on the log scale.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "neural/bench/stats/exact_tests.hpp"

namespace neural::bench::stats {

/// ln(neural_i / native_i) of every pair: below zero where the neural side took less. Swapped sides give the exact
/// negatives. All samples must be finite and above zero, and both sides must have the same number.
std::vector<double> log_ratios(std::span<const double> neural, std::span<const double> native);

/// Bowley skewness beyond which log ratios are not taken as symmetric.
inline constexpr double kMostSkewness = 0.5;

struct Effect {
  /// The log ratio: Hodges-Lehmann, or the median where `skewed`.
  double estimate = 0;
  /// Nothing where there are fewer pairs than least_pairs(alpha).
  std::optional<Interval> interval;
  /// Of the sign test where `skewed`, else the larger of the p-values of both tests.
  double p_value = 1;
  /// The interval is that of the sign test, which does not need symmetry.
  bool skewed = false;
};

/// The signed-rank test guarded by the sign test: the interval of the latter, which is right for any distribution, is
/// used instead where the Bowley skewness is beyond kMostSkewness either way, or where the two intervals disagree on
/// excluding zero. So a difference is claimed if and only if the sign test finds it; the signed-rank interval gives it
/// a sharper size. Negated log ratios give the exact mirror image.
class PairedTests {
 public:
  /// `log_ratios` must not be empty.
  explicit PairedTests(std::span<const double> log_ratios);

  Effect at(double alpha) const;

 private:
  ExactTest ranks_;
  ExactTest signs_;
  bool symmetric_;
};

}  // namespace neural::bench::stats
