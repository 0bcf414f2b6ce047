// Questions to git.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/bench/process/runner.hpp"
#include "neural/bench/process/variables.hpp"

namespace neural::bench::plan {

/// What `git ARGUMENTS` prints on standard output when it runs in `folder`, without white space at the ends. Errors:
/// there is no git on the PATH of `variables` (kNotFound); it fails (kProcess, with the last line it wrote).
Expected<std::string> ask_git(process::Runner& runner, const process::Variables& variables,
                              const std::filesystem::path& folder, const std::vector<std::string>& arguments,
                              double timeout_seconds = 20);

/// The whole name of a commit: 40 hexadecimal digits or more.
bool is_commit(std::string_view text);

}  // namespace neural::bench::plan
