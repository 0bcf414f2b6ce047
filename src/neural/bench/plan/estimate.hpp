// How long a session will go on.
#pragma once

#include <array>
#include <optional>

#include "neural/bench/process/worker_plan.hpp"

namespace neural::bench::plan {

/// Numbers of runs by task, indexed by process::Task.
using RunCounts = std::array<int, 4>;

/// The runs of a cell with so many pairs; `seeds` is how often a side is trained fully.
RunCounts runs_of_cell(int pairs, int memory_runs_a_side, int seeds);

/// Learns from the durations of runs. A task of this cell is expected to take as long as it did last; of other cells,
/// as the mean of all runs of that task.
class Estimate {
 public:
  void begin_cell() { latest_ = {}; }
  void add(process::Task task, double seconds);

  /// Nothing while a task that is still to come has never been run.
  std::optional<double> seconds(const RunCounts& this_cell, const RunCounts& other_cells) const;

 private:
  std::array<std::optional<double>, 4> latest_;
  std::array<double, 4> total_{};
  std::array<int, 4> runs_{};
};

}  // namespace neural::bench::plan
