// Reads which rooms may include which from the `neural_room` calls, and which do from the sources.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace neural::architecture {

/// Room ("bench/stats") -> the rooms its DEPS name. `rooms_folder` is src/neural.
std::map<std::string, std::set<std::string>> declared_directions(const std::filesystem::path& rooms_folder);

/// One sentence for each `#include "neural/…"` that its room's DEPS do not name, each room without a declaration, and
/// each cycle among the declarations.
std::vector<std::string> violations(const std::filesystem::path& rooms_folder);

}  // namespace neural::architecture
