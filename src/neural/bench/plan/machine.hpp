// The machine a session ran on.
#pragma once

#include <string>
#include <string_view>

#include "neural/base/json.hpp"

namespace neural::bench::plan {

/// What decides how fast this machine is, as environment.json says it: "cpu" (model, instruction sets, processors this
/// program may use, physical cores among them, governor), "memory_bytes", "swap_bytes", "kernel", "hypervisor",
/// "transparent_huge_pages", "load" (the mean number of running processes of the last minute). What the system does
/// not tell is null.
Json describe_machine();

/// The value of the first line `key : value`; empty if there is none. For /proc/cpuinfo and /proc/meminfo.
std::string proc_value(std::string_view text, std::string_view key);

/// Physical cores among the processors this program may use; at least 1.
int physical_cores();

}  // namespace neural::bench::plan
