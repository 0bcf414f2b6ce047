// The last self-test of this machine, kept beside the history.
#pragma once

#include <filesystem>
#include <optional>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"

namespace neural::cli {

/// Keeps it for sessions to come; where: `selftest/<machine>.json` in the folder of the history. Nothing is kept where
/// no history is.
Expected<std::optional<std::filesystem::path>> store_selftest(const Json& result);

/// What reports say of it; null where this machine has none that can be read.
Json selftest_badge();

}  // namespace neural::cli
