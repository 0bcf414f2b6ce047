#include "neural/bench/report/epoch_time.hpp"

#include <fmt/format.h>

namespace neural::bench::report {
namespace {

const Json* find_slice(const process::Events& events, std::string_view kind) {
  for (const Json& event : events) {
    if (process::event_name(event) == "slice" && process::text_of(event, "kind") == kind) return &event;
  }
  return nullptr;
}

}  // namespace

Expected<EpochTime> epoch_time(const process::Events& events, std::int64_t steps_per_epoch) {
  const Json* short_slice = find_slice(events, "short");
  const Json* long_slice = find_slice(events, "long");
  if (short_slice == nullptr || long_slice == nullptr) {
    return fail(ErrorCode::kMeasurement, "a short and a long slice are needed");
  }
  const double short_steps = process::number_of(*short_slice, "steps");
  const double short_seconds = process::number_of(*short_slice, "seconds");
  const double long_steps = process::number_of(*long_slice, "steps");
  const double long_seconds = process::number_of(*long_slice, "seconds");
  if (!(short_steps < long_steps)) {
    return fail(ErrorCode::kMeasurement,
                fmt::format("the short slice has {} steps, the long one {}", short_steps, long_steps));
  }
  EpochTime time;
  time.step = (long_seconds - short_seconds) / (long_steps - short_steps);
  time.fixed = short_seconds - time.step * short_steps;
  time.epoch = time.fixed + time.step * static_cast<double>(steps_per_epoch);
  if (time.step > 0 && time.epoch > 0) return time;
  return fail(ErrorCode::kMeasurement, fmt::format("{} steps took {} s and {} steps {} s: no time is left for a step",
                                                   short_steps, short_seconds, long_steps, long_seconds));
}

}  // namespace neural::bench::report
