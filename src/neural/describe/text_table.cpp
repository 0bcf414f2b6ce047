#include "neural/describe/text_table.hpp"

#include <algorithm>

#include "neural/base/text.hpp"

namespace neural::describe {
namespace {

constexpr std::size_t kGap = 2;

}  // namespace

/// A width of 0 is a column that is left out.
std::vector<std::size_t> TextTable::widths() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(code_points(column.title));
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], code_points(row.cells[i]));
  }
  return widths;
}

std::size_t TextTable::total(const std::vector<std::size_t>& widths) {
  std::size_t total = 0;
  for (const std::size_t width : widths) total += width == 0 ? 0 : width + kGap;
  return total - std::min(total, kGap);
}

std::string TextTable::line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths[i] == 0) continue;
    const std::string cell = shortened(cells[i], widths[i]);
    const std::string padding(widths[i] - code_points(cell), ' ');
    if (!line.empty()) line.append(kGap, ' ');
    line += columns_[i].is_number ? padding + cell : cell + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

TextTable::Rendered TextTable::render(std::size_t width, bool color) const {
  Rendered rendered;
  std::vector<std::size_t> sizes = widths();
  if (width > 0) {
    const auto surplus = [&] { return total(sizes) - std::min(total(sizes), width); };
    // First what is cut least loses most: cells, then whole columns.
    for (std::size_t i = 0; i < sizes.size() && surplus() > 0; ++i) {
      if (columns_[i].least_width == 0 || sizes[i] <= columns_[i].least_width) continue;
      sizes[i] = std::max(columns_[i].least_width, sizes[i] - std::min(sizes[i], surplus()));
    }
    while (surplus() > 0) {
      std::size_t least = columns_.size();
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        const bool is_candidate = columns_[i].priority > 0 && sizes[i] > 0;
        if (is_candidate && (least == columns_.size() || columns_[i].priority < columns_[least].priority)) least = i;
      }
      if (least == columns_.size()) break;
      rendered.left_out.push_back(columns_[least].title);
      sizes[least] = 0;
    }
  }
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.emplace_back(column.title);
  const auto styled = [&](const std::string& text, std::string_view style) {
    return color && !style.empty() ? std::string(style) + text + "\033[0m\n" : text + "\n";
  };
  rendered.text = styled(line(titles, sizes), "\033[1m");
  for (const Row& row : rows_) rendered.text += styled(line(row.cells, sizes), row.is_faint ? "\033[2m" : "");
  return rendered;
}

}  // namespace neural::describe
