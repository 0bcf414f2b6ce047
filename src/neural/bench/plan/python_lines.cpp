#include "neural/bench/plan/python_lines.hpp"

#include <algorithm>
#include <cstddef>

namespace neural::bench::plan {
namespace {

class LineReader {
 public:
  explicit LineReader(std::string_view program) : program_(program) {}

  bool at_end() const { return position_ >= program_.size(); }

  /// The next logical line, indented or not.
  PythonLine next() {
    const int first = number_;
    const std::size_t begin = position_;
    int depth = 0;
    while (!at_end()) {
      const char byte = program_[position_];
      if (byte == '\n' && depth == 0) break;
      if (byte == '#') {
        position_ = std::min(program_.find('\n', position_), program_.size());
      } else if (byte == '"' || byte == '\'') {
        skip_string(byte);
      } else {
        if (byte == '(' || byte == '[' || byte == '{') ++depth;
        if ((byte == ')' || byte == ']' || byte == '}') && depth > 0) --depth;
        skip(byte == '\\' ? 2 : 1);
      }
    }
    const std::string_view text = program_.substr(begin, position_ - begin);
    skip(1);
    return {first, text};
  }

 private:
  void skip(std::size_t count) {
    const std::size_t end = std::min(position_ + count, program_.size());
    number_ += static_cast<int>(std::count(program_.begin() + static_cast<std::ptrdiff_t>(position_),
                                           program_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    position_ = end;
  }

  /// From the opening quote past the closing one; a string in single quotes also ends with its line.
  void skip_string(char quote) {
    const std::string_view rest = program_.substr(position_);
    const bool triple = rest.size() >= 3 && rest[1] == quote && rest[2] == quote;
    skip(triple ? 3 : 1);
    while (!at_end()) {
      const char byte = program_[position_];
      if (byte == '\n' && !triple) return;
      if (byte == '\\') {
        skip(2);
      } else if (byte != quote) {
        skip(1);
      } else if (!triple) {
        skip(1);
        return;
      } else if (program_.substr(position_, 3) == std::string_view(rest.data(), 3)) {
        skip(3);
        return;
      } else {
        skip(1);
      }
    }
  }

  std::string_view program_;
  std::size_t position_ = 0;
  int number_ = 1;
};

}  // namespace

std::vector<PythonLine> top_level_lines(std::string_view program) {
  std::vector<PythonLine> lines;
  for (LineReader reader(program); !reader.at_end();) {
    const PythonLine line = reader.next();
    constexpr std::string_view kNoStatement = " \t\r\n\f#";
    if (!line.text.empty() && kNoStatement.find(line.text[0]) == std::string_view::npos) lines.push_back(line);
  }
  return lines;
}

}  // namespace neural::bench::plan
