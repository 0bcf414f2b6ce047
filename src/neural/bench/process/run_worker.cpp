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

}  // namespace

Expected<Outcome> run_worker(Runner& runner, const WorkerHost& host, const WorkerPlan& plan, std::size_t padding) {
  const fs::path folder = host.results / plan.place();
  NEURAL_TRY(make_empty(folder));
  NEURAL_TRY(write_file(folder / "plan.json", pretty_json(to_json(plan))));

  Command command;
  command.arguments = host.command;
  command.arguments.push_back((folder / "plan.json").string());
  command.environment = worker_environment(host.outside, plan.profile, plan.threads, padding);
  command.log = folder / "log.txt";
  command.events = folder / "events.jsonl";
  command.timeout_seconds = host.timeout_seconds;
  const Ending ending = NEURAL_TRY(runner.run(command));

  Outcome outcome{plan.run, plan.task, plan.side, false, {}, ending};
  outcome.reason = describe_failure(plan, ending, read_events(command.events), host.timeout_seconds);
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

}  // namespace neural::bench::process
