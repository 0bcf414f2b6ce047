#include "neural/bench/stats/comparison.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "neural/base/check.hpp"

namespace neural::bench::stats {
namespace {

constexpr auto kFlags = std::to_array<std::pair<bool Flags::*, std::string_view>>({
    {&Flags::skewed, "skewed"},
    {&Flags::material, "material"},
    {&Flags::noisy, "noisy"},
    {&Flags::survives_holm, "survives_holm"},
    {&Flags::sequential, "sequential"},
    {&Flags::single, "single"},
});

constexpr std::array kVerdicts = {Verdict::kFaster,     Verdict::kSlower,       Verdict::kLess,
                                  Verdict::kMore,       Verdict::kBetter,       Verdict::kWorse,
                                  Verdict::kEquivalent, Verdict::kInconclusive, Verdict::kInvalid};

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json names_of(const Flags& flags) {
  Json names = Json::array();
  for (const auto& [flag, name] : kFlags) {
    if (flags.*flag) names.push_back(name);
  }
  return names;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFaster:
      return "FASTER";
    case Verdict::kSlower:
      return "SLOWER";
    case Verdict::kLess:
      return "LESS";
    case Verdict::kMore:
      return "MORE";
    case Verdict::kBetter:
      return "BETTER";
    case Verdict::kWorse:
      return "WORSE";
    case Verdict::kEquivalent:
      return "EQUIVALENT";
    case Verdict::kInconclusive:
      return "INCONCLUSIVE";
    case Verdict::kInvalid:
      return "INVALID";
  }
  NEURAL_CHECK(false, "not a verdict");
}

std::optional<Verdict> verdict_named(std::string_view name) {
  for (const Verdict verdict : kVerdicts) {
    if (name_of(verdict) == name) return verdict;
  }
  return std::nullopt;
}

Comparison invalid_comparison(std::string reason) {
  Comparison comparison;
  comparison.verdict = Verdict::kInvalid;
  comparison.reason = std::move(reason);
  return comparison;
}

Json to_json(const Comparison& comparison) {
  return {
      {"neural", number(comparison.neural)},
      {"native", number(comparison.native)},
      {"difference", number(comparison.difference)},
      {"percentage", number(comparison.percentage)},
      {"ratio", number(comparison.ratio)},
      {"ci_low", number(comparison.ci_low)},
      {"ci_high", number(comparison.ci_high)},
      {"level", number(comparison.level)},
      {"pairs", comparison.pairs},
      {"verdict", name_of(comparison.verdict)},
      {"reason", comparison.reason},
      {"flags", names_of(comparison.flags)},
  };
}

}  // namespace neural::bench::stats
