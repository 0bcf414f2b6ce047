#include "neural/bench/report/run.hpp"

#include <fmt/format.h>

#include <array>

#include "neural/base/text.hpp"
#include "neural/bench/process/validate.hpp"
#include "neural/bench/process/worker_plan.hpp"

namespace neural::bench::report {
namespace {

namespace fs = std::filesystem;

using process::Outcome;
using process::Task;
using process::WorkerPlan;

constexpr std::string_view kFailed = "failed";
constexpr std::array<std::string_view, 4> kTasks = {"parity", "full", "pair", "memory"};

/// What judging the events needs of a plan.
Expected<WorkerPlan> read_plan(const ResultsFolder& folder, const fs::path& place, const Outcome& outcome) {
  const std::string name = fmt::format("`{}`", place.string());
  const Json value = NEURAL_TRY(folder.read_object(place));
  WorkerPlan plan;
  plan.task = outcome.task;
  plan.side = outcome.side;
  plan.epochs = NEURAL_TRY(json_field<std::int64_t>(value, "epochs", name));
  plan.batch_size = NEURAL_TRY(json_field<std::int64_t>(value, "batch_size", name));
  const Json data = NEURAL_TRY(json_field<Json>(value, "data", name));
  plan.train_rows = NEURAL_TRY(json_field<std::int64_t>(data, "train_rows", name));
  plan.test_rows = NEURAL_TRY(json_field<std::int64_t>(data, "test_rows", name));
  if (plan.batch_size < 1 || plan.epochs < 0) {
    return fail(ErrorCode::kCorrupt, fmt::format("{}: {} epochs of batches of {}", name, plan.epochs, plan.batch_size));
  }
  if (plan.task != Task::kPair) return plan;
  const Json pair = NEURAL_TRY(json_field<Json>(value, "pair", name));
  plan.pair = process::PairTask{NEURAL_TRY(json_field<std::int64_t>(pair, "warmup_steps", name)),
                                NEURAL_TRY(json_field<std::int64_t>(pair, "short_steps", name)),
                                NEURAL_TRY(json_field<std::int64_t>(pair, "long_steps", name))};
  return plan;
}

/// The events of a run that says it is valid, or why they cannot be used.
Expected<process::Events> read_valid_events(const ResultsFolder& folder, const fs::path& place,
                                            const Outcome& outcome) {
  const WorkerPlan plan = NEURAL_TRY(read_plan(folder, place / "plan.json", outcome));
  process::Events events = NEURAL_TRY(folder.read_events(place / "events.jsonl"));
  const std::string fault = process::find_fault(plan, events);
  if (fault.empty()) return events;
  const std::string name = (place / "events.jsonl").string();
  return fail(ErrorCode::kCorrupt, fmt::format("`{}`: the process {}", name, fault));
}

Status fill(const ResultsFolder& folder, const fs::path& place, Run& run) {
  const fs::path file = place / "outcome.json";
  if (!folder.has(file)) {
    return fail(ErrorCode::kInterrupted, fmt::format("interrupted: there is no `{}`", file.string()));
  }
  const Json value = NEURAL_TRY(folder.read_object(file));
  const Outcome outcome = NEURAL_TRY(process::outcome_from_json(value, fmt::format("`{}`", file.string())));
  if (name_of(outcome.task) != run.task || name_of(outcome.side) != run.side) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("`{}`: holds the outcome of `{}`", file.string(), printable(outcome.run)));
  }
  run.ending = outcome.ending;
  if (!outcome.valid) {
    return fail(ErrorCode::kMeasurement,
                outcome.reason.empty() ? fmt::format("`{}` gives no reason", file.string()) : outcome.reason);
  }
  Expected<process::Events> events =
      process::without_pauses(NEURAL_TRY(read_valid_events(folder, place, outcome)), outcome.ending.pauses);
  if (!events) return tl::unexpected(events.error().within(fmt::format("`{}`", (place / "events.jsonl").string())));
  run.events = *std::move(events);
  return done();
}

/// True for the folder of a run: `pair_01_1_neural`, but not `weights`.
bool names_a_run(std::string_view name) {
  const std::size_t end = name.find('_');
  return end != std::string_view::npos && std::find(kTasks.begin(), kTasks.end(), name.substr(0, end)) != kTasks.end();
}

}  // namespace

Run read_run(const ResultsFolder& folder, const std::string& cell, const std::string& name) {
  Run run;
  run.name = name;
  const std::string own_name = fs::path(name).filename().string();
  run.task = own_name.substr(0, own_name.find('_'));
  run.side = own_name.find("_native") != std::string::npos ? "native" : "neural";
  const Status filled = fill(folder, fs::path("raw") / cell / name, run);
  run.valid = filled.has_value();
  if (!filled) run.reason = filled.error().message;
  return run;
}

std::vector<Run> read_runs(const ResultsFolder& folder, const std::string& cell) {
  const fs::path place = fs::path("raw") / cell;
  std::vector<Run> runs;
  for (const std::string& name : folder.folders_in(place)) {
    if (names_a_run(name)) runs.push_back(read_run(folder, cell, name));
  }
  for (const std::string& name : folder.folders_in(place / kFailed)) {
    if (names_a_run(name)) runs.push_back(read_run(folder, cell, fmt::format("{}/{}", kFailed, name)));
  }
  return runs;
}

bool is_set_aside(const Run& run) {
  return run.name.starts_with(kFailed);
}

const Run* find_run(const std::vector<Run>& runs, std::string_view name) {
  for (const Run& run : runs) {
    if (run.name == name) return &run;
  }
  return nullptr;
}

}  // namespace neural::bench::report
