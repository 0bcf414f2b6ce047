#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "neural/base/text.hpp"
#include "neural/syntax/tokens.hpp"

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

/// Length of the UTF-8 sequence at the begin of `text`, or 0 if it is malformed.
std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

/// A number as a message quotes it: its begin is enough to find it again.
std::string shortened(std::string_view number) {
  constexpr std::size_t kLongest = 60;
  if (number.size() <= kLongest) return std::string(number);
  return fmt::format("{}…", number.substr(0, kLongest));
}

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
  Lexer(const SourceText& source, Span range, DiagnosticList& diagnostics, std::vector<Span>* comments)
      : text_(source.text().substr(0, range.end)), at_(range.begin), diagnostics_(diagnostics), comments_(comments) {
    tokens_.reserve((range.end - range.begin) / 4 + 1);
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

  void add(TokenKind kind, std::size_t begin, bool broken = false) {
    tokens_.push_back({kind, broken, line_start_, from(begin)});
    line_start_ = false;
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
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_line_end(text_[at_])) skip_character();
    if (comments_ != nullptr) comments_->push_back(from(begin));
  }

  void skip_block_comment() {
    const std::size_t begin = at_;
    at_ += 2;
    diagnostics_.add(Code::E004, from(begin), "block comments do not exist", "begin each line of the comment with `#`");
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

  void report_bad_bytes() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x80 &&
           sequence_length(text_.substr(at_)) == 0)
      ++at_;
    diagnostics_.add(Code::E001, from(begin),
                     fmt::format("byte 0x{:02x} is not UTF-8 text", static_cast<unsigned char>(text_[begin])),
                     "save the file as UTF-8");
  }

  void read_token() {
    const char c = text_[at_];
    const std::size_t begin = at_;
    if (is_name_start(c)) {
      while (is_name_part(peek())) ++at_;
      add(TokenKind::kIdentifier, begin);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1))) || ((c == '+' || c == '-') && starts_number(1))) {
      read_number();
    } else if (c == '"' || c == '\'') {
      read_string();
    } else if (const TokenKind kind = punctuation(c); kind != TokenKind::kEnd) {
      ++at_;
      add(kind, begin);
    } else {
      report_unexpected();
    }
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
    diagnostics_.add(Code::E003, from(begin), fmt::format("malformed number `{}`", shortened(number)),
                     number.find('_') != std::string_view::npos ? "write the digits without `_`" : "");
    return true;
  }

  bool fits(std::size_t begin, bool is_float) {
    std::string_view number = text_.substr(begin, at_ - begin);
    if (number[0] == '+') number.remove_prefix(1);
    if (is_float) {
      double value = 0;
      const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
      // An underflow to zero is out of range for from_chars; it is a finite number all the same.
      if (result.ec == std::errc() || is_tiny(number)) return true;
    } else {
      std::int64_t value = 0;
      if (std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc()) return true;
    }
    diagnostics_.add(Code::E003, from(begin), fmt::format("number `{}` is too large", shortened(number)));
    return false;
  }

  /// Whether a number that no double holds is below 1: then it is zero, and not too large.
  static bool is_tiny(std::string_view number) {
    const std::size_t exponent_mark = std::min(number.find_first_of("eE"), number.size());
    const std::string_view digits = number.substr(0, exponent_mark);
    const auto point = static_cast<std::ptrdiff_t>(std::min(digits.find('.'), digits.size()));
    const auto first = static_cast<std::ptrdiff_t>(digits.find_first_of("123456789"));
    std::int64_t exponent = 0;
    if (exponent_mark < number.size()) {
      std::string_view text = number.substr(exponent_mark + 1);
      const bool negative = text.starts_with('-');
      if (text.starts_with('+')) text.remove_prefix(1);
      if (std::from_chars(text.data(), text.data() + text.size(), exponent).ec != std::errc()) return negative;
    }
    return point - first + exponent < 0;
  }

  void read_string() {
    const std::size_t begin = at_;
    const char quote = text_[at_++];
    while (at_ < text_.size() && !is_line_end(text_[at_]) && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && !is_line_end(text_[at_ + 1])) {
        check_escape();
      } else {
        skip_character();
      }
    }
    const bool closed = at_ < text_.size() && text_[at_] == quote;
    if (closed) {
      ++at_;
    } else {
      diagnostics_.add(Code::E002, from(begin), "string is not closed on its line",
                       fmt::format("end it with `{}`", quote));
    }
    add(TokenKind::kString, begin, !closed);
  }

  void check_escape() {
    const std::size_t begin = at_++;
    const char escaped = text_[at_];
    skip_character();
    if (std::string_view("\\\"'ntr").find(escaped) == std::string_view::npos) {
      diagnostics_.add(Code::W005, from(begin),
                       fmt::format("unknown escape `{}` kept as written", text_.substr(begin, at_ - begin)),
                       "write `\\\\` for a backslash");
    }
  }

  void report_unexpected() {
    const std::size_t begin = at_;
    const std::size_t length = sequence_length(text_.substr(at_));
    if (length == 0) {
      report_bad_bytes();
      return;
    }
    at_ += length;
    const std::string_view character = text_.substr(begin, length);
    std::string help;
    if (character == "+" || character == "-")
      help = "the language has no arithmetic; a sign stands directly before its number";
    diagnostics_.add(Code::E001, from(begin), fmt::format("unexpected character `{}`", printable(character)), help);
  }

  std::string_view text_;
  std::size_t at_;
  bool line_start_ = true;
  DiagnosticList& diagnostics_;
  std::vector<Span>* comments_;
  std::vector<Token> tokens_;
};

}  // namespace

std::string_view token_spelling(TokenKind kind) {
  return kSpellings[static_cast<std::size_t>(kind)];
}

std::vector<Token> tokenize(const SourceText& source, Span range, DiagnosticList& diagnostics,
                            std::vector<Span>* comments) {
  return Lexer(source, range, diagnostics, comments).run();
}

std::string decode_string(std::string_view quoted) {
  std::string text;
  const char quote = quoted.front();
  quoted.remove_prefix(1);
  if (!quoted.empty() && quoted.back() == quote) quoted.remove_suffix(1);
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
