// How many steps the runs of a pair train.
#pragma once

#include <cstdint>

#include "neural/base/expected.hpp"
#include "neural/bench/process/worker_plan.hpp"

namespace neural::bench::plan {

/// Steps before the clock is read, in two calls of `fit`.
inline constexpr std::int64_t kWarmupSteps = 10;

/// The same steps for both sides. `step_seconds` is the time of a step on the slower side. The long fit is all whole
/// batches of an epoch where these take no longer than three seconds (`quick`: one and a half), else a slice of two
/// seconds (one); the short fit is a tenth of it, and at least two steps. An error (kMeasurement) if the data has fewer
/// than `kWarmupSteps` whole batches.
Expected<process::PairTask> choose_steps(double step_seconds, std::int64_t train_rows, std::int64_t batch_size,
                                         bool quick);

}  // namespace neural::bench::plan
