#include "neural/explain/markdown.hpp"

#include <fmt/format.h>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"

namespace neural::explain {

std::string code_span(std::string_view text) {
  return fmt::format("`{}`", text);
}

std::string code_spans(const std::vector<std::string_view>& names) {
  std::vector<std::string> texts;
  for (const std::string_view name : names) texts.push_back(code_span(name));
  return join(texts, ", ");
}

std::string as_sentence(const std::vector<std::string_view>& names) {
  if (names.size() < 2) return code_spans(names);
  return code_spans({names.begin(), names.end() - 1}) + " and " + code_span(names.back());
}

std::string table_row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) {
    NEURAL_CHECK(cell.find_first_of("|\n") == std::string::npos, "a cell that breaks its table");
    text += cell.empty() ? " |" : " " + cell + " |";
  }
  return text + "\n";
}

std::string table_head(const std::vector<std::string>& titles) {
  return table_row(titles) + table_row(std::vector<std::string>(titles.size(), "---"));
}

}  // namespace neural::explain
