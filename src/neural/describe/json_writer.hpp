// JSON that is written as it comes, so that a network of a million layers takes no memory for its description.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neural/base/files.hpp"
#include "neural/base/json.hpp"

namespace neural::describe {

/// Objects and arrays that are begun and ended are laid out with two-space indentation, one member a line; a value
/// stands on one line: `"shape": [28, 28, 1]`.
class JsonWriter {
 public:
  /// The sink outlives the writer.
  explicit JsonWriter(const Sink& sink) : sink_(sink) {}

  /// The document, or an element of an array.
  void begin_object();
  void begin_object(std::string_view key) { begin_member(key), open('{', '}'); }
  void begin_array(std::string_view key) { begin_member(key), open('[', ']'); }
  void end();
  void member(std::string_view key, const Json& value);
  void element(const Json& value);

  /// Objects and arrays that are open.
  std::size_t depth() const { return levels_.size(); }

  /// What has been written of the object or array that is open: since `mark()`, to be written again with `repeat` at
  /// the same depth. Between them no element is begun.
  std::size_t mark() const { return buffer_.size(); }
  std::string_view since(std::size_t mark) const { return std::string_view(buffer_).substr(mark); }
  void repeat(std::string_view members);

  /// The sink has failed: what is still written goes nowhere.
  bool has_failed() const { return !status_; }

  /// What is left, and a final newline; the first failure of the sink.
  Status finish();

 private:
  struct Level {
    char end;
    bool is_empty = true;
  };

  void begin_member(std::string_view key);
  void open(char begin, char end);
  void new_line();
  void flush();

  const Sink& sink_;
  std::string buffer_;
  std::vector<Level> levels_;
  Status status_;
};

/// One line with blanks behind `,` and `:`.
std::string line_json(const Json& value);

}  // namespace neural::describe
