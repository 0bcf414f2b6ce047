// One process, from its start to its last trace: what to start, how it ended, and the door through which every process
// of a benchmark goes. Plans and their tests know only `Runner`.
#pragma once

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

/// How a process ended, and the evidence of how quiet the machine was meanwhile.
struct Ending {
  /// Its exit status, or -1 if a signal ended it.
  int exit_status = -1;
  /// The signal that ended it, or 0.
  int signal = 0;
  bool timed_out = false;
  /// It sent more events than a run may (see EventFile) and was ended for it.
  bool flooded = false;

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
  /// Processor time spent by other processes on those processors, as a share of wall_seconds: 0.1 is a tenth of one.
  double foreign_cpu_share = 0;
  /// The share of wall_seconds in which a program, the process itself included, waited for a processor; not a number
  /// where the system does not tell.
  double cpu_pressure_share = std::numeric_limits<double>::quiet_NaN();
  /// When it was started, as `2026-01-31T12:00:00Z`.
  std::string started_utc;
};

/// Starts a process and sees it end.
class Runner {
 public:
  virtual ~Runner() = default;

  /// How the process ended, however badly. An error means that nothing can be said about it: it could not be started
  /// (kNotFound, kPermission, kProcess), its output could not be kept (kNoSpace, kIo …), or the user interrupted
  /// (kInterrupted). No process of it is left when this returns.
  virtual Expected<Ending> run(const Command& command) = 0;
};

}  // namespace neural::bench::process
