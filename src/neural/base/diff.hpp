// What differs between two texts, line by line.
#pragma once

#include <string>
#include <string_view>

namespace neural {

/// The difference as `diff -u` and `patch` write and read it, with three lines round each change; empty if there is
/// none. The fewest changed lines where those are at most 2,000; past that, everything between the first and the last
/// difference is one change. O((lines) · (changed lines)) time.
std::string unified_diff(std::string_view before, std::string_view after, std::string_view name_before,
                         std::string_view name_after);

}  // namespace neural
