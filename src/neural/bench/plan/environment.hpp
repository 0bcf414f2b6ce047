// environment.json: under what conditions a session is measured.
#pragma once

#include <filesystem>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/process/variables.hpp"

namespace neural::bench::plan {

/// The machine, the interpreter, the versions it has, and the variables of this program that a worker gets or that
/// could have changed its speed had it got them.
Json describe_environment(const std::filesystem::path& python, const Json& versions, process::Profile profile,
                          int threads, const process::Variables& variables);

/// An error (kUsage) if the processor, the interpreter or a version is another one than in the environment.json of a
/// session that goes on; none if it has no such file.
Status check_environment(const std::filesystem::path& results, const Json& environment);

/// Writes environment.json.
Status write_environment(const std::filesystem::path& results, const Json& environment);

}  // namespace neural::bench::plan
