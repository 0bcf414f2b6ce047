#include "neural/cli/bench_summary.hpp"

#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/bench/report/research.hpp"
#include "neural/bench/report/view.hpp"

namespace neural::cli {
namespace {

/// The member at the end of a path of keys, or null.
const Json* at_path(const Json& value, std::initializer_list<const char*> keys) {
  const Json* found = &value;
  for (const char* key : keys) {
    if (!found->is_object() || !found->contains(key)) return nullptr;
    found = &(*found)[key];
  }
  return found;
}

std::string number(const Json* value, int digits) {
  return value != nullptr && value->is_number() ? fmt::format("{:.{}f}", value->get<double>(), digits) : "-";
}

std::string word(const Json* value) {
  return value != nullptr && value->is_string() ? printable(value->get<std::string>()) : "-";
}

std::string comparison(const Json& result, const char* measure) {
  const Json* found = at_path(result, {"comparison", measure});
  if (found == nullptr) return "-";
  std::string text = number(at_path(*found, {"ratio"}), 3);
  const Json* low = at_path(*found, {"ci_low"});
  if (low != nullptr && low->is_number()) {
    text += fmt::format(" [{}, {}]", number(low, 3), number(at_path(*found, {"ci_high"}), 3));
  }
  return text + " " + word(at_path(*found, {"verdict"}));
}

/// "0.9781 : 0.9779"; over several seeds with the verdict.
std::string accuracy(const Json& result) {
  const Json& found = bench::report::at(result, {"comparison", "accuracy"});
  std::string text = number(at_path(found, {"neural"}), 4) + " : " + number(at_path(found, {"native"}), 4);
  return bench::report::number_at(found, {"pairs"}).value_or(1) > 1 ? text + " " + word(at_path(found, {"verdict"}))
                                                                    : text;
}

}  // namespace

std::string bench_summary(const Json& results) {
  std::string text =
      fmt::format("{:<34}  {:<38}  {:<20}  {}\n", "cell", "training time, neural : native", "peak memory", "accuracy");
  for (const Json& result : results.at("results")) {
    const std::string cell = word(at_path(result, {"model"})) + " " + word(at_path(result, {"contender"}));
    text += fmt::format("{:<34}  {:<38}  {:<20}  {}\n", cell, comparison(result, "training_time"),
                        comparison(result, "memory"), accuracy(result));
    for (const Json& claim : bench::report::list_at(result, {"research"})) {
      text += fmt::format("  {}: neural {}, native {}\n", printable(bench::report::research_title(claim)),
                          bench::report::research_verdict(claim, "neural"),
                          bench::report::research_verdict(claim, "native"));
    }
    const std::string reason = word(at_path(result, {"reason"}));
    if (reason != "-" && !reason.empty()) text += fmt::format("  {}\n", reason);
  }
  return text;
}

}  // namespace neural::cli
