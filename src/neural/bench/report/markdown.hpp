// The few forms of Markdown a report is made of. Text that comes out of files goes through `escape` or `code` first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace neural::bench::report {

/// Text that can break neither a table nor the layout around it and is shown as it is: line breaks become spaces,
/// control characters \xNN, and what Markdown or HTML would read is escaped.
std::string escape(std::string_view text);

/// The same as code, where the text allows it.
std::string code(std::string_view text);

/// A sentence in which back quotes stand round code, as in this program's messages: those parts as `code`, the rest as
/// `escape`.
std::string prose(std::string_view text);

enum class Align { kLeft, kRight };

struct Column {
  std::string title;
  Align align = Align::kLeft;
};

/// A pipe table whose columns are padded, so that the source reads as well as the page.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column; cells are Markdown.
  void add(std::vector<std::string> cells);

  bool empty() const { return rows_.empty(); }

  /// With a blank line behind it.
  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace neural::bench::report
