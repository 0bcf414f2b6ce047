#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

using Settings = std::map<std::string, std::string>;

/// "threads.intra_op" -> "2".
void add_settings(const std::string& name, const Json& value, Settings& settings) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) {
      add_settings(name.empty() ? key : name + "." + key, inner, settings);
    }
    return;
  }
  std::vector<std::string> items;
  for (const Json& item : value.is_array() ? value : Json::array({value})) {
    items.push_back(item.is_string() ? item.get<std::string>() : compact_json(item));
  }
  settings[name] = join(items, ", ");
}

Settings settings_of(const Json& result, const char* side) {
  Settings settings;
  Json worker = at(result, {side, "worker"});
  if (!worker.is_object()) return settings;
  worker.erase("tasks");  // how many threads there were in the end is no setting
  add_settings("", worker, settings);
  return settings;
}

/// A row for each setting; what differs stands out.
std::string settings_table(const Json& result) {
  const Settings neural = settings_of(result, "neural"), native = settings_of(result, "native");
  Settings all = neural;
  all.insert(native.begin(), native.end());
  Table table({{"Setting"}, {"Neural"}, {"Hand-written"}});
  for (const auto& [name, _] : all) {
    const auto left = neural.find(name), right = native.find(name);
    const bool differs = left == neural.end() || right == native.end() || left->second != right->second;
    const auto shown = [&](const Settings& side, Settings::const_iterator found) {
      if (found == side.end()) return std::string(differs ? "**not set**" : "not set");
      const std::string text = escape(found->second);
      return differs && !text.empty() ? "**" + text + "**" : text;
    };
    table.add({code(name), shown(neural, left), shown(native, right)});
  }
  return table.empty() ? std::string() : table.text();
}

}  // namespace

std::string settings_section(const Json& results) {
  // Most comparisons of a framework have the same settings: they share a table.
  std::vector<std::pair<std::string, std::vector<std::string>>> tables;
  for (const Json& result : list_at(results, {"results"})) {
    const std::string table = settings_table(result);
    if (table.empty()) continue;
    auto known = std::find_if(tables.begin(), tables.end(), [&](const auto& each) { return each.first == table; });
    if (known == tables.end()) known = tables.insert(tables.end(), {table, {}});
    known->second.push_back(subject(result));
  }
  if (tables.empty()) return {};
  const std::string profile = text_at(results, {"protocol", "profile"});
  std::string text = "## Settings\n\n";
  text +=
      profile == "as-shipped"
          ? "Profile `as-shipped`: the processes ran in the environment of whoever measured, and nobody set threads "
            "or the garbage collector for them.\n\n"
          : "Profile `controlled`: both sides were given the same threads, variables and garbage collector; how "
            "threads wait is left to each runtime.\n\n";
  text += "As each process read it back once its model was built; what differs between the sides is bold.\n\n";
  for (const auto& [table, subjects] : tables) text += join(subjects, "; ") + ":\n\n" + table;
  return text;
}

}  // namespace neural::bench::report
