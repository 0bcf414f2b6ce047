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

/// One quantity of one cell on one machine, for as long as its network, its contender and the protocol stay the same:
/// an edited benchmark begins a series of its own instead of a step in the old one.
struct Trend {
  std::string model, backend, contender, metric, fingerprint;
  std::vector<Point> points;                ///< by the time their sessions began
  std::vector<stats::ChangePoint> changes;  ///< of the logarithms of the ratios
};

/// Every series with a point, by model, backend, contender, metric and machine, the one that began first before others
/// of these. Sessions without a valid ratio are gaps.
Expected<std::vector<Trend>> trends(History& history, const Filter& filter = {}, const stats::ChangeRule& rule = {});

Json to_json(const Trend& trend);

}  // namespace neural::bench::history
