#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/syntax/format_pieces.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::syntax {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kLastColumn = 100;

/// A group that has begun and not ended.
struct Frame {
  std::size_t indent = 0;  ///< of the lines inside
  std::size_t opener = 0;
  std::size_t end = 0;
  bool broken = true;
  bool bracketed = false;  ///< else it ends without a closing bracket
  bool items = true;       ///< a block or section, not a list: keeps the empty lines between its items
};

class Printer {
 public:
  Printer(const SourceText& source, const Pieces& text)
      : source_(source), pieces_(text.pieces), comments_(text.comments) {
    out_.reserve(source.text().size() + source.text().size() / 8);
    frames_.push_back({.end = pieces_.size()});
  }

  std::optional<std::string> run() {
    for (; next_ + 1 < pieces_.size() && out_.size() <= kLongestSource; ++next_) print();
    print_comments_before();
    if (!out_.empty()) out_ += '\n';
    if (out_.size() > kLongestSource) return {};
    return std::move(out_);
  }

 private:
  const Piece& piece() const { return pieces_[next_]; }
  const Frame& frame() const { return frames_.back(); }

  void print() {
    const bool begins_block_of_file = frames_.size() == 1 && piece().breaks;
    blank_due_ = begins_block_of_file && !blank_as_written();
    print_comments_before();
    const bool item = frame().items && piece().breaks && !piece().closes;
    const bool breaks = piece().breaks && frame().broken;
    if (piece().closes) frames_.pop_back();
    if (breaks) {
      new_line(frame().indent, item && piece().blank_before);
    } else if (line_ended_) {
      new_line(continuation_indent(), false);
    } else if (piece().space) {
      write(" ");
    }
    print_text();
    opened_ = piece().group_end != 0;
    if (pieces_[next_ + 1].comma) write(",");
    if (piece().semicolon) write(";");
    print_trailing_comment();
    if (opened_) begin_group();
  }

  void print_text() {
    const std::string_view text = source_.text(piece().text);
    if (piece().kind != TokenKind::kString || text.front() == '"' ||
        text.find_first_of("\"\\") != std::string_view::npos) {
      write(text);
      return;
    }
    write("\"");
    write(text.substr(1, text.size() - 2));
    write("\"");
  }

  // ---- comments ----

  /// Also ends the groups without brackets that lie behind the cursor; the comments indented as if they belonged to one
  /// of layers still stand in it.
  void print_comments_before() {
    while (!frame().bracketed && next_ > frame().end) {
      if (frame().items) {
        const std::uint32_t column = pieces_[frame().opener - 1].column;
        while (next_comment_ < piece().comments && comments_[next_comment_].column > column)
          print_own_line(frame().indent);
      }
      frames_.pop_back();
    }
    while (next_comment_ < piece().comments) print_own_line(piece().breaks ? frame().indent : continuation_indent());
  }

  void print_own_line(std::size_t indent) {
    const Comment& comment = comments_[next_comment_++];
    new_line(indent, comment.blank_before && frame().items);
    write(source_.text(comment.text));
    line_ended_ = true;
    opened_ = false;
  }

  void print_trailing_comment() {
    if (next_comment_ == comments_.size() || !comments_[next_comment_].trailing) return;
    if (next_comment_ == pieces_[next_ + 1].comments) return;
    write("  ");
    write(source_.text(comments_[next_comment_++].text));
    line_ended_ = true;
  }

  // ---- groups and lines ----

  void begin_group() {
    const Piece& opener = piece();
    const bool broken = opener.broken || !fits();
    frames_.push_back({.indent = frame().indent + (broken ? 1 : 0),
                       .opener = next_,
                       .end = opener.group_end,
                       .broken = broken,
                       .bracketed = opener.kind != TokenKind::kColon,
                       .items = opener.opens_items});
  }

  /// Whether the group that the current piece opens, and what follows it on its line, end in time.
  bool fits() const {
    std::size_t next_line = piece().group_end + 1;
    while (!pieces_[next_line].breaks) ++next_line;
    const std::size_t width = pieces_[next_line - 1].width - piece().width + (pieces_[next_line].comma ? 1 : 0);
    return column_ + width <= kLastColumn;
  }

  /// Of a line that only a comment made necessary. An opening bracket stands below the line it belongs to.
  std::size_t continuation_indent() const {
    const bool opens = piece().group_end != 0 && piece().kind != TokenKind::kColon;
    return frame().indent + (opens ? 0 : 1);
  }

  /// The author's empty lines above the current piece and its comments.
  bool blank_as_written() const {
    const auto first = comments_.begin() + static_cast<std::ptrdiff_t>(next_comment_);
    const auto last = comments_.begin() + piece().comments;
    return piece().blank_before ||
           std::any_of(first, last, [](const Comment& comment) { return comment.blank_before; });
  }

  void new_line(std::size_t indent, bool blank) {
    if (!out_.empty()) {
      out_ += '\n';
      if ((blank && !opened_) || blank_due_) out_ += '\n';
    }
    blank_due_ = false;
    line_ended_ = false;
    column_ = indent * kIndent;
    out_.append(column_, ' ');
  }

  void write(std::string_view text) {
    out_ += text;
    column_ += code_points(text);
  }

  const SourceText& source_;
  const std::vector<Piece>& pieces_;
  const std::vector<Comment>& comments_;
  std::string out_;
  std::vector<Frame> frames_;
  std::size_t next_ = 0;
  std::size_t next_comment_ = 0;
  std::size_t column_ = 0;
  bool line_ended_ = false;  ///< by a comment
  bool opened_ = false;      ///< the last piece opened a group, and nothing stands behind it
  bool blank_due_ = false;   ///< before the next line
};

}  // namespace

std::optional<std::string> print_pieces(const SourceText& source, const Pieces& text) {
  return Printer(source, text).run();
}

}  // namespace neural::syntax
