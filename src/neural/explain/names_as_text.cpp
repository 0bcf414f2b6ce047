#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/explain/explain.hpp"
#include "neural/explain/layout.hpp"

namespace neural::explain {
namespace {

constexpr std::size_t kIndent = 6;
constexpr std::size_t kMostOwners = 12;

std::string listed(const std::vector<std::string_view>& names) {
  return join(std::vector<std::string>(names.begin(), names.end()), ", ");
}

/// "Conv1D, Conv2D, … (30 in all)".
std::string owners_text(const std::vector<std::string_view>& owners) {
  if (owners.size() <= kMostOwners) return listed(owners);
  return fmt::format("{}, … ({} in all)", listed({owners.begin(), owners.begin() + kMostOwners}), owners.size());
}

/// "int ≥ 1, default 3".
std::string type_and_default(const ParameterEntry& parameter) {
  return parameter.type + (parameter.fallback.empty() ? ", required" : ", default " + parameter.fallback);
}

/// Lines that begin with a name behind `lead`, and go on below it.
std::string name_lines(std::string_view lead, std::string_view name, std::string_view rest, const Style& style) {
  const std::string lines = wrapped(fmt::format("{}{}", name, rest), kIndent);
  return fmt::format("{}{}{}{}{}", lead, style.bold, name, style.reset, lines.substr(kIndent + name.size()));
}

std::string parameter_text(const ParameterEntry& parameter, const Style& style) {
  const std::string aliases = parameter.aliases.empty() ? "" : fmt::format(" (or {})", listed(parameter.aliases));
  const std::string place = parameter.place == 0 ? "-" : place_text(parameter);
  return name_lines(fmt::format("  {:<{}}", place, kIndent - 2), parameter.name,
                    fmt::format("{}: {}", aliases, type_and_default(parameter)), style) +
         wrapped(parameter.meaning, kIndent);
}

std::string parameters_text(const NameEntry& entry, const Style& style) {
  std::string text = "\n";
  for (const ParameterEntry& parameter : entry.parameters) text += parameter_text(parameter, style);
  const auto skips = [](const ParameterEntry& parameter) { return parameter.may_be_skipped; };
  const bool has_places = std::any_of(entry.parameters.begin(), entry.parameters.end(),
                                      [](const ParameterEntry& parameter) { return parameter.place > 0; });
  if (!has_places) return text + "\n" + wrapped("All are given by name.");
  text += "\n" + wrapped("The numbers are the places of arguments without a name; `-` is given by name only.");
  if (std::any_of(entry.parameters.begin(), entry.parameters.end(), skips)) {
    text += wrapped("A place with `?` is passed over by an argument that only fits a later one.");
  }
  return text;
}

}  // namespace

std::string as_text(const NameEntry& entry, bool color) {
  const Style style = style_of(color);
  const std::string aliases = entry.aliases.empty() ? "" : ", also called " + listed(entry.aliases);
  std::string text = name_lines("", entry.name, fmt::format(": {}{}", entry.kind, aliases), style) + "\n";
  if (entry.uses.empty()) text += wrapped(entry.summary);
  if (!entry.shapes.empty()) text += "\n" + wrapped(entry.shapes, 2);
  if (entry.kind.starts_with("setting")) {
    return text + "\n" + wrapped(type_and_default(entry.parameters.front()), 2);
  }
  for (const ParameterUse& use : entry.uses) {
    if (&use != &entry.uses.front()) text += "\n";
    text += wrapped(type_and_default(use.parameter), 2) + wrapped(use.parameter.meaning, kIndent) +
            wrapped("of " + owners_text(use.owners), kIndent);
  }
  if (!entry.parameters.empty()) text += parameters_text(entry, style);
  return text;
}

std::string list_as_text(const NameGroup& group, bool color) {
  const Style style = style_of(color);
  std::size_t width = 0;
  for (const NameEntry& entry : group.entries) width = std::max(width, entry.name.size());
  std::string text;
  for (const NameEntry& entry : group.entries) {
    const std::string padding(width - entry.name.size(), ' ');
    text += fmt::format("{}{}{}{}  {}\n", style.bold, entry.name, style.reset, padding, entry.summary);
  }
  return text;
}

}  // namespace neural::explain
