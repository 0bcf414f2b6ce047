// Just enough of Python's line structure to tell a top-level statement from the inside of a string.
#pragma once

#include <string_view>
#include <vector>

namespace neural::bench::plan {

/// A logical line that begins in the first column, comments and strings included.
struct PythonLine {
  int number = 0;
  std::string_view text;
};

/// The logical lines of a program that are not indented: a line goes on through brackets, strings in triple quotes and
/// a backslash at its end. Empty lines and lines that are only a comment are left out. O(length).
std::vector<PythonLine> top_level_lines(std::string_view program);

}  // namespace neural::bench::plan
