// The machine a session ran on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/json.hpp"

namespace neural::bench::plan {

/// What decides how fast this machine is, as environment.json says it: "cpu" (model, instruction sets, processors this
/// program may use, physical cores among them, governor), "memory_bytes", "swap_bytes", "kernel", "hypervisor",
/// "transparent_huge_pages", "load" (the mean number of running processes of the last minute). What the system does
/// not tell is null.
Json describe_machine();

/// The value of the first line `key : value`; empty if there is none. For /proc/cpuinfo and /proc/meminfo.
std::string proc_value(std::string_view text, std::string_view key);

/// Whether a GPU's driver for computing is loaded (NVIDIA, AMD).
bool has_accelerator();

/// Memory that new processes can have without swapping, by the machine's account and that of this program's control
/// group; the largest number there is where the system does not tell.
std::int64_t available_memory_bytes();

/// The processors of so many of the physical cores this program may use, both siblings of each; which cores is drawn.
/// Empty where there are no more cores than that.
std::vector<int> processors_for(int cores, std::uint64_t draw);

/// Physical cores among the processors this program may use; at least 1.
int physical_cores();

}  // namespace neural::bench::plan
