// Why a run failed, in one sentence a user can act on.
#pragma once

#include <string>

#include "neural/base/expected.hpp"
#include "neural/bench/process/events.hpp"
#include "neural/bench/process/runner.hpp"
#include "neural/bench/process/worker_plan.hpp"

namespace neural::bench::process {

/// Empty if the run is valid. The sentence names the side, what it did, where, and the file to look into next:
/// "the contender failed while training: ValueError at pytorch_native.py line 42: …; its output is in raw/…/log.txt".
std::string describe_failure(const WorkerPlan& plan, const Ending& ending, const Expected<Events>& events,
                             double timeout_seconds);

}  // namespace neural::bench::process
