#include <fmt/format.h>

#include "neural/explain/explain.hpp"
#include "neural/explain/markdown.hpp"
#include "neural/explain/tables.hpp"

namespace neural::explain {

std::string as_markdown(const NameEntry& entry) {
  std::string text = fmt::format("### {}\n\n**{}**", entry.name, entry.kind);
  if (!entry.aliases.empty()) text += ", also called " + code_spans(entry.aliases);
  if (!entry.shapes.empty()) text += fmt::format("; {}", entry.shapes);
  text += "\n";
  if (entry.uses.empty()) text += fmt::format("\n{}\n", entry.summary);
  if (!entry.parameters.empty()) text += "\n" + parameters_table(entry.parameters);
  if (entry.uses.empty()) return text;
  text += "\n" + table_head({"type", "default", "meaning", "of"});
  for (const auto& [owners, parameter] : entry.uses) {
    text += table_row({parameter.type, default_cell(parameter), std::string(parameter.meaning), code_spans(owners)});
  }
  return text;
}

}  // namespace neural::explain
