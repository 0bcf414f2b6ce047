// What makes a machine a bad place to measure on, looked at before anything is measured.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace neural::bench::plan {

/// What the system tells; nothing or empty where it does not.
struct Signs {
  /// The share of the last ten seconds in which a program waited for a processor.
  std::optional<double> pressure;
  std::string governor;
  bool on_battery = false;
};

/// Of now: /proc/pressure/cpu, and below /sys the governor of the first processor and the state of the power supplies.
Signs read_signs();

/// The `avg10` of the line `some` of /proc/pressure/cpu, as a share; nothing if there is none.
std::optional<double> parse_pressure(const std::string& text);

/// A sentence for each sign that speaks against measuring now, with what to do.
std::vector<std::string> warnings_of(const Signs& signs);

}  // namespace neural::bench::plan
