// What the processes of a cell say in numbers: one value a process. Where a process that counts cannot be used there
// are no numbers but a `fault`, because leaving out what went wrong would choose among the results.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neural/bench/report/cell.hpp"
#include "neural/bench/report/epoch_time.hpp"

namespace neural::bench::report {

/// The times of the complete pairs, in the order of their numbers: neural[i] and native[i] belong together.
struct PairTimes {
  std::vector<EpochTime> neural;
  std::vector<EpochTime> native;
  /// A run among them had others on its processors, or lost time to other machines, beyond what is called quiet.
  bool noisy = false;
  std::string fault;
};

PairTimes pair_times(const Cell& cell);

/// The epoch times alone.
std::vector<double> epochs_of(const std::vector<EpochTime>& times);

/// The memory of one phase in each process that went through it, bytes; begin[i] and peak[i] belong together.
struct PhaseMemory {
  std::string phase;
  std::vector<double> begin;
  std::vector<double> peak;
};

/// Peak memory of the processes of a side that fitted all rows: the full run and the memory runs, by name.
struct PeakMemory {
  /// Bytes: the highest peak of any phase.
  std::vector<double> peak;
  /// Bytes: the peak of training less what was resident when it began.
  std::vector<double> train;
  /// In the order of the phases.
  std::vector<PhaseMemory> phases;
  /// "VmHWM", or "VmHWM-cumulative" if that is how one of them was measured.
  std::string method;
  std::string fault;
};

PeakMemory peak_memory(const Cell& cell, std::string_view side);

/// The values of `key` in the events of that name, one for each valid run of the side that was not set aside.
std::vector<double> event_values(const Cell& cell, std::string_view side, std::string_view event, std::string_view key);

}  // namespace neural::bench::report
