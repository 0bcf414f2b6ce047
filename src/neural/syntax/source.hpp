// Source text and places in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace neural::syntax {

/// Bytes [begin, end) of a source text.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  friend bool operator==(const Span&, const Span&) = default;
};

/// From the first byte of one span to the last byte of another.
inline Span cover(Span first, Span last) {
  return {first.begin, last.end};
}

/// 1-based; a column counts Unicode code points, and a tab is one.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

/// The text of one file, with the begin of every line. Texts are at most 64 MiB (E903 and E902 guard the limits).
class SourceText {
 public:
  /// `name` is how messages call the file ("model.neural", "<stdin>").
  SourceText(std::string name, std::string text);

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  std::string_view text(Span span) const { return text().substr(span.begin, span.end - span.begin); }

  /// O(log lines), however long the line.
  Position position(std::uint32_t offset) const;

  /// A line without its line end; `line` is 1-based.
  std::string_view line(std::uint32_t line) const;

 private:
  std::uint32_t code_points_before(std::uint32_t offset) const;

  std::string name_;
  std::string text_;
  std::vector<std::uint32_t> line_begins_;
  std::vector<std::uint32_t> code_points_before_block_;  ///< of each block of the text; a line may be all of it
};

}  // namespace neural::syntax
