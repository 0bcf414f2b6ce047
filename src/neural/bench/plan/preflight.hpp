// What makes a machine a bad place to measure on, looked at before anything is measured.
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace neural::bench::plan {

/// What the system tells; no number or empty where it does not.
struct Signs {
  /// The share of the last ten seconds in which a program waited for a processor.
  double pressure = std::numeric_limits<double>::quiet_NaN();
  std::string governor;
  bool on_battery = false;
};

/// Of now: process/machine_load.hpp, describe_machine(), and the power supplies below /sys.
Signs read_signs();

/// A sentence for each sign that speaks against measuring now, with what to do.
std::vector<std::string> warnings_of(const Signs& signs);

}  // namespace neural::bench::plan
