#include "neural/syntax/format_pieces.hpp"

namespace neural::syntax {
namespace {

/// Walks through tokens and comments side by side, and counts the line ends between them.
class Cutter {
 public:
  explicit Cutter(const SourceText& source) : source_(source) {}

  Pieces run() {
    DiagnosticList already_reported;
    const Span whole{0, static_cast<std::uint32_t>(source_.text().size())};
    std::vector<Span> comments;
    const std::vector<Token> tokens = tokenize(source_, whole, already_reported, &comments);
    cut_.pieces.reserve(tokens.size());
    cut_.comments.reserve(comments.size());
    auto comment = comments.begin();
    for (const Token& token : tokens) {
      for (; comment != comments.end() && comment->begin < token.span.begin; ++comment) add_comment(*comment);
      add_token(token);
    }
    return std::move(cut_);
  }

 private:
  void add_comment(Span span) {
    skip_to(span);
    const std::string_view text = source_.text(span);
    const std::size_t length = text.find_last_not_of(" \t\f\v") + 1;
    const bool trailing = !cut_.pieces.empty() && cut_.pieces.back().line == line_;
    const Span trimmed{span.begin, span.begin + static_cast<std::uint32_t>(length)};
    cut_.comments.push_back({trimmed, span.begin - line_begin_, trailing, blank_});
    blank_ = false;
  }

  void add_token(const Token& token) {
    skip_to(token.span);
    if (token.kind == TokenKind::kComma || token.kind == TokenKind::kSemicolon) {
      separated_ = true;
      return;
    }
    Piece piece;
    piece.text = token.span;
    piece.line = line_;
    piece.column = token.span.begin - line_begin_;
    piece.comments = static_cast<std::uint32_t>(cut_.comments.size());
    piece.kind = token.kind;
    piece.separated = separated_;
    piece.blank_before = blank_;
    cut_.pieces.push_back(piece);
    separated_ = false;
    blank_ = false;
  }

  /// Over the white space before `next`, and over `next`.
  void skip_to(Span next) {
    std::uint32_t line_ends = 0;
    for (; at_ < next.begin; ++at_) {
      const std::string_view rest = source_.text().substr(at_);
      if (rest[0] != '\n' && (rest[0] != '\r' || rest.starts_with("\r\n"))) continue;
      ++line_ends;
      line_begin_ = at_ + 1;
    }
    line_ += line_ends;
    blank_ = blank_ || line_ends > 1;
    at_ = next.end;
  }

  const SourceText& source_;
  Pieces cut_;
  std::uint32_t at_ = 0;
  std::uint32_t line_ = 0;
  std::uint32_t line_begin_ = 0;
  bool separated_ = false;
  bool blank_ = false;
};

}  // namespace

Pieces cut_into_pieces(const SourceText& source) {
  return Cutter(source).run();
}

}  // namespace neural::syntax
