// How many steps the runs of a pair train.
#pragma once

#include <cstdint>
#include <span>

#include "neural/base/expected.hpp"
#include "neural/bench/process/worker_plan.hpp"

namespace neural::bench::plan {

/// Steps before the clock is read, in two calls of `fit`: the fewest, and the most that a calibration asks for.
inline constexpr std::int64_t kWarmupSteps = 10;
inline constexpr std::int64_t kMostWarmupSteps = 50;

/// How many steps a program needs until they take no longer than the later ones, from the times of single steps of one
/// run, the first included: behind the last change of level to less (stats::change_points), if there is one among the
/// first kMostWarmupSteps. What becomes faster later is the machine, not the program. At least kWarmupSteps.
std::int64_t warmup_steps(std::span<const double> step_seconds);

/// The same steps for both sides. `step_seconds` is the time of a step on the slower side. The long fit is all whole
/// batches of an epoch where these take no longer than three seconds (`quick`: one and a half), else a slice of two
/// seconds (one); the short fit is a tenth of it, and at least two steps. An error (kMeasurement) if the data has fewer
/// than `kWarmupSteps` whole batches; of a longer warm-up it gives what there is.
Expected<process::PairTask> choose_steps(double step_seconds, std::int64_t train_rows, std::int64_t batch_size,
                                         bool quick, std::int64_t warmup = kWarmupSteps);

}  // namespace neural::bench::plan
