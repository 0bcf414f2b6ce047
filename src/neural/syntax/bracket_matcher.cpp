#include "neural/syntax/bracket_matcher.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>

namespace neural::syntax {
namespace {

constexpr std::uint32_t kNowhere = UINT32_MAX;

/// 0 for braces, 1 for parentheses, 2 for square brackets; empty for other tokens.
std::optional<int> shape_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::kLeftBrace:
    case TokenKind::kRightBrace:
      return 0;
    case TokenKind::kLeftParenthesis:
    case TokenKind::kRightParenthesis:
      return 1;
    case TokenKind::kLeftBracket:
    case TokenKind::kRightBracket:
      return 2;
    default:
      return {};
  }
}
constexpr int kBrace = 0;

/// Behind these a call goes on in the next line.
bool continues(TokenKind kind) {
  return is_opening(kind) || kind == TokenKind::kComma || kind == TokenKind::kEquals || kind == TokenKind::kColon;
}

/// An opening bracket that waits for its partner.
struct Open {
  std::uint32_t token = 0;
  int shape = 0;
  std::uint32_t line = 0;
  std::uint32_t indent = 0;               ///< of the line it stands on
  std::uint32_t first_indent = kNowhere;  ///< of the first line directly in it
  std::uint32_t last_indent = kNowhere;   ///< of the last line directly in it
  bool is_left = false;                   ///< by a line that does not go on the call
  // The last line directly in it that is indented deeper than the one before, which opens nothing.
  std::uint32_t deeper_token = kNowhere;
  std::uint32_t deeper_base = 0;
};

/// The brackets of one block of the file: tokens [begin, end).
class Matcher {
 public:
  Matcher(const SourceText& source, const std::vector<Token>& tokens, std::vector<std::uint32_t>& ends,
          std::vector<BracketFlaw>& flaws)
      : source_(source), tokens_(tokens), ends_(ends), flaws_(flaws) {}

  void match(std::uint32_t begin, std::uint32_t end) {
    if (match_plainly(begin, end)) return;
    match_by_layout(begin, end);
  }

 private:
  bool match_plainly(std::uint32_t begin, std::uint32_t end) {
    std::vector<std::uint32_t> open;
    surplus_ = {};
    bool sound = true;
    for (std::uint32_t i = begin; i < end; ++i) {
      const auto shape = shape_of(tokens_[i].kind);
      if (!shape) continue;
      if (is_opening(tokens_[i].kind)) {
        ++surplus_[*shape];
        open.push_back(i);
        continue;
      }
      --surplus_[*shape];
      if (!sound) continue;
      if (open.empty() || shape_of(tokens_[open.back()].kind) != shape) {
        sound = false;
        continue;
      }
      pair(open.back(), i);
      open.pop_back();
    }
    return sound && open.empty();
  }

  void match_by_layout(std::uint32_t begin, std::uint32_t end) {
    std::iota(ends_.begin() + begin, ends_.begin() + end, begin);
    line_ = indent_ = 0;
    word_ = tokens_[begin].word;
    const std::size_t first_flaw = flaws_.size();
    for (std::uint32_t i = begin; i < end; ++i) {
      const Token& token = tokens_[i];
      const auto shape = shape_of(token.kind);
      const bool opening = shape && is_opening(token.kind);
      if (token.starts_line || i == begin) begin_line(i, shape && !opening);
      if (opening) {
        if (*shape == kBrace) begin_brace(i);
        open_.push_back({.token = i, .shape = *shape, .line = line_, .indent = indent_});
      } else if (shape) {
        close(i, *shape);
      } else if (token.kind == TokenKind::kString && token.broken) {
        forgive_line(i + 1);
      }
    }
    pop_until(0, end);
    std::stable_sort(flaws_.begin() + static_cast<std::ptrdiff_t>(first_flaw), flaws_.end(),
                     [](const BracketFlaw& a, const BracketFlaw& b) { return a.shows < b.shows; });
  }

  /// The first brace of a block of the file stands in no call.
  void begin_brace(std::uint32_t i) {
    while (braces_.empty() && !open_.empty() && surplus_[open_.back().shape] > 0) pop_until(open_.size() - 1, i);
    braces_.push_back(open_.size());
  }

  // ---- lines ----

  void begin_line(std::uint32_t i, bool closing) {
    ++line_;
    indent_ = tokens_[i].starts_line ? column(tokens_[i].span.begin) : 0;
    if (closing) return;
    end_calls(i);
    if (!open_.empty() && open_.back().shape != kBrace && is_left_by(i)) open_.back().is_left = true;
    end_blocks(i);
    if (open_.empty() || open_.back().shape != kBrace) return;
    Open& top = open_.back();
    if (top.line == line_) return;
    if (top.first_indent == kNowhere) top.first_indent = indent_;
    if (top.last_indent != kNowhere && indent_ > top.last_indent && opens_nothing(i)) {
      top.deeper_token = i;
      top.deeper_base = top.last_indent;
    } else if (top.deeper_token != kNowhere && indent_ <= top.deeper_base) {
      top.deeper_token = kNowhere;
    }
    top.last_indent = indent_;
  }

  /// The line before is no section, whose contents are indented without a brace.
  bool opens_nothing(std::uint32_t i) const {
    return tokens_[i - 1].kind != TokenKind::kColon || !is_section(tokens_[i - 2].word);
  }

  std::uint32_t column(std::uint32_t offset) const {
    const std::string_view text = source_.text();
    std::uint32_t begin = offset;
    while (begin > 0 && text[begin - 1] != '\n' && text[begin - 1] != '\r') --begin;
    return offset - begin;
  }

  /// The line does not go on the call that is open. Only names are judged by their indentation.
  bool is_left_by(std::uint32_t i) const {
    if (tokens_[i].kind == TokenKind::kComma) return false;
    return tokens_[i].kind == TokenKind::kIdentifier ? !goes_on(i) : !continues(tokens_[i - 1].kind);
  }

  /// The line is indented deeper than the call that is open, which is not at its end.
  bool goes_on(std::uint32_t i) const { return indent_ > open_.back().indent && continues(tokens_[i - 1].kind); }

  /// A line that begins with a name, and cannot go on the call above it, ends it.
  void end_calls(std::uint32_t i) {
    const Token& token = tokens_[i];
    if (token.kind != TokenKind::kIdentifier) return;
    const bool section = is_section(token.word) && tokens_[i + 1].kind == TokenKind::kColon;
    while (!open_.empty() && open_.back().shape != kBrace && surplus_[open_.back().shape] > 0) {
      if (goes_on(i) && !section) return;
      pop_until(open_.size() - 1, i);
    }
  }

  /// A line that stands no deeper than the brace of a block whose lines do, or a section, ends that block.
  void end_blocks(std::uint32_t i) {
    const Token& token = tokens_[i];
    const bool brace = tokens_[i + 1].kind == TokenKind::kLeftBrace;
    const bool section =
        word_ == Word::kResearch
            ? brace && (token.word == Word::kMetrics || token.word == Word::kReferences)
            : word_ == Word::kNetwork && is_section(token.word) && (brace || tokens_[i + 1].kind == TokenKind::kColon);
    while (open_.size() > 1 && open_.back().shape == kBrace && surplus_[kBrace] > 0) {
      const Open& top = open_.back();
      const bool by_layout = top.first_indent != kNowhere && top.first_indent > top.indent && indent_ <= top.indent;
      if (!by_layout && !section) return;
      pop_until(open_.size() - 1, i);
    }
  }

  // ---- closing brackets ----

  void close(std::uint32_t i, int shape) {
    const std::size_t at = shape == kBrace ? around_brace(i) : around(shape);
    if (at == 0) return stray(i, shape);
    const Open& top = open_[at - 1];
    const bool leads = tokens_[i].starts_line;
    const bool is_doubtful =
        top.line == line_ ? argument_follows(i, at - 1) : shape == kBrace || top.is_left || call_goes_on(i, at - 1);
    if (is_doubtful && surplus_[shape] < 0 && (!leads || indent_ > top.indent)) return unopened(i, at - 1);
    const bool outer = top.line != line_ && surplus_[shape] > 0 && leads && indent_ < top.indent;
    pop_until(outer ? like_this_line(at, shape) : at, i);
    close_top(i);
  }

  bool is_outermost_call(std::size_t at) const {
    return open_[at].shape != kBrace && (at == 0 || open_[at - 1].shape == kBrace);
  }

  /// Behind the bracket `i`, which would close the outermost call `at`, stands an argument with its name.
  bool argument_follows(std::uint32_t i, std::size_t at) const {
    return is_outermost_call(at) && tokens_[i + 1].kind == TokenKind::kComma &&
           tokens_[i + 2].kind == TokenKind::kIdentifier && tokens_[i + 3].kind == TokenKind::kEquals;
  }

  /// Behind the bracket `i`, which would close the outermost call `at`, stands more of that call.
  bool call_goes_on(std::uint32_t i, std::size_t at) const {
    if (!is_outermost_call(at)) return false;
    const Token& next = tokens_[i + 1];
    return next.kind == TokenKind::kComma || (next.starts_line && column(next.span.begin) > open_[at].indent);
  }

  // Where its partner is on the stack, plus one; 0 if there is none.

  std::size_t around_brace(std::uint32_t i) const {
    if (braces_.empty()) return 0;
    const std::size_t at = braces_.back() + 1;
    // In a call whose own bracket still comes.
    const bool in_call = at < open_.size() && open_.back().line == line_ && surplus_[open_.back().shape] <= 0;
    return in_call && surplus_[kBrace] < 0 && !tokens_[i].starts_line ? 0 : at;
  }

  /// Beyond another bracket only where that one is too many.
  std::size_t around(int shape) const {
    std::size_t at = open_.size();
    while (at > 0 && open_[at - 1].shape != shape) {
      const Open& other = open_[at - 1];
      if (open_.size() - at == kFarthestBracket || surplus_[other.shape] <= 0) return 0;
      if (other.shape == kBrace && other.line != line_ && surplus_[shape] > 0) return 0;
      --at;
    }
    return at;
  }

  /// Of the brackets of that shape near `at`, the one whose line is indented like this one; else `at`.
  std::size_t like_this_line(std::size_t at, int shape) const {
    for (std::size_t k = at; k > 0 && at - k < kFarthestBracket; --k) {
      if (shape != kBrace && open_[k - 1].shape == kBrace) break;
      if (open_[k - 1].shape == shape && open_[k - 1].indent == indent_) return k;
    }
    return at;
  }

  void close_top(std::uint32_t i) {
    pair(open_.back().token, i);
    pop();
  }

  void pop() {
    if (open_.back().shape == kBrace) braces_.pop_back();
    open_.pop_back();
  }

  void pair(std::uint32_t open, std::uint32_t close) {
    ends_[open] = close;
    ends_[close] = open;
  }

  // ---- flaws ----

  /// What is open above `size` is never closed.
  void pop_until(std::size_t size, std::uint32_t end) {
    while (open_.size() > size) {
      const Open& top = open_.back();
      ends_[top.token] = end;
      --surplus_[top.shape];
      flaws_.push_back({BracketFlaw::Kind::kUnclosed, false, top.token, end});
      pop();
    }
  }

  void stray(std::uint32_t i, int shape) {
    ++surplus_[shape];
    flaws_.push_back({BracketFlaw::Kind::kStray, false, i, i});
  }

  /// A closing bracket that fits none: the lines inside the brace at `at` may tell where its partner is missing.
  void unopened(std::uint32_t i, std::size_t at) {
    const Open& around = open_[at];
    const bool found = around.shape == kBrace && tokens_[i].starts_line && around.deeper_token != kNowhere &&
                       around.deeper_base == indent_;
    if (!found) return stray(i, around.shape);
    ++surplus_[kBrace];
    flaws_.push_back({BracketFlaw::Kind::kUnopened, false, i, around.deeper_token});
  }

  /// A string that runs to the end of its line has swallowed what would close the brackets of this line.
  void forgive_line(std::uint32_t end) {
    while (!open_.empty() && open_.back().line == line_ && surplus_[open_.back().shape] > 0) {
      ends_[open_.back().token] = end;
      --surplus_[open_.back().shape];
      pop();
    }
  }

  const SourceText& source_;
  const std::vector<Token>& tokens_;
  std::vector<std::uint32_t>& ends_;
  std::vector<BracketFlaw>& flaws_;
  std::vector<Open> open_;
  std::vector<std::size_t> braces_;  ///< where in `open_`
  std::array<int, 3> surplus_{};     ///< opening brackets without partner so far unexplained, less the closing ones
  std::uint32_t line_ = 0;
  std::uint32_t indent_ = 0;
  Word word_ = Word::kName;  ///< that begins the block of the file
};

}  // namespace

void match_brackets(const SourceText& source, const std::vector<Token>& tokens, std::uint32_t begin, std::uint32_t end,
                    std::vector<std::uint32_t>& ends, std::vector<BracketFlaw>& flaws) {
  Matcher(source, tokens, ends, flaws).match(begin, end);
}

}  // namespace neural::syntax
