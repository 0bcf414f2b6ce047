// A worker whose cost is known: what the harness says of it can be held against what is so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"

namespace neural::bench::selftest {

/// What stands for a program. Its steps do a fixed amount of what training does most, so that their time is as noisy as
/// that of training.
struct Truth {
  std::int64_t iterations = 1;  ///< of spin(), a step
  std::int64_t bytes = 0;       ///< taken and touched while it trains
};

Json to_json(const Truth& truth);
Expected<Truth> read_truth(const std::filesystem::path& file);

/// Multiplies so many rows of a matrix and adds them up.
void spin(std::int64_t iterations);

/// The iterations that take about so long on this machine, by the quickest of several tries.
std::int64_t calibrate(double seconds);

/// What `neural truth-worker PLAN` does: a run of the task `pair` or `memory` as docs/worker.md has it, with the events
/// on `descriptor`. `version` is told as that of `neural`. An error says what is wrong with the plan.
Status run_truth_worker(const std::filesystem::path& plan, const std::string& version, int descriptor = 3);

}  // namespace neural::bench::selftest
