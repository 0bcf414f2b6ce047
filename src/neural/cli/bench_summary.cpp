#include "neural/cli/bench_summary.hpp"

#include <fmt/format.h>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/report/research.hpp"

namespace neural::cli {
namespace {

std::string number(const Json& value, int digits) {
  return value.is_number() ? fmt::format("{:.{}f}", value.get<double>(), digits) : "-";
}

std::string word(const Json& value) {
  return value.is_string() ? printable(value.get<std::string>()) : "-";
}

std::string comparison(const Json& result, const char* measure) {
  const Json& found = at(result, {"comparison", measure});
  if (found.is_null()) return "-";
  std::string text = number(at(found, {"ratio"}), 3);
  const Json& low = at(found, {"ci_low"});
  if (low.is_number()) text += fmt::format(" [{}, {}]", number(low, 3), number(at(found, {"ci_high"}), 3));
  return text + " " + word(at(found, {"verdict"}));
}

/// "0.9781 : 0.9779"; over several seeds with the verdict.
std::string accuracy(const Json& result) {
  const Json& found = at(result, {"comparison", "accuracy"});
  const std::string text = number(at(found, {"neural"}), 4) + " : " + number(at(found, {"native"}), 4);
  return number_at(found, {"pairs"}).value_or(1) > 1 ? text + " " + word(at(found, {"verdict"})) : text;
}

}  // namespace

std::string bench_summary(const Json& results) {
  std::string text =
      fmt::format("{:<34}  {:<38}  {:<20}  {}\n", "cell", "training time, neural : native", "peak memory", "accuracy");
  for (const Json& result : results.at("results")) {
    const std::string cell = word(at(result, {"model"})) + " " + word(at(result, {"contender"}));
    text += fmt::format("{:<34}  {:<38}  {:<20}  {}\n", cell, comparison(result, "training_time"),
                        comparison(result, "memory"), accuracy(result));
    for (const Json& claim : list_at(result, {"research"})) {
      text += fmt::format("  {}: neural {}, native {}\n", printable(bench::report::research_title(claim)),
                          bench::report::research_verdict(claim, "neural"),
                          bench::report::research_verdict(claim, "native"));
    }
    const std::string reason = word(at(result, {"reason"}));
    if (reason != "-" && !reason.empty()) text += fmt::format("  {}\n", reason);
  }
  return text;
}

}  // namespace neural::cli
