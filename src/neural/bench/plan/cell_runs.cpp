#include "neural/bench/plan/cell_runs.hpp"

#include <algorithm>

#include "neural/bench/plan/backends.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

using process::Outcome;
using process::Side;
using process::Task;
using process::WorkerPlan;

}  // namespace

CellRuns::CellRuns(SessionContext& context, CellRecord& record, int number)
    : context_(context),
      record_(record),
      left_(runs_of_cell(context.protocol.rule().looks[0], context.protocol.memory_runs(), context.protocol.seeds)) {
  progress_.cell = record.cell.name;
  progress_.cell_number = number;
  progress_.cells = context.cells;
}

fs::path CellRuns::folder() const {
  return context_.host.results / "raw" / record_.cell.name;
}

fs::path CellRuns::weights_folder() const {
  const std::string& cell = record_.equal_to.empty() ? record_.cell.name : record_.equal_to;
  return context_.host.results / "raw" / cell / "weights";
}

fs::path CellRuns::parity_folder(Side side) const {
  return folder() / "parity" / name_of(side);
}

WorkerPlan CellRuns::plan(Task task, Side side, std::string run) const {
  const CompiledProgram& compiled = record_.programs->compiled;
  const bool neural = side == Side::kNeural;
  WorkerPlan plan;
  plan.cell = record_.cell.name;
  plan.run = std::move(run);
  plan.task = task;
  plan.side = side;
  plan.backend = neural ? record_.cell.generated_backend : record_.cell.contender.constants.backend;
  if (plan.backend == kEngine) plan.layout = record_.cell.layout;
  plan.program = neural ? record_.programs->neural : record_.programs->native;
  plan.profile = context_.protocol.profile;
  plan.threads = context_.protocol.threads;
  plan.seed = compiled.seed;
  plan.data = record_.data->folder;
  plan.train_rows = record_.data->train_rows;
  plan.input_shape = compiled.input_shape;
  plan.batch_size = compiled.batch_size;
  plan.shuffle = compiled.shuffle;
  plan.loss = compiled.loss;
  plan.optimizer = compiled.optimizer;
  plan.load_weights = weights_folder();
  return plan;
}

std::optional<Outcome> CellRuns::finished(const std::string& run) const {
  return process::read_outcome(folder() / run);
}

Expected<process::Events> CellRuns::events(const std::string& run) const {
  const std::optional<Outcome> outcome = finished(run);
  Expected<process::Events> events = process::read_events(folder() / run / "events.jsonl");
  if (events && outcome) events = process::without_pauses(*std::move(events), outcome->ending.pauses);
  if (events) return events;
  return fail(ErrorCode::kMeasurement,
              "raw/" + record_.cell.name + "/" + run + "/events.jsonl: " + events.error().message,
              "remove that folder and go on with `--resume`");
}

Expected<Outcome> CellRuns::run(const WorkerPlan& plan, std::size_t padding) {
  std::optional<Outcome> outcome = finished(plan.run);
  if (!outcome || !outcome->valid) {
    announce(plan);
    outcome = NEURAL_TRY(process::run_worker(context_.runner, context_.host, plan, padding));
    context_.observer.run_finished(*outcome);
  }
  NEURAL_TRY(count(plan, *outcome));
  return *std::move(outcome);
}

Status CellRuns::run_in_turns(const std::array<WorkerPlan, 2>& plans, std::size_t padding,
                              const process::Turns& turns) {
  for (const WorkerPlan& plan : plans) announce(plan);
  const std::vector<Outcome> outcomes =
      NEURAL_TRY(process::run_workers_in_turns(context_.runner, context_.host, plans, padding, turns));
  for (const Outcome& outcome : outcomes) context_.observer.run_finished(outcome);
  for (std::size_t i = 0; i < outcomes.size(); ++i) NEURAL_TRY(count(plans[i], outcomes[i]));
  return done();
}

Status CellRuns::count(const WorkerPlan& plan, const Outcome& outcome) {
  context_.estimate.add(plan.task, outcome.ending.wall_seconds);
  spend(outcome);
  int& left = left_[static_cast<std::size_t>(plan.task)];
  left = std::max(0, left - 1);
  return outcome.valid ? done() : fail(ErrorCode::kMeasurement, outcome.reason);
}

void CellRuns::announce(const WorkerPlan& plan) {
  const Protocol& protocol = context_.protocol;
  RunCounts others = runs_of_cell(protocol.rule().looks[0], protocol.memory_runs(), protocol.seeds);
  for (int& count : others) count *= progress_.cells - progress_.cell_number;
  progress_.task = plan.task;
  progress_.side = plan.side;
  progress_.seconds_left = context_.estimate.seconds(left_, others);
  context_.observer.run_started(progress_);
}

Status CellRuns::save() const {
  return save_cell(record_, context_.host.results);
}

void CellRuns::show_pair(int pair, int pairs, std::optional<double> ratio) {
  progress_.pair = pair;
  progress_.pairs = pairs;
  progress_.ratio = ratio;
  left_[static_cast<std::size_t>(Task::kPair)] = pair == 0 ? 0 : 2 * (pairs - pair + 1);
}

}  // namespace neural::bench::plan
