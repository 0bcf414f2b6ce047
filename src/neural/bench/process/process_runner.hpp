// The real Runner: posix_spawn, poll, wait4.
#pragma once

#include "neural/bench/process/runner.hpp"

namespace neural::bench::process {

/// Starts the process in a group, a working folder and a temporary folder of its own, with nothing on standard input,
/// and sleeps until something happens. The temporary folder is removed afterwards.
///
/// No process outlives the run: when it ends, in whatever way, its group is killed, and so is everything that carries
/// its temporary folder in the environment. SIGINT, SIGTERM and SIGHUP end the run with kInterrupted. When this
/// program is killed outright a Guard kills the group; what is left then is the temporary folder, and a descendant of
/// the process that had left its group.
class ProcessRunner final : public Runner {
 public:
  /// A process that takes too long gets SIGTERM, and SIGKILL `grace_seconds` later.
  explicit ProcessRunner(double grace_seconds = 2.0) : grace_seconds_(grace_seconds) {}

  Expected<Ending> run(const Command& command) override;
  /// The process that waits is stopped by SIGSTOP.
  Expected<std::vector<Ending>> run_in_turns(const std::array<Command, 2>& commands, const Turns& turns) override;

 private:
  double grace_seconds_;
};

}  // namespace neural::bench::process
