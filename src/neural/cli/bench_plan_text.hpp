// What `neural bench --dry-run` prints.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "neural/bench/plan/request.hpp"

namespace neural::cli {

/// The cells that a session would have, its processes, and how long it may take: from the last session in the history
/// that measured the same cell. Contenders whose frameworks are not in `versions` are left out as by the session. What
/// is asked for and not there is the error of the session.
Expected<std::string> describe_plan(const bench::plan::Request& request, const Json& versions,
                                    const std::optional<std::filesystem::path>& history);

}  // namespace neural::cli
