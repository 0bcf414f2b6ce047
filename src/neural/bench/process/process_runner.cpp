#include "neural/bench/process/process_runner.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <optional>

#include "neural/base/check.hpp"
#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/bench/process/child.hpp"
#include "neural/bench/process/event_file.hpp"
#include "neural/bench/process/guard.hpp"
#include "neural/bench/process/interrupts.hpp"
#include "neural/bench/process/machine_load.hpp"
#include "neural/bench/process/remains.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::process {
namespace {

// Without a descriptor for the process (an old kernel, a strict sandbox) its end is looked for this often.
constexpr int kFallbackMilliseconds = 20;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

Expected<Descriptor> open_output(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666));
  if (!file.open()) return tl::unexpected(system_error(fmt::format("cannot write `{}`", path.string()), errno));
  return file;
}

/// The names of the private folders hide what `environment` says of them.
std::vector<std::string> with_private_folders(std::vector<std::string> environment, const ScratchFolder& scratch) {
  for (std::string& variable : scratch.variables()) {
    const std::string name = variable.substr(0, variable.find('=') + 1);
    std::erase_if(environment, [&](const std::string& other) { return other.starts_with(name); });
    environment.push_back(std::move(variable));
  }
  return environment;
}

/// A process that runs; killed with its group at the end of its life if it still does.
class Running {
 public:
  explicit Running(pid_t pid)
      : pid_(pid), descriptor_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U))), started_ns_(monotonic_ns()) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (reaped_) return;
    signal_group(SIGKILL);
    reap();
  }

  pid_t group() const { return pid_; }
  void signal_group(int signal) const { ::kill(-pid_, signal); }
  double elapsed() const { return static_cast<double>(monotonic_ns() - started_ns_) * 1e-9; }

  /// It has ended, though its id is still taken.
  bool ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_;
  }

  /// Sleeps until there are events, an interrupt, the end of the process, or until `limit` (of elapsed()).
  void sleep(int events, double limit) const {
    std::array<pollfd, 3> sources = {pollfd{events, POLLIN, 0}, pollfd{Interrupts::descriptor(), POLLIN, 0},
                                     pollfd{descriptor_.value(), POLLIN, 0}};
    const double milliseconds = std::ceil(std::clamp((limit - elapsed()) * 1e3, 0.0, 1e8));
    const int timeout = static_cast<int>(milliseconds);
    ::poll(sources.data(), sources.size(), descriptor_.open() ? timeout : std::min(timeout, kFallbackMilliseconds));
  }

  /// Waits for it and gives back what it used.
  rusage reap() {
    rusage usage{};
    while (::wait4(pid_, &wait_status_, 0, &usage) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    return usage;
  }
  int wait_status() const { return wait_status_; }

 private:
  pid_t pid_;
  Descriptor descriptor_;
  std::int64_t started_ns_;
  bool reaped_ = false;
  int wait_status_ = 0;
};

/// Sees the process to its end. An error is one of ours, and the process may still run.
Status watch(Running& process, std::optional<EventFile>& events, double timeout, double grace, Ending& ending) {
  double limit = timeout;
  while (!process.ended()) {
    process.sleep(events ? events->read_end() : -1, limit);
    NEURAL_TRY(Interrupts::check());
    if (events) NEURAL_TRY(events->receive());
    if (events && events->flooded()) process.signal_group(SIGKILL);
    if (process.elapsed() < limit || process.ended()) continue;
    process.signal_group(ending.timed_out ? SIGKILL : SIGTERM);
    ending.timed_out = true;
    limit = process.elapsed() + grace;
  }
  ending.wall_seconds = process.elapsed();
  if (events) {
    NEURAL_TRY(events->receive());
    ending.flooded = events->flooded();
  }
  return done();
}

void record(Ending& ending, const rusage& usage, int wait_status) {
  if (WIFEXITED(wait_status)) ending.exit_status = WEXITSTATUS(wait_status);
  if (WIFSIGNALED(wait_status)) ending.signal = WTERMSIG(wait_status);
  ending.user_seconds = seconds_of(usage.ru_utime);
  ending.system_seconds = seconds_of(usage.ru_stime);
  ending.max_rss_bytes = usage.ru_maxrss * 1024;  // Linux counts in kilobytes
  ending.voluntary_switches = usage.ru_nvcsw;
  ending.involuntary_switches = usage.ru_nivcsw;
  ending.minor_faults = usage.ru_minflt;
  ending.major_faults = usage.ru_majflt;
}

void record_load(Ending& ending, const MachineLoad& before, double own_before) {
  const MachineLoad after = read_machine_load();
  const double ours = ending.user_seconds + ending.system_seconds + own_cpu_seconds() - own_before;
  const double foreign = after.busy_seconds - before.busy_seconds - ours;
  ending.steal_seconds = std::max(0.0, after.steal_seconds - before.steal_seconds);
  if (ending.wall_seconds <= 0) return;
  ending.foreign_cpu_share = std::max(0.0, foreign) / ending.wall_seconds;
  ending.cpu_pressure_share = (after.pressure_seconds - before.pressure_seconds) / ending.wall_seconds;
}

}  // namespace

Expected<Ending> ProcessRunner::run(const Command& command) {
  NEURAL_CHECK(command.timeout_seconds > 0, "a process without a limit of time");
  const Interrupts interrupts;
  NEURAL_TRY(Interrupts::check());
  const ScratchFolder scratch = NEURAL_TRY(ScratchFolder::make());
  const Descriptor log = NEURAL_TRY(open_output(command.log));
  Descriptor output;
  if (!command.standard_output.empty()) output = NEURAL_TRY(open_output(command.standard_output));
  std::optional<EventFile> events;
  if (!command.events.empty()) events = NEURAL_TRY(EventFile::make(command.events));

  Spawn request{command.arguments, with_private_folders(command.environment, scratch), scratch.path()};
  request.standard_output = output.open() ? output.value() : log.value();
  request.standard_error = log.value();
  if (events) request.events = events->write_end();

  Guard guard = NEURAL_TRY(Guard::start());
  Ending ending;
  ending.started_utc = utc_iso(unix_ms());
  const MachineLoad load = read_machine_load();
  const double own_seconds = own_cpu_seconds();
  Running process(NEURAL_TRY(spawn(request)));
  guard.watch(process.group());
  if (events) events->close_write_end();

  const Status status = watch(process, events, command.timeout_seconds, grace_seconds_, ending);
  process.signal_group(SIGKILL);
  const rusage usage = process.reap();
  record(ending, usage, process.wait_status());
  record_load(ending, load, own_seconds);
  end_remains(scratch.path().string());
  if (!status) return tl::unexpected(status.error());
  return ending;
}

}  // namespace neural::bench::process
