#include "neural/bench/process/launch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/bench/process/child.hpp"
#include "neural/bench/process/interrupts.hpp"
#include "neural/bench/process/remains.hpp"

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

/// While it lives, this thread, and what it starts, may use these processors alone; without effect where there are none
/// or the system does not allow it.
class Confined {
 public:
  explicit Confined(const std::vector<int>& processors) {
    if (processors.empty() || ::sched_getaffinity(0, sizeof before_, &before_) != 0) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int processor : processors) CPU_SET(static_cast<std::size_t>(processor), &set);
    confined_ = ::sched_setaffinity(0, sizeof set, &set) == 0;
  }
  ~Confined() {
    if (confined_) ::sched_setaffinity(0, sizeof before_, &before_);
  }
  Confined(const Confined&) = delete;
  Confined& operator=(const Confined&) = delete;

 private:
  cpu_set_t before_{};
  bool confined_ = false;
};

Expected<pid_t> spawn_on(const std::vector<int>& processors, const Spawn& request) {
  const Confined confined(processors);
  return spawn(request);
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

}  // namespace

Launch::Launch(const Command& command, double grace, ScratchFolder scratch, Guard guard)
    : grace_(grace), limit_(command.timeout_seconds), scratch_(std::move(scratch)), guard_(std::move(guard)) {}

Expected<std::unique_ptr<Launch>> Launch::start(const Command& command, double grace, const Turns& turns) {
  ScratchFolder scratch = NEURAL_TRY(ScratchFolder::make());
  const Descriptor log = NEURAL_TRY(open_output(command.log));
  Descriptor output;
  if (!command.standard_output.empty()) output = NEURAL_TRY(open_output(command.standard_output));
  std::optional<EventFile> events;
  if (!command.events.empty()) events = NEURAL_TRY(EventFile::make(command.events));
  if (events) events->wait_for(turns.after);

  Spawn request{command.arguments, with_private_folders(command.environment, scratch), scratch.path()};
  request.standard_output = output.open() ? output.value() : log.value();
  request.standard_error = log.value();
  if (events) request.events = events->write_end();

  Guard guard = NEURAL_TRY(Guard::start());
  const std::string started_utc = utc_iso(unix_ms());
  const pid_t pid = NEURAL_TRY(spawn_on(turns.processors, request));
  std::unique_ptr<Launch> launch(new Launch(command, grace, std::move(scratch), std::move(guard)));
  launch->pid_ = pid;
  launch->started_ns_ = monotonic_ns();
  launch->guard_.watch(pid);
  launch->descriptor_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
  launch->ending_.started_utc = started_utc;
  if (events) events->close_write_end();
  launch->events_ = std::move(events);
  return launch;
}

Launch::~Launch() {
  if (reaped_) return;
  signal_group(SIGKILL);
  reap();
  end_remains(scratch_.path().string());
}

void Launch::signal_group(int signal) const {
  ::kill(-pid_, signal);
}

double Launch::elapsed() const {
  const std::int64_t now = is_paused() ? paused_since_ns_ : monotonic_ns();
  return static_cast<double>(now - started_ns_ - paused_ns_) * 1e-9;
}

bool Launch::ended() const {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_;
}

void Launch::sleep(double limit) const {
  const int events = events_ ? events_->read_end() : -1;
  std::array<pollfd, 3> sources = {pollfd{events, POLLIN, 0}, pollfd{Interrupts::descriptor(), POLLIN, 0},
                                   pollfd{descriptor_.value(), POLLIN, 0}};
  const double milliseconds = std::ceil(std::clamp((limit - elapsed()) * 1e3, 0.0, 1e8));
  const int timeout = static_cast<int>(milliseconds);
  ::poll(sources.data(), sources.size(), descriptor_.open() ? timeout : std::min(timeout, kFallbackMilliseconds));
}

Status Launch::attend() {
  NEURAL_TRY(Interrupts::check());
  if (events_) NEURAL_TRY(events_->receive());
  if (events_ && events_->flooded()) signal_group(SIGKILL);
  if (elapsed() < limit_ || ended()) return done();
  signal_group(ending_.timed_out ? SIGKILL : SIGTERM);
  ending_.timed_out = true;
  limit_ = elapsed() + grace_;
  return done();
}

Status Launch::watch(double until) {
  while (!ended() && elapsed() < until) {
    sleep(std::min(limit_, until));
    NEURAL_TRY(attend());
  }
  return ended() ? take_last() : done();
}

Status Launch::watch_for_event() {
  while (!ended()) {
    sleep(limit_);
    NEURAL_TRY(attend());
    if (!is_ready()) continue;
    pause();
    return done();
  }
  return take_last();
}

Status Launch::take_last() {
  if (ending_.wall_seconds == 0) ending_.wall_seconds = elapsed();
  if (!events_) return done();
  NEURAL_TRY(events_->receive());
  ending_.flooded = events_->flooded();
  return done();
}

void Launch::pause() {
  if (ended()) return;
  signal_group(SIGSTOP);
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
  paused_since_ns_ = monotonic_ns();
  // The news that it stopped is taken, or the next pause would take it for its own.
  if (info.si_code == CLD_STOPPED) ::waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WNOHANG);
}

void Launch::resume() {
  if (!is_paused()) return;
  const std::int64_t now = monotonic_ns();
  ending_.pauses.push_back({paused_since_ns_, now});
  paused_ns_ += now - paused_since_ns_;
  paused_since_ns_ = 0;
  signal_group(SIGCONT);
}

rusage Launch::reap() {
  rusage usage{};
  while (::wait4(pid_, &wait_status_, 0, &usage) < 0 && errno == EINTR) {
  }
  reaped_ = true;
  return usage;
}

Ending Launch::finish() {
  signal_group(SIGKILL);
  const rusage usage = reap();
  record(ending_, usage, wait_status_);
  end_remains(scratch_.path().string());
  return std::move(ending_);
}

}  // namespace neural::bench::process
