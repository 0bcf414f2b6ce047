// One run of a session, as its folder tells it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/bench/process/events.hpp"
#include "neural/bench/process/outcome.hpp"
#include "neural/bench/report/results_folder.hpp"

namespace neural::bench::report {

/// What a run left behind, judged anew: it is valid only if its outcome says so and its events are still those of a
/// complete run of its plan. Where it is not, `reason` says why, and names the file that is wrong.
struct Run {
  std::string name;
  /// "parity", "full", "pair" or "memory", and "neural" or "native".
  std::string task;
  std::string side;
  bool valid = false;
  std::string reason;
  /// How the process ended; nothing if it did not, or if that cannot be read.
  std::optional<process::Ending> ending;
  /// Empty unless the run is valid.
  process::Events events;
};

/// The run in `raw/cell/name`, whatever lies there.
Run read_run(const ResultsFolder& folder, const std::string& cell, const std::string& name);

/// The runs of a cell by name; those that were measured again (`failed/…`) come last.
std::vector<Run> read_runs(const ResultsFolder& folder, const std::string& cell);

/// True for a run that was measured again because it was not valid.
bool is_set_aside(const Run& run);

/// Null if there is none.
const Run* find_run(const std::vector<Run>& runs, std::string_view name);

}  // namespace neural::bench::report
