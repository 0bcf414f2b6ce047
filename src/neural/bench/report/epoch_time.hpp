// The time of an epoch out of a short and a long piece of training in one process.
#pragma once

#include <cstdint>

#include "neural/base/expected.hpp"
#include "neural/bench/process/events.hpp"

namespace neural::bench::report {

/// Seconds. The line through (steps, seconds) of the two slices: `step` is its slope, `fixed` its intercept, the cost
/// of a call of `fit` whatever its length; `epoch` is the line at the steps of an epoch.
struct EpochTime {
  double step = 0;
  double fixed = 0;
  double epoch = 0;
};

/// Of the events of a pair's valid run. An error, kMeasurement, if there is no such line or an epoch on it would take
/// no time: then the slices were too short to tell steps from noise.
Expected<EpochTime> epoch_time(const process::Events& events, std::int64_t steps_per_epoch);

}  // namespace neural::bench::report
