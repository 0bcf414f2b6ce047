#include "neural/cli/run_tracker.hpp"

#include "neural/base/clock.hpp"
#include "neural/base/json.hpp"
#include "neural/base/json_view.hpp"
#include "neural/bench/process/events.hpp"
#include "neural/track/run.hpp"

namespace neural::cli {
namespace {

using bench::process::Events;
using bench::process::number_of;

/// The wall clock at an event: its own clock is that of this machine, which went on since.
std::int64_t unix_ms_of(const Json& event) {
  const auto time = event.find("t");
  if (time == event.end() || !time->is_number_integer()) return unix_ms();
  return unix_ms() - (monotonic_ns() - time->get<std::int64_t>()) / 1'000'000;
}

Json details(const std::string& name, const Json& plan, const Json& cell, const Json& environment, const Events& events,
             const std::vector<std::string>& command) {
  Json all = {{"name", at(plan, {"run"})},         {"group", name + "." + plan.value("side", "")},
              {"side", at(plan, {"side"})},        {"backend", at(plan, {"backend"})},
              {"program", at(plan, {"program"})},  {"argv", command},
              {"seed", at(plan, {"seed"})},        {"threads", at(plan, {"threads"})},
              {"sha256", at(cell, {"sha256"})},    {"cpu", at(environment, {"cpu", "model"})},
              {"git", at(environment, {"source"})}};
  if (const Json* import = bench::process::last_event(events, "import_end"))
    all["versions"] = at(*import, {"versions"});
  return all;
}

/// What decides the numbers: runs are told apart by these.
track::Params params(const Json& plan, const Json& cell) {
  return track::flatten({{"network", at(cell, {"network"})},
                         {"dataset", at(cell, {"dataset"})},
                         {"train_rows", at(cell, {"train_rows"})},
                         {"parameters", at(cell, {"parameters"})},
                         {"side", at(plan, {"side"})},
                         {"backend", at(plan, {"backend"})},
                         {"contender", at(cell, {"contender"})},
                         {"epochs", at(plan, {"epochs"})},
                         {"batch_size", at(plan, {"batch_size"})},
                         {"shuffle", at(plan, {"shuffle"})},
                         {"seed", at(plan, {"seed"})},
                         {"threads", at(plan, {"threads"})},
                         {"loss", at(plan, {"loss"})},
                         {"optimizer", at(plan, {"optimizer"})}});
}

Status log_epoch(track::Run& run, const Json& event, std::int64_t& step) {
  const auto epoch = static_cast<std::int64_t>(number_of(event, "epoch"));
  step += static_cast<std::int64_t>(number_of(event, "steps"));
  const auto log = [&](const char* split, const char* key, const char* field) -> Status {
    if (!at(event, {field}).is_number()) return done();  // a task without an accuracy
    return run.log({unix_ms_of(event), step, epoch, split, key, number_of(event, field)});
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
  const Events events = NEURAL_TRY(bench::process::read_events(folder / "events.jsonl"));
  const Json record = read_json(results_ / "raw" / cell / "cell.json").value_or(Json::object());
  const Json environment = read_json(results_ / "environment.json").value_or(Json::object());

  track::Beginning beginning{.experiment = record.is_object() ? record.value("model", cell) : cell,
                             .details = details(cell, plan, record, environment, events, command_),
                             .params = params(plan, record)};
  if (!events.empty()) beginning.unix_ms = unix_ms_of(events.front());
  track::Run run = NEURAL_TRY(track::Run::start(root_, beginning));
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
  return run.finish(track::RunStatus::kFinished, results, events.empty() ? unix_ms() : unix_ms_of(events.back()));
}

}  // namespace neural::cli
