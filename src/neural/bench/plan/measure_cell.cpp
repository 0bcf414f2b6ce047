#include "neural/bench/plan/measure_cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "neural/bench/plan/pair_series.hpp"
#include "neural/bench/plan/parity_gate.hpp"
#include "neural/bench/plan/seed_runs.hpp"
#include "neural/bench/plan/steps.hpp"
#include "neural/bench/stats/summary.hpp"

namespace neural::bench::plan {
namespace {

using process::Side;
using process::Task;
using process::WorkerPlan;

Order order_for(CellRuns& runs, std::string_view what) {
  return draw_order(runs.protocol().seed, runs.record().cell.name, what);
}

/// The time of a step in the epochs of a full run, and of all its epochs. The first epoch, in which a framework may
/// still compile, counts for the step only where there is no other.
struct EpochSeconds {
  double step = 0;
  double all = 0;
};

Expected<EpochSeconds> epoch_seconds(CellRuns& runs, const WorkerPlan& plan) {
  double seconds = 0;
  EpochSeconds result;
  for (const Json& event : NEURAL_TRY(runs.events(plan.run))) {
    if (process::event_name(event) != "epoch") continue;
    const double epoch = process::number_of(event, "seconds");
    const bool first = process::number_of(event, "epoch") <= 2;
    seconds = first ? epoch : std::min(seconds, epoch);
    result.all += epoch;
  }
  result.step = seconds / static_cast<double>(plan.steps_per_epoch());
  return result;
}

/// Seconds of processes, both sides together: what the full runs took, and what a pair is thought to take.
struct Expectation {
  double full = 0;
  double pair = 0;
};

std::string parity_run(Side side) {
  return fmt::format("parity_{}", name_of(side));
}

/// The times of the single steps of a parity run.
Expected<std::vector<double>> step_seconds(CellRuns& runs, Side side) {
  const process::Events events = NEURAL_TRY(runs.events(parity_run(side)));
  const Json* parity = process::last_event(events, "parity");
  std::vector<double> seconds;
  if (parity != nullptr && parity->contains("step_seconds")) {
    for (const Json& step : (*parity)["step_seconds"]) seconds.push_back(step.is_number() ? step.get<double>() : 0);
  }
  return seconds;
}

/// What the slower of both sides to warm up needs.
Expected<std::int64_t> calibrated_warmup(CellRuns& runs) {
  std::int64_t steps = kWarmupSteps;
  for (const Side side : process::kSides) {
    steps = std::max(steps, warmup_steps(NEURAL_TRY(step_seconds(runs, side))));
  }
  return steps;
}

/// A process of the parity gate, and in place of its steps those of all epochs, each as long as the middle one.
Expected<double> expected_training(CellRuns& runs) {
  double expected = 0;
  for (const Side side : process::kSides) {
    const std::vector<double> steps = NEURAL_TRY(step_seconds(runs, side));
    const std::optional<process::Outcome> outcome = runs.finished(parity_run(side));
    if (steps.empty() || !outcome) continue;
    const double all = std::accumulate(steps.begin(), steps.end(), 0.0);
    const WorkerPlan plan = runs.plan(Task::kFull, side, "");
    expected += std::max(outcome->ending.wall_seconds - all, 0.0) +
                stats::median(steps) * static_cast<double>(plan.steps_per_epoch() * runs.protocol().epochs);
  }
  return expected;
}

/// The whole training on both sides, and from its step time the length of the pairs.
Expected<Expectation> train_fully(CellRuns& runs) {
  double slower = 0;
  Expectation expected;
  for (const Side side : order_for(runs, "full")) {
    WorkerPlan plan = runs.plan(Task::kFull, side, fmt::format("full_{}", name_of(side)));
    plan.epochs = runs.protocol().epochs;
    plan.test_rows = runs.record().data->test_rows;
    const process::Outcome outcome = NEURAL_TRY(runs.run(plan));
    NEURAL_TRY(runs.save());
    const EpochSeconds epochs = NEURAL_TRY(epoch_seconds(runs, plan));
    slower = std::max(slower, epochs.step);
    expected.full += outcome.ending.wall_seconds;
    expected.pair += outcome.ending.wall_seconds - epochs.all;
  }
  const CellRecord& record = runs.record();
  if (!(slower > 0)) return fail(ErrorCode::kMeasurement, "an epoch took no time");
  const std::int64_t warmup = NEURAL_TRY(calibrated_warmup(runs));
  runs.record().steps = NEURAL_TRY(choose_steps(slower, record.data->train_rows, record.programs->compiled.batch_size,
                                                runs.protocol().quick, warmup));
  NEURAL_TRY(runs.save());
  const process::PairTask& steps = *runs.record().steps;
  expected.pair += 2 * slower * static_cast<double>(steps.warmup_steps + steps.short_steps + steps.long_steps);
  return expected;
}

/// A process that only measures memory trains an epoch, so it takes no longer than one that trains fully.
Status measure_memory(CellRuns& runs, double full_seconds) {
  const int all = runs.protocol().memory_runs();
  for (int number = 1; number <= all; ++number) {
    if (!runs.budget().allows(full_seconds)) {
      runs.record().limits.memory_processes = number;
      runs.record().limits.given_up.push_back(
          fmt::format("{} of {} processes a side for peak memory", all - number + 1, all + 1));
      return runs.save();
    }
    for (const Side side : order_for(runs, fmt::format("memory {}", number))) {
      NEURAL_TRY(runs.run(runs.plan(Task::kMemory, side, fmt::format("memory_{:02}_{}", number, name_of(side)))));
      NEURAL_TRY(runs.save());
    }
  }
  return done();
}

}  // namespace

Expected<double> begin_cell(CellRuns& runs) {
  NEURAL_TRY(runs.save());
  if (runs.budget().left() <= 0) return too_little(runs.budget(), "this comparison", 0);
  NEURAL_TRY(pass_parity(runs));
  return expected_training(runs);
}

Status measure_cell(CellRuns& runs, double training_seconds) {
  if (training_seconds > runs.budget().left()) {
    return too_little(runs.budget(), "the trainings of both sides", training_seconds);
  }
  const Expectation expected = NEURAL_TRY(train_fully(runs));
  // Three processes for peak memory say more than a third look at the times.
  const double memory = runs.protocol().memory_runs() * expected.full;
  NEURAL_TRY(PairSeries(runs, runs.protocol().rule(), expected.pair, memory).measure());
  NEURAL_TRY(measure_memory(runs, expected.full));
  return train_other_seeds(runs, expected.full);
}

}  // namespace neural::bench::plan
