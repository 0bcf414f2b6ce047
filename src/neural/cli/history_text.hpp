// What `neural history` prints for a person.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "neural/bench/history/compare.hpp"
#include "neural/bench/history/trend.hpp"

namespace neural::cli {

/// A table of sessions, a line for each cell.
std::string list_text(const std::vector<bench::history::Summary>& sessions);

/// The facts that make a machine what it is, a line each.
std::string facts_text(const Json& environment);

/// A table of what has changed from session `before` to session `after`.
std::string changes_text(const std::vector<bench::history::Change>& changes, std::int64_t before, std::int64_t after);

/// Each series with its shape and its changes.
std::string trends_text(const std::vector<bench::history::Trend>& trends);

}  // namespace neural::cli
