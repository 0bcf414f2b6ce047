#include "neural/bench/gate/looks.hpp"

#include <array>
#include <cmath>

namespace neural::bench::gate {
namespace {

constexpr std::array kMetrics = {"training_time", "memory"};

const Json& member(const Json& value, const char* key) {
  static const Json kNothing;
  const auto found = value.is_object() ? value.find(key) : value.end();
  return value.is_object() && found != value.end() ? *found : kNothing;
}

std::string text_of(const Json& value, const char* key) {
  const Json& found = member(value, key);
  return found.is_string() ? found.get<std::string>() : std::string();
}

std::optional<double> number_of(const Json& value, const char* key) {
  const Json& found = member(value, key);
  return found.is_number() ? std::optional(found.get<double>()) : std::nullopt;
}

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

Look look_of(const Json& comparison) {
  return {number_of(comparison, "ratio"), number_of(comparison, "ci_low"), number_of(comparison, "ci_high"),
          stats::verdict_named(text_of(comparison, "verdict")).value_or(stats::Verdict::kInvalid),
          text_of(comparison, "reason")};
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
  for (const Json& result : member(results, "results")) {
    for (const char* metric : kMetrics) {
      Look look = look_of(member(member(result, "comparison"), metric));
      // Where the whole cell failed, the cell says why.
      if (look.verdict == stats::Verdict::kInvalid && !text_of(result, "reason").empty()) {
        look.reason = text_of(result, "reason");
      }
      looks[{text_of(result, "model"), text_of(result, "backend"), text_of(result, "contender"), metric}] = look;
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
