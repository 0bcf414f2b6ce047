// Processes a measured process started and left behind.
#pragma once

#include <string_view>

namespace neural::bench::process {

/// Kills every process of this user that has `token` in its environment, and waits (at most a few seconds) until none
/// runs. The children of a worker inherit its environment whatever group or session they move to; a process that
/// replaced its environment as well is not found.
void end_remains(std::string_view token);

}  // namespace neural::bench::process
