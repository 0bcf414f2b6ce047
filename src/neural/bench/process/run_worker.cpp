#include "neural/bench/process/run_worker.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>

#include "neural/base/files.hpp"
#include "neural/bench/process/descriptor.hpp"
#include "neural/bench/process/events.hpp"
#include "neural/bench/process/failure.hpp"

namespace neural::bench::process {
namespace {

namespace fs = std::filesystem;

Status set_aside(const fs::path& folder) {
  const fs::path failed = folder.parent_path() / "failed";
  NEURAL_TRY(make_folder(failed));
  fs::path target;
  for (int number = 1; target.empty() || fs::exists(target); ++number) {
    target = failed / fmt::format("{}_{}", folder.filename().string(), number);
  }
  std::error_code error;
  fs::rename(folder, target, error);
  if (error) return tl::unexpected(system_error(fmt::format("cannot move `{}`", folder.string()), error.value()));
  return done();
}

Status make_empty(const fs::path& folder) {
  std::error_code error;
  if (read_outcome(folder)) NEURAL_TRY(set_aside(folder));
  fs::remove_all(folder, error);
  if (error) return tl::unexpected(system_error(fmt::format("cannot empty `{}`", folder.string()), error.value()));
  return make_folder(folder);
}

Status sync_path(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.open() && ::fsync(file.value()) == 0) return done();
  return tl::unexpected(system_error(fmt::format("cannot write `{}`", path.string()), errno));
}

/// Puts a folder, and everything in it, on disk.
Status sync_tree(const fs::path& folder) {
  if (folder.empty()) return done();
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->is_regular_file() || entry->is_directory()) NEURAL_TRY(sync_path(entry->path()));
  }
  return sync_path(folder);
}

/// Of a run whose folder is made empty, with the plan in it.
Expected<Command> prepare(const WorkerHost& host, const WorkerPlan& plan, std::size_t padding) {
  const fs::path folder = host.results / plan.place();
  NEURAL_TRY(make_empty(folder));
  NEURAL_TRY(write_file(folder / "plan.json", pretty_json(to_json(plan))));

  Command command;
  const auto own = host.own_commands.find(plan.backend);
  command.arguments = own == host.own_commands.end() ? host.command : own->second;
  command.arguments.push_back((folder / "plan.json").string());
  command.environment = worker_environment(host.outside, plan.profile, plan.threads, padding);
  command.log = folder / "log.txt";
  command.events = folder / "events.jsonl";
  command.timeout_seconds = host.timeout_seconds;
  return command;
}

/// Judges the run and writes what came of it.
Expected<Outcome> conclude(const WorkerHost& host, const WorkerPlan& plan, const Ending& ending) {
  const fs::path folder = host.results / plan.place();
  Outcome outcome{plan.run, plan.task, plan.side, false, {}, ending};
  outcome.reason = describe_failure(plan, ending, read_events(folder / "events.jsonl"), host.timeout_seconds);
  outcome.valid = outcome.reason.empty();

  if (outcome.valid) {
    NEURAL_TRY(sync_tree(plan.save_weights));
    if (plan.parity) NEURAL_TRY(sync_tree(plan.parity->folder));
  }
  NEURAL_TRY(sync_tree(folder));
  NEURAL_TRY(write_file(folder / "outcome.json", pretty_json(to_json(outcome))));
  NEURAL_TRY(sync_path(folder));
  NEURAL_TRY(sync_path(folder.parent_path()));
  return outcome;
}

}  // namespace

Expected<Outcome> run_worker(Runner& runner, const WorkerHost& host, const WorkerPlan& plan, std::size_t padding) {
  const Command command = NEURAL_TRY(prepare(host, plan, padding));
  const Ending ending = NEURAL_TRY(runner.run(command));
  return conclude(host, plan, ending);
}

Expected<std::vector<Outcome>> run_workers_in_turns(Runner& runner, const WorkerHost& host,
                                                    const std::array<WorkerPlan, 2>& plans, std::size_t padding,
                                                    Turns turns) {
  std::array<Command, 2> commands;
  for (std::size_t i = 0; i < plans.size(); ++i) commands[i] = NEURAL_TRY(prepare(host, plans[i], padding));
  turns.after = "warmup_end";
  const std::vector<Ending> endings = NEURAL_TRY(runner.run_in_turns(commands, turns));
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < endings.size(); ++i) {
    outcomes.push_back(NEURAL_TRY(conclude(host, plans[i], endings[i])));
  }
  return outcomes;
}

}  // namespace neural::bench::process
