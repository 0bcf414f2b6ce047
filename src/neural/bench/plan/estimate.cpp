#include "neural/bench/plan/estimate.hpp"

#include <cstddef>

namespace neural::bench::plan {
namespace {

std::size_t index_of(process::Task task) {
  return static_cast<std::size_t>(task);
}

}  // namespace

RunCounts runs_of_cell(int pairs, int memory_runs_a_side, int seeds) {
  RunCounts counts{};
  // Each seed but the declared one has a run that writes its weights down.
  counts[index_of(process::Task::kParity)] = 2 + (seeds - 1);
  counts[index_of(process::Task::kFull)] = 2 * seeds;
  counts[index_of(process::Task::kPair)] = 2 * pairs;
  counts[index_of(process::Task::kMemory)] = 2 * memory_runs_a_side;
  return counts;
}

void Estimate::add(process::Task task, double seconds) {
  latest_[index_of(task)] = seconds;
  total_[index_of(task)] += seconds;
  ++runs_[index_of(task)];
}

std::optional<double> Estimate::seconds(const RunCounts& this_cell, const RunCounts& other_cells) const {
  double left = 0;
  for (std::size_t task = 0; task < runs_.size(); ++task) {
    if (this_cell[task] + other_cells[task] == 0) continue;
    if (runs_[task] == 0) return std::nullopt;
    const double mean = total_[task] / runs_[task];
    left += this_cell[task] * latest_[task].value_or(mean) + other_cells[task] * mean;
  }
  return left;
}

}  // namespace neural::bench::plan
