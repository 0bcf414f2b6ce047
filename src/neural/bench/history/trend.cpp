#include "neural/bench/history/trend.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "neural/bench/history/phase_shifts.hpp"

namespace neural::bench::history {
namespace {

void add(const Summary& summary, std::vector<Trend>& all, std::map<std::vector<std::string>, std::size_t>& places) {
  for (const Verdict& each : summary.verdicts) {
    if (each.metric == "total_time") continue;  // one run a side, no interval
    if (!each.ratio || !std::isfinite(*each.ratio) || *each.ratio <= 0) continue;
    const auto [place, is_new] = places.try_emplace(
        {each.model, each.backend, each.contender, each.metric, summary.fingerprint, each.series}, all.size());
    if (is_new) all.push_back({each.model, each.backend, each.contender, each.metric, summary.fingerprint, {}, {}});
    all[place->second].points.push_back({summary.id, summary.started_utc, summary.revision, *each.ratio});
  }
}

bool is_about(const Acknowledgement& each, const Trend& trend) {
  return each.model == trend.model && each.backend == trend.backend && each.contender == trend.contender &&
         each.metric == trend.metric;
}

/// The change nearest to that of the acknowledgement; null where it is about none of this trend.
Shift* change_of(const Acknowledgement& acknowledgement, Trend& trend, const stats::ChangeRule& rule) {
  if (!is_about(acknowledgement, trend)) return nullptr;
  const auto point = std::find_if(trend.points.begin(), trend.points.end(),
                                  [&](const Point& each) { return each.session == acknowledgement.session; });
  if (point == trend.points.end()) return nullptr;
  const auto place = static_cast<std::size_t>(point - trend.points.begin());
  const auto distance = [&](const Shift& shift) {
    return shift.index < place ? place - shift.index : shift.index - place;
  };
  const auto nearest =
      std::min_element(trend.changes.begin(), trend.changes.end(),
                       [&](const Shift& one, const Shift& other) { return distance(one) < distance(other); });
  return nearest != trend.changes.end() && distance(*nearest) <= rule.least_segment ? &*nearest : nullptr;
}

Shift::State state_of(const Trend& trend, std::size_t change, const stats::ChangeRule& rule) {
  const Shift& shift = trend.changes[change];
  if (shift.after < shift.before) return Shift::State::kBetter;
  const bool gone = std::any_of(trend.changes.begin() + static_cast<std::ptrdiff_t>(change) + 1, trend.changes.end(),
                                [&](const Shift& later) { return later.after < shift.before + rule.least_change; });
  if (gone) return Shift::State::kGone;
  return shift.reason.empty() ? Shift::State::kNew : Shift::State::kAcknowledged;
}

}  // namespace

const char* name_of(Shift::State state) {
  switch (state) {
    case Shift::State::kBetter:
      return "better";
    case Shift::State::kNew:
      return "new";
    case Shift::State::kAcknowledged:
      return "acknowledged";
    case Shift::State::kGone:
      return "gone";
  }
  return "";
}

Expected<std::vector<Trend>> trends(History& history, const Filter& filter, const stats::ChangeRule& rule) {
  std::vector<Trend> all;
  std::map<std::vector<std::string>, std::size_t> places;
  const std::vector<Summary> sessions = NEURAL_TRY(history.sessions(filter));
  for (const Summary& summary : sessions) add(summary, all, places);
  const auto key = [](const Trend& trend) {
    return std::tie(trend.model, trend.backend, trend.contender, trend.metric, trend.fingerprint);
  };
  std::stable_sort(all.begin(), all.end(), [&](const Trend& one, const Trend& other) { return key(one) < key(other); });
  const std::vector<Acknowledgement> acknowledgements = NEURAL_TRY(history.acknowledgements());
  for (Trend& trend : all) {
    std::vector<double> logarithms;
    for (const Point& point : trend.points) logarithms.push_back(std::log(point.ratio));
    for (const stats::ChangePoint& change : stats::change_points(logarithms, rule)) trend.changes.push_back({change});
    for (const Acknowledgement& each : acknowledgements) {
      if (Shift* shift = change_of(each, trend, rule)) shift->reason = each.reason;
    }
    for (std::size_t i = 0; i < trend.changes.size(); ++i) {
      trend.changes[i].state = state_of(trend, i, rule);
      trend.changes[i].phases = NEURAL_TRY(phase_shifts(history, trend, i));
    }
  }
  return all;
}

Expected<std::size_t> acknowledge(History& history, std::int64_t session, const Filter& filter,
                                  const std::string& reason, const std::string& made_utc,
                                  const stats::ChangeRule& rule) {
  std::vector<Trend> found = NEURAL_TRY(trends(history, filter, rule));
  const std::vector<Acknowledgement> earlier = NEURAL_TRY(history.acknowledgements());
  std::size_t count = 0;
  const auto change_all = [&]() -> Status {
    for (Trend& trend : found) {
      const auto shift = std::find_if(trend.changes.begin(), trend.changes.end(),
                                      [&](const Shift& each) { return trend.points[each.index].session == session; });
      if (shift == trend.changes.end()) continue;
      ++count;
      for (const Acknowledgement& each : earlier) {
        if (change_of(each, trend, rule) == &*shift) NEURAL_TRY(history.withdraw(each));
      }
      if (reason.empty()) continue;
      NEURAL_TRY(
          history.acknowledge({session, trend.model, trend.backend, trend.contender, trend.metric, reason, made_utc}));
    }
    return done();
  };
  NEURAL_TRY(history.at_once(change_all));
  return count;
}

Json to_json(const Trend& trend) {
  Json points = Json::array(), changes = Json::array();
  for (const Point& point : trend.points) {
    points.push_back({{"session", point.session},
                      {"started_utc", point.started_utc},
                      {"revision", point.revision},
                      {"ratio", point.ratio}});
  }
  for (const Shift& change : trend.changes) {
    Json phases = Json::array();
    for (const PhaseShift& each : change.phases) {
      phases.push_back({{"phase", each.phase},
                        {"before", each.before},
                        {"after", each.after},
                        {"neural", each.neural},
                        {"native", each.native}});
    }
    const Point &last = trend.points[change.index - 1], &first = trend.points[change.index];
    changes.push_back({{"session", first.session},
                       {"before", std::exp(change.before)},
                       {"after", std::exp(change.after)},
                       {"p_value", change.p_value},
                       {"last_before", last.revision},
                       {"first_after", first.revision},
                       {"state", name_of(change.state)},
                       {"reason", change.reason.empty() ? Json() : Json(change.reason)},
                       {"phases", std::move(phases)}});
  }
  return {{"model", trend.model},         {"backend", trend.backend},         {"contender", trend.contender},
          {"metric", trend.metric},       {"fingerprint", trend.fingerprint}, {"points", std::move(points)},
          {"changes", std::move(changes)}};
}

}  // namespace neural::bench::history
