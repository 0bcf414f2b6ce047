#include "neural/explain/layout.hpp"

#include "neural/base/text.hpp"

namespace neural::explain {
namespace {

constexpr std::size_t kColumns = 80;

}  // namespace

Style style_of(bool color) {
  if (!color) return {};
  return {"\033[1;31m", "\033[1;33m", "\033[1m", "\033[0m"};
}

std::string wrapped(std::string_view text, std::size_t indent) {
  std::string lines(indent, ' ');
  std::size_t column = indent;
  for (const std::string& word : split(text, ' ')) {
    const std::size_t width = code_points(word);
    if (column > indent) {
      const bool fits = column + 1 + width <= kColumns;
      lines += fits ? " " : "\n" + std::string(indent, ' ');
      column = fits ? column + 1 : indent;
    }
    lines += word;
    column += width;
  }
  return lines + "\n";
}

}  // namespace neural::explain
