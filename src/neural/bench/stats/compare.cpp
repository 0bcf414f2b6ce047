#include "neural/bench/stats/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "neural/bench/stats/holm.hpp"
#include "neural/bench/stats/power.hpp"
#include "neural/bench/stats/summary.hpp"

namespace neural::bench::stats {
namespace {

constexpr double kMebibyte = 1024 * 1024;

struct Side {
  std::string_view name;
  std::span<const double> samples;
};
using Sides = std::array<Side, 2>;

Sides sides_of(std::span<const double> neural, std::span<const double> native) {
  return {Side{"neural", neural}, Side{"native", native}};
}

/// What is said of a ratio below and above one.
struct Words {
  Verdict less;
  Verdict more;
  Verdict of(double log_ratio) const { return log_ratio < 0 ? less : more; }
};

constexpr Words kTimeWords = {Verdict::kFaster, Verdict::kSlower};
constexpr Words kMemoryWords = {Verdict::kLess, Verdict::kMore};

std::string percent(double fraction) {
  return fmt::format("{:.3g} %", 100 * fraction);
}

std::string count(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string find_fault(const Sides& sides, std::string_view unit) {
  for (const Side& side : sides) {
    const auto bad = std::find_if_not(side.samples.begin(), side.samples.end(), is_measurement);
    if (bad == side.samples.end()) continue;
    return fmt::format("sample {} of the {} side is {} {}, expected a finite number above 0",
                       bad - side.samples.begin() + 1, side.name, *bad, unit);
  }
  return {};
}

void set_ratio(Comparison& comparison, double log_ratio) {
  comparison.ratio = std::exp(log_ratio);
  comparison.percentage = 100 * std::expm1(log_ratio);
}

double log_ratio_of_medians(const Comparison& comparison) {
  return std::log(comparison.neural) - std::log(comparison.native);
}

/// What every comparison says: the medians, or why there is nothing to compare.
Comparison describe(const Sides& sides, std::string_view unit, Conditions conditions) {
  Comparison comparison = invalid_comparison(find_fault(sides, unit));
  comparison.flags.noisy = conditions.noisy;
  comparison.flags.sequential = conditions.sequential;
  comparison.pairs = static_cast<int>(std::min(sides[0].samples.size(), sides[1].samples.size()));
  if (!comparison.reason.empty()) return comparison;
  comparison.verdict = Verdict::kInconclusive;
  if (comparison.pairs == 0) {
    comparison.reason = "nothing was measured on one side or both";
    return comparison;
  }
  comparison.flags.single = comparison.pairs == 1;
  comparison.neural = median(sides[0].samples);
  comparison.native = median(sides[1].samples);
  comparison.difference = comparison.neural - comparison.native;
  set_ratio(comparison, log_ratio_of_medians(comparison));
  if (conditions.sequential) {
    comparison.reason = "the sides were measured one after the other: drift cannot be told from a difference";
  }
  return comparison;
}

std::string why_undecided(std::span<const double> differences, const Effect& effect, double alpha, double limit) {
  const int pairs = static_cast<int>(differences.size());
  const double seen = minimal_detectable_effect(pairs, robust_spread(differences), alpha);
  return fmt::format("{} pairs of this spread reveal a difference of {} or more; about {} pairs would decide", pairs,
                     percent(std::expm1(seen)), pairs_needed(pairs, effect.estimate, *effect.interval, limit));
}

void judge_pairs(Comparison& comparison, const Sides& sides, const Rule& rule, double limit, Words words) {
  const std::vector<double> differences = log_ratios(sides[0].samples, sides[1].samples);
  const Judgement judgement = judge(differences, rule, limit);
  const Effect& effect = judgement.effect;
  set_ratio(comparison, effect.estimate);
  if (!effect.interval) {
    comparison.reason =
        fmt::format("{} cannot carry a {} interval, at least {} are needed", count(differences.size(), "pair"),
                    percent(1 - rule.alpha), least_pairs(rule.alpha));
    return;
  }
  comparison.ci_low = std::exp(effect.interval->low);
  comparison.ci_high = std::exp(effect.interval->high);
  comparison.level = effect.interval->level;
  comparison.p_value = judgement.p_value;
  comparison.flags.skewed = effect.skewed;
  comparison.flags.material = effect.interval->low > limit || effect.interval->high < -limit;
  if (judgement.equivalent) {
    comparison.verdict = Verdict::kEquivalent;
  } else if (judgement.different) {
    comparison.verdict = words.of(effect.interval->low);
  } else {
    comparison.reason = why_undecided(differences, effect, rule.alpha, limit);
  }
}

std::string range_of(const Side& side) {
  const auto [low, high] = std::minmax_element(side.samples.begin(), side.samples.end());
  const std::string range = *low == *high ? fmt::format("{:.1f}", *low / kMebibyte)
                                          : fmt::format("{:.1f} to {:.1f}", *low / kMebibyte, *high / kMebibyte);
  return fmt::format("{} {} MiB in {}", side.name, range, count(side.samples.size(), "run"));
}

/// The whole range of one side lies beyond the tolerance from that of the other.
bool ranges_are_apart(const Sides& sides, double limit) {
  const auto [neural_low, neural_high] = std::minmax_element(sides[0].samples.begin(), sides[0].samples.end());
  const auto [native_low, native_high] = std::minmax_element(sides[1].samples.begin(), sides[1].samples.end());
  return std::log(*neural_low) - std::log(*native_high) > limit ||
         std::log(*native_low) - std::log(*neural_high) > limit;
}

void judge_by_tolerance(Comparison& comparison, const Sides& sides, double limit) {
  const double log_ratio = log_ratio_of_medians(comparison);
  comparison.verdict = std::abs(log_ratio) < limit ? Verdict::kEquivalent : kMemoryWords.of(log_ratio);
  comparison.flags.material = ranges_are_apart(sides, limit);
  comparison.reason = fmt::format("judged by the tolerance of {} alone: {}, {}", percent(std::expm1(limit)),
                                  range_of(sides[0]), range_of(sides[1]));
}

}  // namespace

Comparison compare_times(std::span<const double> neural, std::span<const double> native, const Rule& rule,
                         Conditions conditions) {
  const Sides sides = sides_of(neural, native);
  Comparison comparison = describe(sides, "s", conditions);
  if (comparison.reason.empty()) judge_pairs(comparison, sides, rule, std::log1p(rule.tolerance), kTimeWords);
  return comparison;
}

Comparison compare_memory(std::span<const double> neural, std::span<const double> native, Conditions conditions) {
  const Sides sides = sides_of(neural, native);
  Comparison comparison = describe(sides, "bytes", conditions);
  if (!comparison.reason.empty()) return comparison;

  const double smaller = std::min(comparison.neural, comparison.native);  // the same when the sides are swapped
  const double limit = std::log1p(std::max(kMemoryTolerance, kMemoryToleranceBytes / smaller));
  const Rule one_look{.looks = {comparison.pairs}};
  if (neural.size() == native.size() && comparison.pairs >= least_pairs(one_look.alpha)) {
    judge_pairs(comparison, sides, one_look, limit, kMemoryWords);
  } else {
    judge_by_tolerance(comparison, sides, limit);
  }
  return comparison;
}

void mark_holm_survivors(std::span<Comparison* const> family, double alpha) {
  std::vector<Comparison*> tested;
  std::vector<double> p_values;
  for (Comparison* comparison : family) {
    comparison->flags.survives_holm = false;
    if (std::isnan(comparison->p_value)) continue;
    tested.push_back(comparison);
    p_values.push_back(comparison->p_value);
  }
  const std::vector<bool> rejected = holm(p_values, alpha);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    const Verdict verdict = tested[i]->verdict;
    const bool difference = verdict != Verdict::kEquivalent && verdict != Verdict::kInconclusive;
    tested[i]->flags.survives_holm = rejected[i] && difference;
  }
}

}  // namespace neural::bench::stats
