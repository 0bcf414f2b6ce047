#include "neural/bench/report/markdown.hpp"

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"

namespace neural::bench::report {
namespace {

/// On one line, valid UTF-8, without control characters.
std::string one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return printable(line);
}

/// White space at the ends is kept.
std::string escape_all(std::string_view text) {
  constexpr std::string_view kMarks = "\\`*_[]<>|#~&!$";
  std::string escaped;
  for (const char c : one_line(text)) {
    if (kMarks.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string pad(std::string_view cell, std::size_t width, Align align) {
  const std::string space(width - code_points(cell), ' ');
  return align == Align::kLeft ? std::string(cell) + space : space + std::string(cell);
}

}  // namespace

std::string escape(std::string_view text) {
  return escape_all(trim(text));
}

std::string code(std::string_view text) {
  // In a table no escape keeps a back quote, or a back slash before a bar, inside code.
  const std::string line = one_line(trim(text));
  if (line.empty() || line.find_first_of("`|\\") != std::string::npos) return escape(line);
  return "`" + line + "`";
}

std::string prose(std::string_view text) {
  const std::vector<std::string> parts = split(text, '`');
  if (parts.size() % 2 == 0) return escape(text);  // one of them stands alone
  std::string shown;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    shown += i % 2 == 1 ? code(parts[i]) : escape_all(parts[i]);
  }
  return shown;
}

void Table::add(std::vector<std::string> cells) {
  NEURAL_CHECK(cells.size() == columns_.size(), "a row has one cell a column");
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = std::max<std::size_t>(3, code_points(columns_[i].title));
    for (const std::vector<std::string>& row : rows_) width = std::max(width, code_points(row[i]));
    widths.push_back(width);
  }
  const auto line = [&](const auto& cell_of) {
    std::string text = "|";
    for (std::size_t i = 0; i < columns_.size(); ++i) text += " " + cell_of(i) + " |";
    return text + "\n";
  };
  std::string text = line([&](std::size_t i) { return pad(columns_[i].title, widths[i], columns_[i].align); });
  text += line([&](std::size_t i) {
    const bool right = columns_[i].align == Align::kRight;
    return std::string(widths[i] - (right ? 1 : 0), '-') + (right ? ":" : "");
  });
  for (const std::vector<std::string>& row : rows_) {
    text += line([&](std::size_t i) { return pad(row[i], widths[i], columns_[i].align); });
  }
  return text + "\n";
}

}  // namespace neural::bench::report
