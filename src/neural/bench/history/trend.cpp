#include "neural/bench/history/trend.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace neural::bench::history {
namespace {

void add(const Summary& summary, std::vector<Trend>& all, std::map<std::vector<std::string>, std::size_t>& places) {
  for (const Verdict& each : summary.verdicts) {
    if (!each.ratio || !std::isfinite(*each.ratio) || *each.ratio <= 0) continue;
    const auto [place, is_new] = places.try_emplace(
        {each.model, each.backend, each.contender, each.metric, summary.fingerprint, each.series}, all.size());
    if (is_new) all.push_back({each.model, each.backend, each.contender, each.metric, summary.fingerprint, {}, {}});
    all[place->second].points.push_back({summary.id, summary.started_utc, summary.revision, *each.ratio});
  }
}

}  // namespace

Expected<std::vector<Trend>> trends(History& history, const Filter& filter, const stats::ChangeRule& rule) {
  std::vector<Trend> all;
  std::map<std::vector<std::string>, std::size_t> places;
  const std::vector<Summary> sessions = NEURAL_TRY(history.sessions(filter));
  for (const Summary& summary : sessions) add(summary, all, places);
  const auto key = [](const Trend& trend) {
    return std::tie(trend.model, trend.backend, trend.contender, trend.metric, trend.fingerprint);
  };
  std::stable_sort(all.begin(), all.end(), [&](const Trend& one, const Trend& other) { return key(one) < key(other); });
  for (Trend& trend : all) {
    std::vector<double> logarithms;
    for (const Point& point : trend.points) logarithms.push_back(std::log(point.ratio));
    trend.changes = stats::change_points(logarithms, rule);
  }
  return all;
}

Json to_json(const Trend& trend) {
  Json points = Json::array(), changes = Json::array();
  for (const Point& point : trend.points) {
    points.push_back({{"session", point.session},
                      {"started_utc", point.started_utc},
                      {"revision", point.revision},
                      {"ratio", point.ratio}});
  }
  for (const stats::ChangePoint& change : trend.changes) {
    const Point &last = trend.points[change.index - 1], &first = trend.points[change.index];
    changes.push_back({{"session", first.session},
                       {"before", std::exp(change.before)},
                       {"after", std::exp(change.after)},
                       {"p_value", change.p_value},
                       {"last_before", last.revision},
                       {"first_after", first.revision}});
  }
  return {{"model", trend.model},         {"backend", trend.backend},         {"contender", trend.contender},
          {"metric", trend.metric},       {"fingerprint", trend.fingerprint}, {"points", std::move(points)},
          {"changes", std::move(changes)}};
}

}  // namespace neural::bench::history
