// Rows of cells as lines of text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace neural::describe {

class TextTable {
 public:
  struct Column {
    std::string_view title;
    bool is_number = false;       ///< set flush right
    std::size_t least_width = 0;  ///< to which its cells may be cut where there is too little space; 0: never
    int priority = 0;             ///< of those above 0 the lowest are left out first where there is too little space
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column. Cells hold nothing that steers a terminal.
  void add(std::vector<std::string> cells, bool is_faint = false) { rows_.push_back({std::move(cells), is_faint}); }

  struct Rendered {
    std::string text;
    std::vector<std::string_view> left_out;  ///< titles of columns
  };

  /// In at most so many columns as far as that can be; 0: as many as it takes. Lines end without blanks. With color the
  /// titles are bold and faint rows faint.
  Rendered render(std::size_t width, bool color) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    bool is_faint = false;
  };

  std::vector<std::size_t> widths() const;
  static std::size_t total(const std::vector<std::size_t>& widths);
  std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace neural::describe
