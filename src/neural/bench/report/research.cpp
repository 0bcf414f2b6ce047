#include "neural/bench/report/research.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "neural/base/json_view.hpp"

namespace neural::bench::report {
namespace {

Json verdict_json(std::optional<double> measured, double claimed, bool less_is_better) {
  if (!measured) return {{"measured", nullptr}, {"verdict", "not measured"}};
  // As in generated programs: a share of 0.9 in float32 is a little less than 0.9.
  const double slack = 1e-6 * std::fabs(claimed);
  const bool is_reached = less_is_better ? *measured <= claimed + slack : *measured >= claimed - slack;
  return {{"measured", *measured}, {"verdict", is_reached ? "reached" : "missed"}};
}

/// A worker measures just these of every program, whatever else the generated one could.
std::optional<double> measured_on(const Json& side, const std::string& key) {
  return key == "accuracy" || key == "loss" ? number_at(side, {key}) : std::nullopt;
}

}  // namespace

Json research_json(const Json& claims, const Json& neural, const Json& native) {
  Json results = Json::array();
  for (const Json& claim : list_at(claims, {})) {
    const auto claimed = number_at(claim, {"claimed"});
    if (!claimed) continue;
    const std::string key = text_at(claim, {"key"});
    const bool less_is_better = true_at(claim, {"less_is_better"});
    results.push_back({{"block", text_at(claim, {"block"})},
                       {"metric", text_at(claim, {"metric"})},
                       {"claimed", *claimed},
                       {"neural", verdict_json(measured_on(neural, key), *claimed, less_is_better)},
                       {"native", verdict_json(measured_on(native, key), *claimed, less_is_better)}});
  }
  return results;
}

std::string research_title(const Json& claim) {
  const std::string block = text_at(claim, {"block"});
  return fmt::format("research{}{}: {} {:.6g}", block.empty() ? "" : " ", block, text_at(claim, {"metric"}),
                     number_at(claim, {"claimed"}).value_or(0));
}

std::string research_verdict(const Json& claim, const char* side) {
  const std::string verdict = text_at(claim, {side, "verdict"});
  const auto measured = number_at(claim, {side, "measured"});
  return measured ? fmt::format("{} ({:.6g})", verdict, *measured) : verdict;
}

}  // namespace neural::bench::report
