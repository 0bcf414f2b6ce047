#include "neural/bench/plan/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"

namespace neural::bench::plan {
namespace {

struct Length {
  double longest_epoch_seconds;
  double slice_seconds;
};

constexpr Length kThorough{3.0, 2.0};
constexpr Length kQuick{1.5, 1.0};

}  // namespace

Expected<process::PairTask> choose_steps(double step_seconds, std::int64_t train_rows, std::int64_t batch_size,
                                         bool quick) {
  NEURAL_CHECK(step_seconds > 0, "a step takes time");
  const std::int64_t whole_batches = train_rows / batch_size;
  if (whole_batches < kWarmupSteps) {
    return fail(ErrorCode::kMeasurement,
                fmt::format("the data has {} whole batches of {} rows, {} are needed to measure a step",
                            with_thousands(whole_batches), with_thousands(batch_size), kWarmupSteps));
  }
  const Length& length = quick ? kQuick : kThorough;
  const bool epoch_fits = step_seconds * static_cast<double>(whole_batches) <= length.longest_epoch_seconds;
  const double slice =
      epoch_fits ? static_cast<double>(whole_batches) : std::round(length.slice_seconds / step_seconds);
  process::PairTask task;
  task.warmup_steps = kWarmupSteps;
  // A slice of fewer steps would tell noise from noise, however long its steps are.
  task.long_steps = std::clamp(static_cast<std::int64_t>(slice), kWarmupSteps, whole_batches);
  task.short_steps = std::max<std::int64_t>(2, task.long_steps / 10);
  return task;
}

}  // namespace neural::bench::plan
