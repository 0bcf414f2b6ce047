// What the machine's processors did, from /proc/stat.
#pragma once

#include <sched.h>

#include <limits>
#include <string_view>

namespace neural::bench::process {

/// Seconds since the machine started, summed over the processors this program may use.
struct MachineLoad {
  /// Spent in any process or interrupt.
  double busy_seconds = 0;
  /// Wanted, but given to others by the hypervisor.
  double steal_seconds = 0;
  /// In which a program waited for a processor; not a number where the system does not tell.
  double pressure_seconds = std::numeric_limits<double>::quiet_NaN();
};

/// `stat` is the text of /proc/stat, `processors` those that count, `ticks` how many units of it make a second.
MachineLoad parse_machine_load(std::string_view stat, const cpu_set_t& processors, double ticks);

/// How programs waited for a processor: the line `some` of /proc/pressure/cpu. Not a number where it does not tell.
struct CpuPressure {
  /// The share of the last ten seconds in which one waited.
  double last_ten_seconds = std::numeric_limits<double>::quiet_NaN();
  /// In which one waited, since the machine started.
  double total_seconds = std::numeric_limits<double>::quiet_NaN();
};

/// `text` is that of /proc/pressure/cpu.
CpuPressure parse_cpu_pressure(std::string_view text);

/// Of now.
CpuPressure read_cpu_pressure();

/// Of now. Zero where the system does not tell.
MachineLoad read_machine_load();

/// Processor time of this program itself so far, in seconds.
double own_cpu_seconds();

}  // namespace neural::bench::process
