// What training reached on both sides, over seeds: accuracy and loss of full runs. Run i of both sides began with the
// same weights, so the runs of a seed are a pair.
//
// A verdict is, in this order: INVALID if a sample is no measurement; INCONCLUSIVE if there are too few seeds to carry
// a 95 % interval; EQUIVALENT if that interval lies within the tolerance; BETTER or WORSE, of the neural side, if it
// excludes no difference; else INCONCLUSIVE. Swapping the sides gives the mirrored verdict.
#pragma once

#include <span>

#include "neural/bench/stats/comparison.hpp"

namespace neural::bench::stats {

/// The difference of two accuracies that is too small to matter: half a percentage point.
inline constexpr double kAccuracyTolerance = 0.005;

/// The relative difference of two losses that is too small to matter; on the log scale, as Rule says of times.
inline constexpr double kLossTolerance = 0.01;

/// Of shares in [0, 1], one a seed on each side. `difference`, `ci_low` and `ci_high` are of neural - native, and there
/// is no ratio.
Comparison compare_accuracies(std::span<const double> neural, std::span<const double> native);

/// Of losses, one a seed on each side. `ratio`, `ci_low` and `ci_high` are of neural / native, which exists only where
/// all are above zero; elsewhere the verdict is INCONCLUSIVE.
Comparison compare_losses(std::span<const double> neural, std::span<const double> native);

}  // namespace neural::bench::stats
