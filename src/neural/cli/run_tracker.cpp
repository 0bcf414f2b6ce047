#include "neural/cli/run_tracker.hpp"

#include "neural/base/clock.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/process/events.hpp"
#include "neural/track/run.hpp"

namespace neural::cli {
namespace {

using bench::process::number_of;

Json details(const Json& plan, const Json& cell, const bench::process::Events& events,
             const std::vector<std::string>& command) {
  Json all = {{"name", plan.value("run", "")},
              {"side", plan.value("side", "")},
              {"backend", plan.value("backend", "")},
              {"program", plan.value("program", "")},
              {"argv", command},
              {"seed", plan.value("seed", 0)},
              {"threads", plan.value("threads", 0)},
              {"epochs", plan.value("epochs", 0)},
              {"batch_size", plan.value("batch_size", 0)},
              {"sha256", cell.value("sha256", Json::object())}};
  if (const Json* import = bench::process::last_event(events, "import_end")) {
    all["versions"] = import->value("versions", Json::object());
  }
  return all;
}

Status log_epoch(track::Run& run, const Json& event, std::int64_t& step) {
  const auto epoch = static_cast<std::int64_t>(number_of(event, "epoch"));
  step += static_cast<std::int64_t>(number_of(event, "steps"));
  const auto log = [&](const char* split, const char* key, const char* field) {
    return run.log({unix_ms(), step, epoch, split, key, number_of(event, field)});
  };
  NEURAL_TRY(log("train", "loss", "loss"));
  NEURAL_TRY(log("train", "seconds", "seconds"));
  NEURAL_TRY(log("test", "loss", "test_loss"));
  return log("test", "accuracy", "test_accuracy");
}

}  // namespace

RunTracker::RunTracker(std::filesystem::path root, std::filesystem::path results, std::vector<std::string> command)
    : root_(std::move(root)), results_(std::move(results)), command_(std::move(command)) {}

Status RunTracker::add(const std::string& cell, const bench::process::Outcome& outcome) const {
  if (outcome.task != bench::process::Task::kFull || !outcome.valid) return done();
  const std::filesystem::path folder = results_ / "raw" / cell / outcome.run;
  const Json plan = NEURAL_TRY(read_json(folder / "plan.json"));
  const auto events = NEURAL_TRY(bench::process::read_events(folder / "events.jsonl"));
  const Json record = read_json(results_ / "raw" / cell / "cell.json").value_or(Json::object());

  const std::string experiment = record.is_object() ? record.value("model", cell) : cell;
  track::Run run = NEURAL_TRY(track::Run::start(root_, experiment, details(plan, record, events, command_)));
  Json results = Json::object();
  std::int64_t step = 0;
  for (const Json& event : events) {
    const std::string_view name = bench::process::event_name(event);
    if (name == "epoch") NEURAL_TRY(log_epoch(run, event, step));
    if (name == "train_end") results["training_seconds"] = number_of(event, "seconds");
    if (name == "evaluate_end") {
      results["test_loss"] = number_of(event, "loss");
      results["test_accuracy"] = number_of(event, "accuracy");
    }
  }
  return run.finish(track::RunStatus::kFinished, results);
}

}  // namespace neural::cli
