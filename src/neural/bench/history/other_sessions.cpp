#include "neural/bench/history/other_sessions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "neural/bench/history/fingerprint.hpp"
#include "neural/bench/history/trend.hpp"

namespace neural::bench::history {
namespace {

constexpr std::array kCourses = {"loss", "test_loss", "test_accuracy"};

const Json& at(const Json& value, const char* key) {
  static const Json kNull;
  const auto found = value.is_object() ? value.find(key) : value.end();
  return found == value.end() ? kNull : *found;
}

/// The sessions that measured a cell by the same protocol have the same `series` in its verdicts.
struct CellKey {
  std::string model, backend, contender, series;
  auto operator<=>(const CellKey&) const = default;
};

std::set<CellKey> cells_of(const Summary& summary) {
  std::set<CellKey> cells;
  for (const Verdict& each : summary.verdicts) cells.insert({each.model, each.backend, each.contender, each.series});
  return cells;
}

bool is_of(const Json& result, const CellKey& cell) {
  return at(result, "model") == cell.model && at(result, "backend") == cell.backend &&
         at(result, "contender") == cell.contender;
}

/// The numbers of a list, null for what is none.
Json course(const Json& list) {
  Json numbers = Json::array();
  if (!list.is_array()) return numbers;
  for (const Json& item : list) numbers.push_back(item.is_number() ? item : Json());
  return numbers;
}

/// One entry a side of each result that is of one of the cells.
void add_curves(const Json& results, const Summary& summary, const std::set<CellKey>& cells, Json& curves) {
  const Json& list = at(results, "results");
  if (!list.is_array()) return;
  const Json& seed = at(at(results, "protocol"), "seed");
  for (const Json& result : list) {
    const auto cell =
        std::find_if(cells.begin(), cells.end(), [&](const CellKey& each) { return is_of(result, each); });
    if (cell == cells.end()) continue;
    for (const char* side : {"neural", "native"}) {
      const Json& epochs = at(at(result, side), "history");
      Json curve = {{"model", cell->model}, {"backend", cell->backend}, {"contender", cell->contender},
                    {"side", side},         {"session", summary.id},    {"seed", compact_json(seed)}};
      for (const char* key : kCourses) curve[key] = course(at(epochs, key));
      if (!curve["test_loss"].empty()) curves.push_back(std::move(curve));
    }
  }
}

Json differences_json(const Json& here, const Json& there) {
  Json all = Json::array();
  for (const Difference& each : differences(here, there)) {
    all.push_back({{"key", each.key}, {"here", each.before}, {"there", each.after}});
  }
  return all;
}

Expected<Json> document(const std::string& text, std::int64_t id) {
  return parse_json(text, fmt::format("session {}", id));
}

}  // namespace

Expected<Json> with_other_sessions(History& history, std::int64_t id) {
  const Session own = NEURAL_TRY(history.session(id));
  Json results = NEURAL_TRY(document(own.results, id));
  const Json environment = NEURAL_TRY(document(own.environment, id));
  const std::vector<Summary> sessions = NEURAL_TRY(history.sessions());
  const auto self = std::find_if(sessions.begin(), sessions.end(), [&](const Summary& each) { return each.id == id; });
  const std::set<CellKey> cells = cells_of(*self);

  Json series = Json::array(), machines = Json::array(), curves = Json::array();
  std::set<std::string> other_machines;
  const std::vector<Trend> found = NEURAL_TRY(trends(history));
  for (const Trend& trend : found) {
    if (trend.metric == "total_time") continue;  // one run a side, no interval
    const bool shown = std::any_of(cells.begin(), cells.end(), [&](const CellKey& cell) {
      return cell.model == trend.model && cell.backend == trend.backend && cell.contender == trend.contender;
    });
    if (!shown) continue;
    series.push_back(to_json(trend));
    if (trend.fingerprint != self->fingerprint) other_machines.insert(trend.fingerprint);
  }
  for (const Summary& summary : sessions) {
    std::set<CellKey> same;
    const std::set<CellKey> theirs = cells_of(summary);
    std::set_intersection(cells.begin(), cells.end(), theirs.begin(), theirs.end(), std::inserter(same, same.end()));
    const bool new_machine = other_machines.erase(summary.fingerprint) > 0;
    if (same.empty() && !new_machine) continue;
    const Session session = NEURAL_TRY(history.session(summary.id));
    if (!same.empty()) add_curves(NEURAL_TRY(document(session.results, summary.id)), summary, same, curves);
    if (!new_machine) continue;
    const Json there = NEURAL_TRY(document(session.environment, summary.id));
    machines.push_back({{"fingerprint", summary.fingerprint}, {"differences", differences_json(environment, there)}});
  }
  results["trend"] = {{"session", id},
                      {"fingerprint", self->fingerprint},
                      {"series", std::move(series)},
                      {"machines", std::move(machines)},
                      {"curves", std::move(curves)}};
  return results;
}

}  // namespace neural::bench::history
