// Pieces of Markdown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace neural::explain {

/// "`Conv2D`".
std::string code_span(std::string_view text);

/// "`a`, `b`".
std::string code_spans(const std::vector<std::string_view>& names);

/// "`a`, `b` and `c`".
std::string as_sentence(const std::vector<std::string_view>& names);

/// A line of a table. No cell may hold a `|` or a line end.
std::string table_row(const std::vector<std::string>& cells);

/// The line of the titles and the one below it.
std::string table_head(const std::vector<std::string>& titles);

}  // namespace neural::explain
