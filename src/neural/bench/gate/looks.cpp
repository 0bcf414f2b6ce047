#include "neural/bench/gate/looks.hpp"

#include <array>
#include <cmath>

#include "neural/base/json_view.hpp"

namespace neural::bench::gate {
namespace {

constexpr std::array kMetrics = {"training_time", "memory"};

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

Look look_of(const Json& comparison) {
  return {number_at(comparison, {"ratio"}), number_at(comparison, {"ci_low"}), number_at(comparison, {"ci_high"}),
          stats::verdict_named(text_at(comparison, {"verdict"})).value_or(stats::Verdict::kInvalid),
          text_at(comparison, {"reason"})};
}

Json json_of(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace

Json to_json(const Look& look) {
  return {{"ratio", json_of(look.ratio)},
          {"ci_low", json_of(look.ci_low)},
          {"ci_high", json_of(look.ci_high)},
          {"verdict", stats::name_of(look.verdict)},
          {"reason", look.reason}};
}

Looks looks_of_results(const Json& results) {
  Looks looks;
  for (const Json& result : at(results, {"results"})) {
    for (const char* metric : kMetrics) {
      Look look = look_of(at(result, {"comparison", metric}));
      // Where the whole cell failed, the cell says why.
      if (look.verdict == stats::Verdict::kInvalid && !text_at(result, {"reason"}).empty()) {
        look.reason = text_at(result, {"reason"});
      }
      looks[{text_at(result, {"model"}), text_at(result, {"backend"}), text_at(result, {"contender"}), metric}] = look;
    }
  }
  return looks;
}

Looks looks_of_changes(const std::vector<history::Change>& changes) {
  Looks looks;
  for (const history::Change& change : changes) {
    looks[{change.model, change.backend, change.contender, change.metric}] = {
        change.ratio, change.ci_low, change.ci_high, change.verdict, change.reason};
  }
  return looks;
}

Look look_of(const stats::Comparison& comparison) {
  return {finite(comparison.ratio), finite(comparison.ci_low), finite(comparison.ci_high), comparison.verdict,
          comparison.reason};
}

}  // namespace neural::bench::gate
