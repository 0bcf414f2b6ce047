// Which state of their sources the benchmarks were measured in.
#pragma once

#include <filesystem>

#include "neural/base/json.hpp"
#include "neural/bench/process/runner.hpp"
#include "neural/bench/process/variables.hpp"

namespace neural::bench::plan {

/// What git says of the repository that `folder` lies in: {"revision": 40 or 64 hexadecimal digits, "dirty": true where
/// tracked files have changed since}. Null where there is no git on the PATH of `variables`, or no repository.
Json describe_revision(process::Runner& runner, const std::filesystem::path& folder,
                       const process::Variables& variables);

}  // namespace neural::bench::plan
