// What the machine's processors did, from /proc/stat.
#pragma once

#include <sched.h>

#include <string_view>

namespace neural::bench::process {

/// Seconds since the machine started, summed over the processors this program may use.
struct MachineLoad {
  /// Spent in any process or interrupt.
  double busy_seconds = 0;
  /// Wanted, but given to others by the hypervisor.
  double steal_seconds = 0;
};

/// `stat` is the text of /proc/stat, `processors` those that count, `ticks` how many units of it make a second.
MachineLoad parse_machine_load(std::string_view stat, const cpu_set_t& processors, double ticks);

/// Of now. Zero where the system does not tell.
MachineLoad read_machine_load();

/// Processor time of this program itself so far, in seconds.
double own_cpu_seconds();

}  // namespace neural::bench::process
