#include "neural/bench/stats/rule.hpp"

#include <algorithm>
#include <cmath>

#include "neural/base/check.hpp"

namespace neural::bench::stats {

Rule pocock_rule() {
  return {.looks = {8, 16, 24}, .alpha = 0.0221};
}

Rule quick_rule() {
  return {.looks = {6}};
}

bool is_measurement(double sample) {
  return std::isfinite(sample) && sample > 0;
}

Judgement judge(std::span<const double> log_ratios, const Rule& rule, double limit) {
  const PairedTests tests(log_ratios);
  Judgement judgement{.effect = tests.at(rule.alpha)};
  const auto earlier_looks = std::count_if(rule.looks.begin(), rule.looks.end(), [&](int look) {
    return static_cast<std::size_t>(look) < log_ratios.size();
  });
  // A p-value by the order in which looks could have stopped; the union bound over the earlier ones.
  judgement.p_value = std::min(1.0, judgement.effect.p_value + rule.alpha * static_cast<double>(earlier_looks));
  if (!judgement.effect.interval) return judgement;

  judgement.different = judgement.effect.interval->excludes_zero();
  const Effect equivalence = tests.at(rule.equivalence_alpha);
  NEURAL_CHECK(equivalence.interval, "equivalence asks for more confidence than a difference");
  judgement.equivalent = equivalence.interval->lies_within(limit);
  if (judgement.equivalent) judgement.effect = equivalence;
  return judgement;
}

NextAction next_action(std::span<const double> neural, std::span<const double> native, const Rule& rule) {
  NEURAL_CHECK(!rule.looks.empty(), "a rule without a look");
  if (!std::all_of(neural.begin(), neural.end(), is_measurement) ||
      !std::all_of(native.begin(), native.end(), is_measurement)) {
    return {Stop::kInvalid};
  }
  const int pairs = static_cast<int>(neural.size());
  if (pairs >= rule.looks.back()) return {Stop::kLastLook};
  const auto look = std::lower_bound(rule.looks.begin(), rule.looks.end(), pairs);
  if (*look != pairs) return {.pairs = *look - pairs};

  const Judgement judgement = judge(log_ratios(neural, native), rule, std::log1p(rule.tolerance));
  if (judgement.equivalent && rule.stop_when_equivalent) return {Stop::kEquivalent};
  if (judgement.different) return {Stop::kDifferent};
  return {.pairs = *std::next(look) - pairs};
}

}  // namespace neural::bench::stats
