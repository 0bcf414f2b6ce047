#include "neural/bench/plan/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/stats/change_points.hpp"

namespace neural::bench::plan {
namespace {

struct Length {
  double longest_epoch_seconds;
  double slice_seconds;
};

// On the log scale: a level that is less by so much is another one.
constexpr double kLeastGain = 0.05;

// Of a clock; a step takes longer.
constexpr double kShortestStep = 1e-9;

constexpr Length kThorough{3.0, 2.0};
constexpr Length kQuick{1.5, 1.0};

}  // namespace

std::int64_t warmup_steps(std::span<const double> step_seconds) {
  if (step_seconds.size() < 2) return kWarmupSteps;
  // The first step, in which graphs are built, is another thing: beside it the others would all look alike.
  std::vector<double> logs;
  for (const double seconds : step_seconds.subspan(1)) logs.push_back(std::log(std::max(seconds, kShortestStep)));
  const stats::ChangeRule rule{.least_change = kLeastGain};
  std::int64_t steps = kWarmupSteps;
  for (const stats::ChangePoint& change : stats::change_points(logs, rule)) {
    const auto behind = static_cast<std::int64_t>(change.index) + 1;
    if (change.after < change.before && behind <= kMostWarmupSteps) steps = std::max(steps, behind);
  }
  return steps;
}

Expected<process::PairTask> choose_steps(double step_seconds, std::int64_t train_rows, std::int64_t batch_size,
                                         bool quick, std::int64_t warmup) {
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
  task.warmup_steps = std::min(warmup, whole_batches);
  // A slice of fewer steps would tell noise from noise, however long its steps are.
  task.long_steps = std::clamp(static_cast<std::int64_t>(slice), kWarmupSteps, whole_batches);
  task.short_steps = std::max<std::int64_t>(2, task.long_steps / 10);
  return task;
}

}  // namespace neural::bench::plan
