#include "include_directions.hpp"

#include <fmt/format.h>

#include <functional>
#include <regex>
#include <sstream>

#include "neural/base/files.hpp"

namespace neural::architecture {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  return read_file(path).value();
}

using Directions = std::map<std::string, std::set<std::string>>;

/// The room of a path below src/neural: the nearest folder above it that is declared as one, else its own folder.
std::string room_of(const std::string& path, const Directions& directions) {
  const fs::path own = fs::path(path).parent_path();
  for (fs::path folder = own; !folder.empty(); folder = folder.parent_path()) {
    if (directions.contains(folder.generic_string())) return folder.generic_string();
  }
  return own.generic_string();
}

void find_cycle(const std::map<std::string, std::set<std::string>>& directions, std::vector<std::string>& found) {
  std::map<std::string, int> state;  // 1 while on the path, 2 when finished
  std::function<void(const std::string&, const std::string&)> visit = [&](const std::string& room,
                                                                          const std::string& path) {
    if (state[room] == 2) return;
    if (state[room] == 1) {
      found.push_back("a cycle: " + path + room);
      return;
    }
    state[room] = 1;
    if (const auto it = directions.find(room); it != directions.end()) {
      for (const std::string& next : it->second) visit(next, path + room + " -> ");
    }
    state[room] = 2;
  };
  for (const auto& [room, ignored] : directions) visit(room, "");
}

}  // namespace

std::map<std::string, std::set<std::string>> declared_directions(const fs::path& rooms_folder) {
  const std::regex call(R"(neural_room\(\s*(\S+)([^)]*)\))");
  std::map<std::string, std::set<std::string>> directions;
  for (const auto& entry : fs::recursive_directory_iterator(rooms_folder)) {
    if (entry.path().filename() != "CMakeLists.txt") continue;
    const std::string text = text_of(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it) {
      std::set<std::string>& deps = directions[(*it)[1].str()];
      std::istringstream words((*it)[2].str());
      bool in_deps = false;
      for (std::string word; words >> word;) {
        if (word == "DEPS" || word == "LIBRARIES" || word == "SOURCES" || word == "TESTS") {
          in_deps = word == "DEPS";
        } else if (in_deps) {
          deps.insert(word);
        }
      }
    }
  }
  return directions;
}

std::vector<std::string> violations(const fs::path& rooms_folder) {
  const auto directions = declared_directions(rooms_folder);
  const std::regex include(R"re(#include "neural/([^"]+)")re");
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(rooms_folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cpp" && extension != ".hpp" && extension != ".def") continue;
    const std::string file = fs::relative(entry.path(), rooms_folder).generic_string();
    const std::string room = room_of(file, directions);
    if (room == "cli") continue;  // the top of the house: it may include every room
    const auto declared = directions.find(room);
    if (declared == directions.end()) {
      found.push_back(fmt::format("{}: the room `{}` has no neural_room() call", file, room));
      continue;
    }
    const std::string text = text_of(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it) {
      const std::string target = room_of((*it)[1].str(), directions);
      if (target == room || declared->second.contains(target)) continue;
      found.push_back(fmt::format("{} includes `neural/{}`, but DEPS of `{}` do not name `{}`", file, (*it)[1].str(),
                                  room, target));
    }
  }
  find_cycle(directions, found);
  return found;
}

}  // namespace neural::architecture
