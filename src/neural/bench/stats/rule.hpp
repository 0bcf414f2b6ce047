// When a comparison is looked at, and what a look decides.
#pragma once

#include <span>
#include <vector>

#include "neural/bench/stats/effect.hpp"

namespace neural::bench::stats {

/// The relative difference that is too small to matter for times.
inline constexpr double kTimeTolerance = 0.03;

/// Numbers of pairs at which the measurements are looked at, and the error each look may make.
///
/// Equivalence at a tolerance δ means that the ratio lies between 1/(1+δ) and 1+δ: on the log scale ±ln(1+δ), so that
/// swapping the sides mirrors every decision exactly. The interval from 1-δ to 1+δ, which would not mirror, contains
/// it: what is called equivalent here is equivalent by that definition too.
struct Rule {
  /// Ascending; the last one ends the comparison.
  std::vector<int> looks;
  /// Of each look, two-sided, for a difference.
  double alpha = 0.05;
  /// For equivalence, at each look; not less than `alpha`.
  double equivalence_alpha = 0.05;
  double tolerance = kTimeTolerance;
  /// Off, a look that shows equivalence goes on, in search of a small difference.
  bool stop_when_equivalent = true;
};

/// Looks at 8, 16 and 24 pairs, each at the level that makes one false difference in all three looks together at most
/// 5 % likely (Pocock, Biometrika 64, 1977: 0.0221 for three equally spaced looks).
Rule pocock_rule();

/// One look, at 6 pairs: the fewest that carry a 95 % interval.
Rule quick_rule();

/// What the pairs so far say.
struct Judgement {
  /// At `rule.equivalence_alpha` if `equivalent`, else at `rule.alpha`.
  Effect effect;
  bool different = false;
  /// May hold together with `different`, of a small difference that is known well; equivalent is then the word for it.
  bool equivalent = false;
  /// Of "no difference", all looks considered: the p-value at this look, plus the error that the looks before it could
  /// make.
  double p_value = 1;
};

/// `limit` is the tolerance on the log scale; `log_ratios` must not be empty. Where they are too few to carry an
/// interval at `rule.alpha`, neither word holds and there is no interval.
Judgement judge(std::span<const double> log_ratios, const Rule& rule, double limit);

enum class Stop { kNo, kDifferent, kEquivalent, kLastLook, kInvalid };

struct NextAction {
  Stop stop = Stop::kNo;
  /// Pairs to measure until the next look; 0 when stopped.
  int pairs = 0;
};

/// What to do after these pairs. Nothing is decided between two looks: the answer there is to go on to the next.
/// Samples that are not finite and above zero stop with kInvalid.
NextAction next_action(std::span<const double> neural, std::span<const double> native, const Rule& rule);

/// Finite and above zero.
bool is_measurement(double sample);

}  // namespace neural::bench::stats
