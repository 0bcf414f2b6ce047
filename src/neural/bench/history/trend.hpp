// What became of the ratios neural : native over all sessions.
#pragma once

#include <string>
#include <vector>

#include "neural/bench/history/history.hpp"
#include "neural/bench/stats/change_points.hpp"

namespace neural::bench::history {

struct Point {
  std::int64_t session = 0;
  std::string started_utc;
  std::string revision;  ///< as Summary::revision
  double ratio = 0;
};

/// A phase of what is measured, on both sides of a change: geometric means over the sessions of each.
struct PhaseShift {
  std::string phase;              ///< "steps", "import"
  double before = 0, after = 0;   ///< neural : native
  double neural = 0, native = 0;  ///< after : before, of each side's own seconds or bytes
};

/// Where a trend has moved, and what is to be done about it.
struct Shift : stats::ChangePoint {
  enum class State {
    kBetter,        ///< less time or memory than before
    kNew,           ///< more, and nobody has said why: an alert
    kAcknowledged,  ///< more, for a reason
    kGone,          ///< more, but a later change has taken it back
  };
  State state = State::kNew;
  std::string reason;  ///< of an acknowledgement
  std::vector<PhaseShift> phases;
};

/// "better", "new", "acknowledged" or "gone".
const char* name_of(Shift::State state);

/// Training time or peak memory of one cell on one machine, for as long as its network, its contender and the protocol
/// stay the same: an edited benchmark begins a series of its own instead of a step in the old one.
struct Trend {
  std::string model, backend, contender, metric, fingerprint;
  std::vector<Point> points;   ///< by the time their sessions began
  std::vector<Shift> changes;  ///< of the logarithms of the ratios
};

/// Every series with a point, by model, backend, contender, metric and machine, the one that began first before others
/// of these. Sessions without a valid ratio are gaps. An acknowledgement is that of the nearest change within
/// ChangeRule::least_segment sessions: more of them may move a change a little.
Expected<std::vector<Trend>> trends(History& history, const Filter& filter = {}, const stats::ChangeRule& rule = {});

/// Of the changes at which `session` is the first of the new level: how many there are, each now acknowledged for this
/// reason, or for none where that is empty. `made_utc` says when.
Expected<std::size_t> acknowledge(History& history, std::int64_t session, const Filter& filter,
                                  const std::string& reason, const std::string& made_utc,
                                  const stats::ChangeRule& rule = {});

Json to_json(const Trend& trend);

}  // namespace neural::bench::history
