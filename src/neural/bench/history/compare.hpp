// Two sessions of the same comparisons: has the neural side become faster or slower?
#pragma once

#include <string>
#include <vector>

#include "neural/bench/history/history.hpp"
#include "neural/bench/stats/comparison.hpp"

namespace neural::bench::history {

/// What became of one quantity of one cell. Times of two sessions are not compared: the machine may have been slower
/// as a whole. What is compared are the ratios neural : native, which were measured side by side.
struct Change {
  std::string model, backend, contender;
  std::string metric;  ///< "training_time" or "memory"
  std::optional<double> before, after;
  /// Of the ratios, after : before. The interval is that of the rank-sum test over the log ratios of the pairs.
  std::optional<double> ratio, ci_low, ci_high, level;
  /// FASTER and SLOWER, for memory LESS and MORE: the neural side has become so.
  stats::Verdict verdict = stats::Verdict::kInvalid;
  /// Why the verdict is not stronger, or what it rests on; else empty.
  std::string reason;
};

/// An error (kUsage) that names the hard facts in which the machines of two environment.json differ; none where they do
/// not.
Status check_machines(const Json& before, const Json& after);

/// Every cell of either session, by model, backend and contender. A cell that only one has, that is not valid in both,
/// or whose network or contender was another file, is INVALID with a reason. Sessions of different machines are
/// refused (check_machines).
Expected<std::vector<Change>> compare_sessions(const Session& before, const Session& after);

Json to_json(const Change& change);

}  // namespace neural::bench::history
