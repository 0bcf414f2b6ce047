#include "neural/bench/stats/quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "neural/base/check.hpp"
#include "neural/bench/stats/power.hpp"
#include "neural/bench/stats/rule.hpp"
#include "neural/bench/stats/summary.hpp"

namespace neural::bench::stats {
namespace {

/// How differences of a quantity are measured, and what they are to a reader.
struct Scale {
  double limit;
  bool more_is_better;
  std::string (*text)(double difference);
};

const Scale kAccuracyScale = {kAccuracyTolerance, true, [](double difference) {
                                return fmt::format("{:.2g} percentage points", 100 * difference);
                              }};
const Scale kLossScale = {std::log1p(kLossTolerance), false,
                          [](double difference) { return fmt::format("{:.2g} %", 100 * std::expm1(difference)); }};

std::string seeds_text(std::size_t count) {
  return fmt::format("{} seed{}", count, count == 1 ? "" : "s");
}

/// The medians of both sides, or why there is nothing to compare.
Comparison describe(std::span<const double> neural, std::span<const double> native) {
  NEURAL_CHECK(neural.size() == native.size(), "every seed has a run on each side");
  Comparison comparison;
  comparison.pairs = static_cast<int>(neural.size());
  if (neural.empty()) {
    comparison.reason = "nothing was measured";
    return comparison;
  }
  const auto is_finite = [](double sample) { return std::isfinite(sample); };
  if (!std::all_of(neural.begin(), neural.end(), is_finite) || !std::all_of(native.begin(), native.end(), is_finite)) {
    return invalid_comparison("a run ended with a value that is no finite number");
  }
  comparison.flags.single = neural.size() == 1;
  comparison.neural = median(neural);
  comparison.native = median(native);
  comparison.difference = comparison.neural - comparison.native;
  return comparison;
}

/// Puts the verdict on `differences`, one a seed, into the comparison. There is no interval where they are too few.
Effect judge_seeds(std::span<const double> differences, const Scale& scale, Comparison& comparison) {
  const Rule rule{.looks = {comparison.pairs}, .tolerance = scale.limit};
  const Judgement judgement = judge(differences, rule, scale.limit);
  const Effect& effect = judgement.effect;
  if (!effect.interval) {
    comparison.reason = fmt::format("{} cannot carry a 95 % interval, at least {} are needed",
                                    seeds_text(differences.size()), least_pairs(rule.alpha));
    return effect;
  }
  comparison.level = effect.interval->level;
  comparison.flags.skewed = effect.skewed;
  comparison.flags.material = effect.interval->low > scale.limit || effect.interval->high < -scale.limit;
  if (judgement.equivalent) {
    comparison.verdict = Verdict::kEquivalent;
  } else if (judgement.different) {
    comparison.verdict = (effect.interval->low > 0) == scale.more_is_better ? Verdict::kBetter : Verdict::kWorse;
  } else {
    const double seen = minimal_detectable_effect(comparison.pairs, robust_spread(differences), rule.alpha);
    comparison.reason = fmt::format("{} of this spread reveal a difference of {} or more; about {} would decide",
                                    seeds_text(differences.size()), scale.text(seen),
                                    seeds_text(static_cast<std::size_t>(pairs_needed(comparison.pairs, effect.estimate,
                                                                                     *effect.interval, scale.limit))));
  }
  return effect;
}

}  // namespace

Comparison compare_accuracies(std::span<const double> neural, std::span<const double> native) {
  Comparison comparison = describe(neural, native);
  if (comparison.pairs == 0 || comparison.verdict == Verdict::kInvalid) return comparison;
  std::vector<double> differences;
  for (std::size_t i = 0; i < neural.size(); ++i) differences.push_back(neural[i] - native[i]);
  const Effect effect = judge_seeds(differences, kAccuracyScale, comparison);
  comparison.difference = effect.estimate;
  if (!effect.interval) return comparison;
  comparison.ci_low = effect.interval->low;
  comparison.ci_high = effect.interval->high;
  return comparison;
}

Comparison compare_losses(std::span<const double> neural, std::span<const double> native) {
  Comparison comparison = describe(neural, native);
  if (comparison.pairs == 0 || comparison.verdict == Verdict::kInvalid) return comparison;
  if (!std::all_of(neural.begin(), neural.end(), is_measurement) ||
      !std::all_of(native.begin(), native.end(), is_measurement)) {
    comparison.reason = "losses that are not above zero have no ratio";
    return comparison;
  }
  const Effect effect = judge_seeds(log_ratios(neural, native), kLossScale, comparison);
  comparison.ratio = std::exp(effect.estimate);
  comparison.percentage = 100 * std::expm1(effect.estimate);
  if (!effect.interval) return comparison;
  comparison.ci_low = std::exp(effect.interval->low);
  comparison.ci_high = std::exp(effect.interval->high);
  return comparison;
}

}  // namespace neural::bench::stats
