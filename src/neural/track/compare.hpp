// What differs between two runs, or between two groups of runs that differ in their seeds.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "neural/bench/stats/exact_tests.hpp"
#include "neural/track/recorded_run.hpp"

namespace neural::track {

struct ParamDifference {
  std::string name;
  std::optional<std::string> before, after;  ///< of a group: its values, separated by ", "; nothing where none has it
};

struct MetricDifference {
  std::string name;
  /// The last number of the run; of a group the median of the last numbers.
  std::optional<double> before, after;
  /// after - before; of groups the estimate of Hodges and Lehmann.
  std::optional<double> difference;
  /// 95 % or the next level above that the test has; of groups that are large enough.
  std::optional<bench::stats::Interval> interval;
  /// The interval is that of the signed-rank test over runs of the same seed; else it is that of the rank-sum test.
  bool paired = false;
};

struct Comparison {
  std::vector<ParamDifference> params;    ///< those that differ
  std::vector<MetricDifference> metrics;  ///< all that either side has
  std::size_t before_runs = 0, after_runs = 0;
};

/// A larger group is refused: its exact tests would take minutes.
inline constexpr std::size_t kMostRuns = 100;

/// Neither may be empty. Runs of two groups are paired where each seed is once in both.
Expected<Comparison> compare_runs(std::span<const RecordedRun> before, std::span<const RecordedRun> after);

Json to_json(const Comparison& comparison);

}  // namespace neural::track
