// The measured process of the engine: docs/worker.md.
#pragma once

#include <filesystem>

#include "neural/base/expected.hpp"

namespace neural::cli {

/// Runs a plan whose program is a .neural file, with the events on `descriptor`. Gives the exit status: 0, or 1 and an
/// `error` event where the run failed. An error is one of the plan.
Expected<int> run_engine_worker(const std::filesystem::path& plan, int descriptor = 3);

}  // namespace neural::cli
