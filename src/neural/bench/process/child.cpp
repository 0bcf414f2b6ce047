#include "neural/bench/process/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include <csignal>

#include "neural/base/check.hpp"
#include "neural/base/files.hpp"
#include "neural/bench/process/descriptor.hpp"

namespace neural::bench::process {
namespace {

constexpr int kEventDescriptor = 3;

class FileActions {
 public:
  explicit FileActions(const Spawn& request) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addchdir_np(&actions_, request.working_folder.c_str());
    add(request.standard_input, STDIN_FILENO, O_RDONLY);
    add(request.standard_output, STDOUT_FILENO, O_WRONLY);
    add(request.standard_error, STDERR_FILENO, O_WRONLY);
    const bool has_events = request.events >= 0;
    if (has_events) add(request.events, kEventDescriptor, O_WRONLY);
    // What whoever started us left open is none of the process's.
    posix_spawn_file_actions_addclosefrom_np(&actions_, has_events ? kEventDescriptor + 1 : kEventDescriptor);
  }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  void add(int from, int to, int mode) {
    if (from < 0) {
      posix_spawn_file_actions_addopen(&actions_, to, "/dev/null", mode, 0);
      return;
    }
    // A copy with a number no action overwrites: ours may have been started without its standard descriptors.
    copies_.emplace_back(::fcntl(from, F_DUPFD_CLOEXEC, kEventDescriptor + 1));
    posix_spawn_file_actions_adddup2(&actions_, copies_.back().value(), to);
  }

  std::vector<Descriptor> copies_;
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes_, 0);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) sigaddset(&signals, signal);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

Expected<pid_t> spawn(const Spawn& request) {
  NEURAL_CHECK(!request.arguments.empty(), "a process without a program");
  const FileActions actions(request);
  const Attributes attributes;
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, request.arguments[0].c_str(), actions.get(), attributes.get(),
                                  pointers(request.arguments).data(), pointers(request.environment).data());
  if (error != 0) {
    return tl::unexpected(system_error(fmt::format("cannot start `{}`", request.arguments[0]), error));
  }
  return pid;
}

}  // namespace neural::bench::process
