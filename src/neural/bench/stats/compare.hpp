// From samples to a verdict.
//
// A verdict is, in this order: INVALID if a sample is no measurement; INCONCLUSIVE if the sides were measured one after
// the other, or too few pairs carry an interval; EQUIVALENT if the 95 % interval lies within the tolerance (see Rule);
// the word for a difference if the interval of the look excludes a ratio of 1; else INCONCLUSIVE. Where looks share an
// error of 5 %, the interval of a look is wider than 95 %: together the looks then cover the ratio with 95 %.
//
// Everything is decided on the log scale, so that swapping the sides gives the mirrored verdict, the reciprocal
// interval, the same level and the same flags.
#pragma once

#include <span>

#include "neural/bench/stats/comparison.hpp"
#include "neural/bench/stats/rule.hpp"

namespace neural::bench::stats {

struct Conditions {
  /// Measured one side after the other, not in pairs: drift cannot be told from a difference.
  bool sequential = false;
  bool noisy = false;
};

/// Of seconds; neural[i] and native[i] are a pair, unless `conditions.sequential`, where their numbers may differ.
Comparison compare_times(std::span<const double> neural, std::span<const double> native, const Rule& rule,
                         Conditions conditions = {});

/// The difference in memory that is too small to matter: the larger of both.
inline constexpr double kMemoryTolerance = 0.05;
inline constexpr double kMemoryToleranceBytes = 2.0 * 1024 * 1024;

/// Of bytes, one sample a run. With the same number of runs on both sides, six or more, they count as pairs and are
/// judged by a 95 % interval. With fewer, peak memory being nearly the same in every run, the ratio of the medians is
/// judged by the tolerance alone, and the reason names the range of each side; there is no interval then.
Comparison compare_memory(std::span<const double> neural, std::span<const double> native, Conditions conditions = {});

/// Sets `survives_holm` where a difference is claimed and Holm's procedure over the p-values of the whole family
/// upholds it. Comparisons without a p-value (not paired, or not valid) are not in the family.
void mark_holm_survivors(std::span<Comparison* const> family, double alpha = 0.05);

}  // namespace neural::bench::stats
