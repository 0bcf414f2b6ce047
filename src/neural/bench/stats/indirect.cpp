#include "neural/bench/stats/indirect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace neural::bench::stats {
namespace {

/// The confidence of both intervals at once. Several looks share the error of the rule, of which `part` is used.
double level_of(const Effect& first, const Effect& second, const Rule& rule, double part) {
  const double error = (1 - first.interval->level) + (1 - second.interval->level);
  return rule.looks.size() == 1 ? 1 - error : 1 - 2 * part * rule.equivalence_alpha;
}

}  // namespace

Comparison indirect_ratio(std::span<const double> middle_to_a, std::span<const double> middle_to_b, const Rule& rule) {
  Comparison comparison;
  comparison.pairs = static_cast<int>(std::min(middle_to_a.size(), middle_to_b.size()));
  if (comparison.pairs == 0) {
    comparison.reason = "one of the two was not measured in pairs";
    return comparison;
  }
  const PairedTests to_a(middle_to_a);
  const PairedTests to_b(middle_to_b);
  for (const double part : {0.5, 1.0}) {
    const Effect a = to_a.at(part * rule.alpha);
    const Effect b = to_b.at(part * rule.alpha);
    comparison.ratio = std::exp(b.estimate - a.estimate);
    comparison.percentage = 100 * std::expm1(b.estimate - a.estimate);
    if (!a.interval || !b.interval) continue;
    comparison.ci_low = std::exp(b.interval->low - a.interval->high);
    comparison.ci_high = std::exp(b.interval->high - a.interval->low);
    comparison.level = level_of(a, b, rule, part);
    return comparison;
  }
  comparison.reason = fmt::format("{} pairs cannot carry an interval", comparison.pairs);
  return comparison;
}

}  // namespace neural::bench::stats
