// What a number of pairs can show, and how many it would take.
#pragma once

#include <span>

#include "neural/bench/stats/exact_tests.hpp"

namespace neural::bench::stats {

/// A standard deviation that a few outliers do not move: 1.4826 times the median absolute deviation, which is right for
/// normal samples; where more than half of the sample is equal, the ordinary one. `sample` must not be empty.
double robust_spread(std::span<const double> sample);

/// The probability with which an effect is to be found.
inline constexpr double kPower = 0.8;

/// The smallest log ratio that `pairs` pairs reveal at `alpha` with probability kPower, when log ratios are normal with
/// standard deviation `spread`: exact for the sign test, which decides about differences. Infinite below
/// least_pairs(alpha).
double minimal_detectable_effect(int pairs, double spread, double alpha);

/// About how many pairs would settle a question that `interval` around `estimate`, from `pairs` pairs, leaves open: its
/// width shrinks with the root of the number of pairs until it excludes zero or lies within ±limit, if estimate and
/// spread stay what they are. At least pairs + 1.
int pairs_needed(int pairs, double estimate, const Interval& interval, double limit);

}  // namespace neural::bench::stats
