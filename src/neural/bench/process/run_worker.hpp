// One measured run, from its plan to its outcome.json.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/bench/process/outcome.hpp"
#include "neural/bench/process/runner.hpp"
#include "neural/bench/process/variables.hpp"
#include "neural/bench/process/worker_plan.hpp"

namespace neural::bench::process {

/// What the runs of a session have in common.
struct WorkerHost {
  std::filesystem::path results;
  /// The worker's program and its arguments before the plan: `{"/usr/bin/python3", "-m", "neural.worker"}`.
  std::vector<std::string> command;
  Variables outside;
  double timeout_seconds = 0;
  /// As `command`, of the backends that have a worker of their own.
  std::map<std::string, std::vector<std::string>> own_commands = {};
};

/// Writes the plan, starts the worker, judges its events, and writes the outcome, last and in one step, when all the
/// run has written is on disk. A contender that fails, or whose events are not those of a complete run, makes an
/// outcome that is not valid and says why. The errors are those of Runner::run and of a folder that cannot be written.
/// Of an unfinished run with the same name nothing is kept; a finished one is moved to `raw/<cell>/failed/`.
Expected<Outcome> run_worker(Runner& runner, const WorkerHost& host, const WorkerPlan& plan, std::size_t padding);

/// The two sides of a pair, in the order in which they are started: from the end of their warm-up on they take turns
/// (Runner::run_in_turns; `turns.after` is set here). Outcomes, errors and folders are those of run_worker(); there is
/// only one outcome where the first side did not come to the end of its warm-up.
Expected<std::vector<Outcome>> run_workers_in_turns(Runner& runner, const WorkerHost& host,
                                                    const std::array<WorkerPlan, 2>& plans, std::size_t padding,
                                                    Turns turns);

}  // namespace neural::bench::process
