#include "neural/bench/history/other_sessions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "neural/bench/history/fingerprint.hpp"
#include "neural/bench/history/trend.hpp"

namespace neural::bench::history {
namespace {

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
  const Session stored = NEURAL_TRY(history.session(id));
  Json results = NEURAL_TRY(document(stored.results, id));
  const Json environment = NEURAL_TRY(document(stored.environment, id));
  const std::vector<Summary> sessions = NEURAL_TRY(history.sessions());
  const auto self = std::find_if(sessions.begin(), sessions.end(), [&](const Summary& each) { return each.id == id; });

  Json series = Json::array(), machines = Json::array();
  std::set<std::string> other_machines;
  const std::vector<Trend> found = NEURAL_TRY(trends(history));
  for (const Trend& trend : found) {
    const bool shown = std::any_of(self->verdicts.begin(), self->verdicts.end(), [&](const Verdict& own) {
      return own.model == trend.model && own.backend == trend.backend && own.contender == trend.contender;
    });
    if (!shown) continue;
    series.push_back(to_json(trend));
    if (trend.fingerprint != self->fingerprint) other_machines.insert(trend.fingerprint);
  }
  for (const Summary& summary : sessions) {
    if (other_machines.erase(summary.fingerprint) == 0) continue;
    const Session session = NEURAL_TRY(history.session(summary.id));
    const Json there = NEURAL_TRY(document(session.environment, summary.id));
    machines.push_back({{"fingerprint", summary.fingerprint}, {"differences", differences_json(environment, there)}});
  }
  results["trend"] = {{"session", id},
                      {"fingerprint", self->fingerprint},
                      {"series", std::move(series)},
                      {"machines", std::move(machines)}};
  return results;
}

}  // namespace neural::bench::history
