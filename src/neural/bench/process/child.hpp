// posix_spawn, with what every process we start has in common.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"

namespace neural::bench::process {

/// The descriptors are the parent's; -1 is /dev/null, and for `events` none.
struct Spawn {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::filesystem::path working_folder = "/";
  int standard_input = -1;
  int standard_output = -1;
  int standard_error = -1;
  int events = -1;
};

/// Starts `arguments[0]` as the leader of a new process group, with no signal blocked and the usual ones not ignored.
/// Gives its id, which is also the group's.
Expected<pid_t> spawn(const Spawn& request);

}  // namespace neural::bench::process
