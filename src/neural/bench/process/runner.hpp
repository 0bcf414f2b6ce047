// One process, from its start to its last trace: what to start, how it ended, and the door through which every process
// of a benchmark goes. Plans and their tests know only `Runner`.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"

namespace neural::bench::process {

/// What to start.
struct Command {
  /// The absolute path of the program, then its arguments.
  std::vector<std::string> arguments;
  /// The whole environment, `NAME=value`; a runner may add the names of private temporary and cache folders.
  std::vector<std::string> environment;
  /// Where standard output and standard error go; truncated first.
  std::filesystem::path log;
  /// Where standard output goes instead, if not empty.
  std::filesystem::path standard_output;
  /// Where what the process writes to descriptor 3 goes as it arrives; empty: it has no descriptor 3.
  std::filesystem::path events;
  /// The process is ended when it takes longer.
  double timeout_seconds = 0;
};

/// Between two readings of the monotonic clock, in nanoseconds.
struct Interval {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
};

/// How a process ended, and the evidence of how quiet the machine was meanwhile.
struct Ending {
  /// Its exit status, or -1 if a signal ended it.
  int exit_status = -1;
  /// The signal that ended it, or 0.
  int signal = 0;
  bool timed_out = false;
  /// It sent more events than a run may (see EventFile) and was ended for it.
  bool flooded = false;

  /// In which it was stopped for the turns of another, in order.
  std::vector<Interval> pauses;
  /// From its start to its end, without the pauses.
  double wall_seconds = 0;
  double user_seconds = 0;
  double system_seconds = 0;
  std::int64_t max_rss_bytes = 0;
  std::int64_t voluntary_switches = 0;
  std::int64_t involuntary_switches = 0;
  std::int64_t minor_faults = 0;
  std::int64_t major_faults = 0;

  /// Time the hypervisor gave to others, summed over the processors this program may use.
  double steal_seconds = 0;
  /// Processor time spent by other processes on those processors, as a share of the time: 0.1 is a tenth of one. Of two
  /// processes that took turns, this and the next are those of the time of both, in which both are no others.
  double foreign_cpu_share = 0;
  /// The share of the time in which a program, the process itself included, waited for a processor; not a number
  /// where the system does not tell.
  double cpu_pressure_share = std::numeric_limits<double>::quiet_NaN();
  /// When it was started, as `2026-01-31T12:00:00Z`.
  std::string started_utc;
};

/// How two processes share the machine.
struct Turns {
  /// The name of the event after which a process has turns; until then it has the machine for itself.
  std::string after;
  /// Of a turn.
  double seconds = 0;
  /// That both have, from their start: on others one of them could have a neighbour that the other does not have.
  /// Empty: all that this program has.
  std::vector<int> processors;
};

/// Starts a process and sees it end.
class Runner {
 public:
  virtual ~Runner() = default;

  /// How the process ended, however badly. An error means that nothing can be said about it: it could not be started
  /// (kNotFound, kPermission, kProcess), its output could not be kept (kNoSpace, kIo …), or the user interrupted
  /// (kInterrupted). No process of it is left when this returns.
  virtual Expected<Ending> run(const Command& command) = 0;

  /// Two processes of which one at a time runs while the other is stopped, turn by turn, so that whatever slows the
  /// machine down slows both. The endings are in the order of the commands; there is only one where the first process
  /// ended without the event behind which its turns begin: then the second was not started. A runner that cannot stop a
  /// process runs one after the other. Errors as of run().
  virtual Expected<std::vector<Ending>> run_in_turns(const std::array<Command, 2>& commands, const Turns& turns);
};

}  // namespace neural::bench::process
