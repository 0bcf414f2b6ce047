#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "neural/base/text.hpp"
#include "neural/syntax/numbers.hpp"
#include "neural/syntax/tokens.hpp"
#include "neural/syntax/unexpected.hpp"

namespace neural::syntax {
namespace {

constexpr std::array kSpellings = {
#define NEURAL_TOKEN(name, spelling) std::string_view(spelling),
#include "neural/syntax/tokens.def"
#undef NEURAL_TOKEN
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_part(char c) {
  return is_name_start(c) || is_digit(c);
}
bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}
/// Inside a string or a comment: stands for itself, and goes on.
bool is_plain(char c) {
  return c >= ' ' && c != '"' && c != '\'' && c != '\\';
}

/// Characters of the source that a message quotes: its begin is enough to find it again.
constexpr std::size_t kLongestToken = 40;

TokenKind punctuation(char c) {
  switch (c) {
    case '{':
      return TokenKind::kLeftBrace;
    case '}':
      return TokenKind::kRightBrace;
    case '(':
      return TokenKind::kLeftParenthesis;
    case ')':
      return TokenKind::kRightParenthesis;
    case '[':
      return TokenKind::kLeftBracket;
    case ']':
      return TokenKind::kRightBracket;
    case ':':
      return TokenKind::kColon;
    case '=':
      return TokenKind::kEquals;
    case ',':
      return TokenKind::kComma;
    case ';':
      return TokenKind::kSemicolon;
    case '*':
      return TokenKind::kStar;
    case '@':
      return TokenKind::kAt;
    default:
      return TokenKind::kEnd;
  }
}

class Lexer {
 public:
  Lexer(const SourceText& source, Span range, DiagnosticList& diagnostics)
      : text_(source.text().substr(0, range.end)), at_(range.begin), diagnostics_(diagnostics) {
    tokens_.reserve((range.end - range.begin) / 4 + 3);
    bytes_seen_ = range.begin > 0;
  }

  std::vector<Token> run() {
    if (at_ == 0 && text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (skip_space_and_comments()) read_token();
    add(TokenKind::kEnd, at_);
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  Span from(std::size_t begin) const { return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)}; }

  void add(TokenKind kind, std::size_t begin, bool broken = false, Word word = Word::kName) {
    tokens_.push_back({kind, word, broken, line_start_, after_error_, from(begin)});
    line_start_ = false;
    after_error_ = false;
  }

  void report(Code code, Span span, std::string message, std::string help = {}) {
    diagnostics_.add(code, span, std::move(message), std::move(help));
    after_error_ = true;
  }

  /// False at the end of the text.
  bool skip_space_and_comments() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_line_end(c)) {
        line_start_ = true;
        ++at_;
      } else if (c == ' ' || c == '\t' || c == '\f') {
        ++at_;
      } else if (c == '#' || (c == '/' && peek(1) == '/')) {
        skip_comment();
      } else if (c == '/' && peek(1) == '*') {
        skip_block_comment();
      } else {
        return true;
      }
    }
    return false;
  }

  void skip_comment() {
    while (at_ < text_.size() && !is_line_end(text_[at_])) skip_character();
  }

  void skip_block_comment() {
    const std::size_t begin = at_;
    at_ += 2;
    report(Code::E004, from(begin), "block comments do not exist", "begin each line of the comment with `#`");
    const std::size_t end = text_.find("*/", at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 2;
  }

  /// One character of a string or a comment; bytes that are not UTF-8 are reported, once a run.
  void skip_character() {
    if (static_cast<unsigned char>(text_[at_]) < 0x80) {
      ++at_;
      return;
    }
    if (const std::size_t length = sequence_length(text_.substr(at_))) {
      at_ += length;
      return;
    }
    report_bad_bytes();
  }

  /// Once a text: whoever saves it as UTF-8 mends all of them.
  void report_bad_bytes() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x80 &&
           sequence_length(text_.substr(at_)) == 0)
      ++at_;
    if (bytes_seen_ || report_binary(begin)) return;
    bytes_seen_ = true;
    const std::size_t more = count_malformed_runs(text_.substr(at_));
    Diagnostic& found =
        diagnostics_.add(Code::E001, from(begin),
                         fmt::format("byte 0x{:02x} is not UTF-8 text", static_cast<unsigned char>(text_[begin])),
                         "save the file as UTF-8");
    if (more > 0)
      found.notes.push_back({fmt::format("so are bytes in {} other place{}", more, more == 1 ? "" : "s"), {}});
  }

  /// True if the text is no text at all; then it is not read any further.
  bool report_binary(std::size_t begin) {
    if (bytes_seen_ || !is_binary(text_)) return false;
    const bool utf16 = text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF");
    tokens_.clear();
    at_ = begin + 1;
    report(Code::E001, from(begin),
           fmt::format("the file is no text, found byte 0x{:02x}", static_cast<unsigned char>(text_[begin])),
           utf16 ? "it looks like UTF-16; save the file as UTF-8" : "a program is UTF-8 text");
    at_ = text_.size();
    return true;
  }

  void read_token() {
    const char c = text_[at_];
    const std::size_t begin = at_;
    if (is_name_start(c)) {
      read_name();
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1))) || ((c == '+' || c == '-') && starts_number(1))) {
      read_number();
    } else if (c == '"' || c == '\'') {
      read_string();
    } else if (const TokenKind kind = punctuation(c); kind != TokenKind::kEnd && !(c == '=' && peek(1) == '>')) {
      ++at_;
      add(kind, begin);
    } else {
      report_unexpected();
    }
  }

  void read_name() {
    const std::size_t begin = at_;
    while (is_name_part(peek())) ++at_;
    if (name_goes_on()) {
      read_broken_name(begin);
    } else {
      const std::string_view name = text_.substr(begin, at_ - begin);
      add(TokenKind::kIdentifier, begin, false, word_of(name));
    }
  }

  /// A letter of another alphabet, or a dot and a name: no name of the language, but meant as a part of it.
  bool name_goes_on() const {
    const char c = peek();
    if (c == '.') return is_name_start(peek(1));
    if (static_cast<unsigned char>(c) < 0x80 || at_ >= text_.size()) return false;
    const std::size_t length = sequence_length(text_.substr(at_));
    return length > 0 && help_for_unexpected(text_.substr(at_, length)).empty();
  }

  /// Goes on behind the first part of a name, or before it, and reports what does not belong in one; once.
  void read_broken_name(std::size_t begin) {
    const std::size_t wrong = at_;
    const std::size_t length = sequence_length(text_.substr(at_));
    while (is_name_part(peek()) || name_goes_on()) at_ += sequence_length(text_.substr(at_));
    const Span span = {static_cast<std::uint32_t>(wrong), static_cast<std::uint32_t>(wrong + length)};
    const bool dot = text_[wrong] == '.';
    report(Code::E001, span,
           fmt::format("unexpected character {} in the name {}", as_code(text_.substr(wrong, length)),
                       as_code(text_.substr(begin, at_ - begin), kLongestToken)),
           dot ? "a name has no parts; write only the last, as in `Dense(64)`"
               : "names are made of the letters a to z, digits and `_`");
    add(TokenKind::kIdentifier, begin, true);
  }

  bool starts_number(std::size_t ahead) const {
    return is_digit(peek(ahead)) || (peek(ahead) == '.' && is_digit(peek(ahead + 1)));
  }

  void read_number() {
    const std::size_t begin = at_;
    bool is_float = false;
    if (peek() == '+' || peek() == '-') ++at_;
    while (is_digit(peek())) ++at_;
    if (peek() == '.') {
      is_float = true;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    if ((peek() == 'e' || peek() == 'E') &&
        (is_digit(peek(1)) || ((peek(1) == '+' || peek(1) == '-') && is_digit(peek(2))))) {
      is_float = true;
      at_ += 2;
      while (is_digit(peek())) ++at_;
    }
    const bool runs_on = is_name_part(peek()) || peek() == '.';
    while (is_name_part(peek()) || peek() == '.') ++at_;
    const bool broken = runs_on ? report_malformed(begin) : !fits(begin, is_float);
    add(is_float ? TokenKind::kFloat : TokenKind::kInteger, begin, broken);
  }

  bool report_malformed(std::size_t begin) {
    const std::string_view number = text_.substr(begin, at_ - begin);
    report(Code::E003, from(begin), fmt::format("malformed number {}", as_code(number, kLongestToken)),
           help_for_malformed(number));
    return true;
  }

  bool fits(std::size_t begin, bool is_float) {
    const std::string_view number = text_.substr(begin, at_ - begin);
    if (is_float ? fits_double(number) : fits_integer(number)) return true;
    report(Code::E003, from(begin), fmt::format("number {} is too large", as_code(number, kLongestToken)),
           is_float ? "the largest is about 1.8e308" : "the largest is 9223372036854775807");
    return false;
  }

  void read_string() {
    const std::size_t begin = at_;
    const char quote = text_[at_++];
    while (at_ < text_.size() && !is_line_end(text_[at_]) && text_[at_] != quote) {
      if (is_plain(text_[at_])) {
        ++at_;
      } else if (text_[at_] == '\\' && at_ + 1 < text_.size() && !is_line_end(text_[at_ + 1])) {
        check_escape();
      } else {
        skip_character();
      }
    }
    const bool closed = at_ < text_.size() && text_[at_] == quote;
    if (closed) {
      ++at_;
    } else {
      report(Code::E002, from(begin), "string is not closed on its line", fmt::format("end it with `{}`", quote));
    }
    add(TokenKind::kString, begin, !closed);
  }

  void check_escape() {
    const std::size_t begin = at_++;
    const char escaped = text_[at_];
    skip_character();
    if (std::string_view("\\\"'ntr").find(escaped) == std::string_view::npos) {
      diagnostics_.add(Code::W005, from(begin),
                       fmt::format("unknown escape {} kept as written", as_code(text_.substr(begin, at_ - begin))),
                       "write `\\\\` for a backslash");
    }
  }

  void report_unexpected() {
    const std::size_t begin = at_;
    const std::size_t length = sequence_length(text_.substr(at_));
    if (length == 0) {
      report_bad_bytes();
      after_error_ = true;
      return;
    }
    if (is_control(text_[begin]) && report_binary(begin)) return;
    if (text_[at_] == '\\' && (peek(1) == '"' || peek(1) == '\'')) {
      read_escaped_string();
      return;
    }
    if (is_typographic_quote(text_.substr(begin, length))) {
      read_typographic_string(length);
      return;
    }
    at_ += length;
    if (length > 1 && name_goes_on_from(begin)) return;
    if (length == 1) skip_signs();
    while (text_.substr(at_).starts_with(text_.substr(begin, length))) at_ += length;
    const std::string_view characters = text_.substr(begin, at_ - begin);
    const bool one = characters.size() == length;
    report(Code::E001, from(begin),
           fmt::format("unexpected character{} {}", one ? "" : "s", as_code(characters, kLongestToken)),
           help_for_unexpected(characters));
  }

  /// A name that begins with a letter of another alphabet.
  bool name_goes_on_from(std::size_t begin) {
    const std::size_t behind = std::exchange(at_, begin);
    if (name_goes_on() && is_name_part(text_.size() > behind ? text_[behind] : ' ')) {
      read_broken_name(begin);
      return true;
    }
    at_ = behind;
    return false;
  }

  /// Signs that begin no token stand together for one, as in `->`.
  void skip_signs() {
    while (at_ < text_.size() && std::string_view("!$%&+-./<>?^|~").find(text_[at_]) != std::string_view::npos &&
           !starts_number(1) && !(text_[at_] == '/' && (peek(1) == '/' || peek(1) == '*')))
      ++at_;
  }

  /// `“…”`: a string was meant.
  void read_typographic_string(std::size_t length) {
    const std::size_t begin = at_;
    at_ += length;
    report(Code::E001, from(begin), fmt::format("unexpected character {}", as_code(text_.substr(begin, length))),
           help_for_unexpected(text_.substr(begin, length)));
    std::size_t end = at_;
    while (end < text_.size() && !is_line_end(text_[end])) {
      const std::size_t next = std::max<std::size_t>(1, sequence_length(text_.substr(end)));
      const bool closes = is_typographic_quote(text_.substr(end, next));
      end += next;
      if (!closes) continue;
      at_ = end;
      add(TokenKind::kString, begin, true);
      return;
    }
  }

  /// `\"…\"`, as inside a quoted call: the string was meant, but its quotes end nothing.
  void read_escaped_string() {
    const std::size_t begin = at_;
    const std::string_view mark = text_.substr(at_, 2);
    at_ += 2;
    report(Code::E001, from(begin), fmt::format("unexpected character {}", as_code(mark)),
           "quotes need no backslash; inside a quoted call take the other kind");
    while (at_ < text_.size() && !is_line_end(text_[at_]) && !text_.substr(at_).starts_with(mark)) skip_character();
    if (text_.substr(at_).starts_with(mark)) at_ += 2;
    add(TokenKind::kString, begin, true);
  }

  std::string_view text_;
  std::size_t at_;
  bool line_start_ = true;
  bool after_error_ = false;
  bool bytes_seen_ = false;  ///< what is no text was reported, or is not this reading's to report
  DiagnosticList& diagnostics_;
  std::vector<Token> tokens_;
};

}  // namespace

std::string_view token_spelling(TokenKind kind) {
  return kSpellings[static_cast<std::size_t>(kind)];
}

std::vector<Token> tokenize(const SourceText& source, Span range, DiagnosticList& diagnostics) {
  return Lexer(source, range, diagnostics).run();
}

std::string decode_string(std::string_view quoted) {
  std::string text;
  const char quote = quoted.front();
  quoted.remove_prefix(1);
  if (!quoted.empty() && quoted.back() == quote) quoted.remove_suffix(1);
  if (quoted.find('\\') == std::string_view::npos) return std::string(quoted);
  text.reserve(quoted.size());
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] != '\\' || i + 1 == quoted.size()) {
      text += quoted[i];
      continue;
    }
    const char escaped = quoted[++i];
    switch (escaped) {
      case '\\':
      case '"':
      case '\'':
        text += escaped;
        break;
      case 'n':
        text += '\n';
        break;
      case 't':
        text += '\t';
        break;
      case 'r':
        text += '\r';
        break;
      default:
        text += '\\';
        text += escaped;
        break;
    }
  }
  return text;
}

}  // namespace neural::syntax
