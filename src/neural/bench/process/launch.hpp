// A started process with all that belongs to it: its folder, its output, its events, its guard.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "neural/bench/process/descriptor.hpp"
#include "neural/bench/process/event_file.hpp"
#include "neural/bench/process/guard.hpp"
#include "neural/bench/process/runner.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::process {

/// No process outlives it: at the end of its life the group of the process is killed, and everything that carries its
/// temporary folder in the environment.
class Launch {
 public:
  /// Starts the process. One that takes too long gets SIGTERM, and SIGKILL `grace` seconds later. Of the turns it is
  /// to have, watch_for_event() waits for the event that comes before them.
  static Expected<std::unique_ptr<Launch>> start(const Command& command, double grace, const Turns& turns = {});
  Launch(const Launch&) = delete;
  Launch& operator=(const Launch&) = delete;
  ~Launch();

  /// Sees the process to its end, or until it has run for so many seconds. An error is one of ours (kInterrupted, kIo
  /// …); then the process may still run. One that takes too long, or sends too much, is ended.
  Status watch(double until = std::numeric_limits<double>::infinity());

  /// Sees the process to its end, or stops it as soon as its turns can begin.
  Status watch_for_event();

  /// It has ended, though its id is still taken.
  bool ended() const;
  /// It has sent the event behind which its turns begin.
  bool is_ready() const { return events_ && events_->has_come(); }
  /// Seconds it has run, pauses left out.
  double elapsed() const;

  /// Stops the whole group, and waits until the process is stopped or has ended; nothing where it has ended.
  void pause();
  /// Nothing where it was not stopped.
  void resume();

  /// Takes the process, which has been watched to its end, out of the world, and what is left of its group with it. To
  /// be called once.
  Ending finish();

 private:
  Launch(const Command& command, double grace, ScratchFolder scratch, Guard guard);

  bool is_paused() const { return paused_since_ns_ != 0; }
  void signal_group(int signal) const;
  /// Sleeps until there are events, an interrupt, the end of the process, or until `limit` (of elapsed()).
  void sleep(double limit) const;
  /// Takes what came, and sees to its limits.
  Status attend();
  /// Of a process that has ended: how long it ran, and the events that are left.
  Status take_last();
  /// Waits for it and gives back what it used.
  rusage reap();

  double grace_;
  double limit_;
  ScratchFolder scratch_;
  Guard guard_;
  std::optional<EventFile> events_;
  pid_t pid_ = -1;
  Descriptor descriptor_;
  std::int64_t started_ns_ = 0;
  std::int64_t paused_ns_ = 0;
  std::int64_t paused_since_ns_ = 0;
  bool reaped_ = false;
  int wait_status_ = 0;
  Ending ending_;
};

}  // namespace neural::bench::process
