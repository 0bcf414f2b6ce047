#include "neural/bench/plan/measure_cell.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/bench/plan/pair_series.hpp"
#include "neural/bench/plan/parity_gate.hpp"
#include "neural/bench/plan/seed_runs.hpp"
#include "neural/bench/plan/steps.hpp"

namespace neural::bench::plan {
namespace {

using process::Side;
using process::Task;
using process::WorkerPlan;

Order order_for(CellRuns& runs, std::string_view what) {
  return draw_order(runs.protocol().seed, runs.record().cell.name, what);
}

/// The time of a step in the epochs of a full run. The first epoch, in which a framework may still compile, counts only
/// where there is no other.
Expected<double> step_seconds(CellRuns& runs, const WorkerPlan& plan) {
  double seconds = 0;
  for (const Json& event : NEURAL_TRY(runs.events(plan.run))) {
    if (process::event_name(event) != "epoch") continue;
    const double epoch = process::number_of(event, "seconds");
    const bool first = process::number_of(event, "epoch") <= 2;
    seconds = first ? epoch : std::min(seconds, epoch);
  }
  return seconds / static_cast<double>(plan.steps_per_epoch());
}

/// The whole training on both sides, and from its step time the length of the pairs.
Status train_fully(CellRuns& runs) {
  double slower = 0;
  for (const Side side : order_for(runs, "full")) {
    WorkerPlan plan = runs.plan(Task::kFull, side, fmt::format("full_{}", name_of(side)));
    plan.epochs = runs.protocol().epochs;
    plan.test_rows = runs.record().data->test_rows;
    NEURAL_TRY(runs.run(plan));
    NEURAL_TRY(runs.save());
    slower = std::max(slower, NEURAL_TRY(step_seconds(runs, plan)));
  }
  const CellRecord& record = runs.record();
  if (!(slower > 0)) return fail(ErrorCode::kMeasurement, "an epoch took no time");
  runs.record().steps = NEURAL_TRY(
      choose_steps(slower, record.data->train_rows, record.programs->compiled.batch_size, runs.protocol().quick));
  return runs.save();
}

Status measure_memory(CellRuns& runs) {
  for (int number = 1; number <= runs.protocol().memory_runs(); ++number) {
    for (const Side side : order_for(runs, fmt::format("memory {}", number))) {
      NEURAL_TRY(runs.run(runs.plan(Task::kMemory, side, fmt::format("memory_{:02}_{}", number, name_of(side)))));
      NEURAL_TRY(runs.save());
    }
  }
  return done();
}

}  // namespace

Status measure_cell(CellRuns& runs) {
  NEURAL_TRY(runs.save());
  NEURAL_TRY(pass_parity(runs));
  NEURAL_TRY(train_fully(runs));
  NEURAL_TRY(PairSeries(runs).measure());
  NEURAL_TRY(measure_memory(runs));
  return train_other_seeds(runs);
}

}  // namespace neural::bench::plan
