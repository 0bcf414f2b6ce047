#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "neural/base/text.hpp"
#include "neural/syntax/characters.hpp"
#include "neural/syntax/numbers.hpp"
#include "neural/syntax/tokens.hpp"
#include "neural/syntax/unexpected.hpp"

namespace neural::syntax {
namespace {

/// Inside a string or a comment: stands for itself, and goes on.
bool is_plain(char c) {
  return c >= ' ' && c != '"' && c != '\'' && c != '\\';
}

class Lexer {
 public:
  Lexer(const SourceText& source, Span range, DiagnosticList& diagnostics, std::vector<Span>* comments)
      : text_(source.text().substr(0, range.end)), at_(range.begin), diagnostics_(diagnostics), comments_(comments) {
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
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_line_end(text_[at_])) skip_character();
    if (comments_ != nullptr) comments_->push_back(from(begin));
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
    if (bytes_seen_) return false;
    if (!binary_) binary_ = is_binary(text_);
    if (!*binary_) return false;
    const bool utf16 = text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF");
    tokens_.clear();
    if (comments_ != nullptr) comments_->clear();
    comments_ = nullptr;
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
    if (name_goes_on(text_, at_)) {
      take(read_broken_name(text_, begin, at_), begin);
    } else {
      add(TokenKind::kIdentifier, begin, false, word_of(text_.substr(begin, at_ - begin)));
    }
  }

  /// Goes on behind what does not belong into a program; a broken token stands for what was meant.
  void take(Unexpected found, std::size_t begin) {
    at_ = found.end;
    report(Code::E001, found.wrong, std::move(found.message), std::move(found.help));
    if (found.meant != TokenKind::kEnd) add(found.meant, begin, true);
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
    if (sequence_length(text_.substr(at_)) == 0) {
      report_bad_bytes();
      after_error_ = true;
    } else if (!is_control(text_[begin]) || !report_binary(begin)) {
      Unexpected found = read_unexpected(text_, begin);
      if (found.unseen) {
        take_unseen(std::move(found), begin);
      } else {
        take(std::move(found), begin);
      }
    }
  }

  /// Once a text: whoever looks for the character finds all of them.
  void take_unseen(Unexpected found, std::size_t begin) {
    const std::string character(text_.substr(begin, sequence_length(text_.substr(begin))));
    at_ = found.end;
    if (std::find(unseen_.begin(), unseen_.end(), character) != unseen_.end()) return;
    unseen_.push_back(character);
    std::size_t more = 0;
    for (std::size_t i = at_; (i = text_.find(character, i)) != std::string_view::npos; i += character.size()) ++more;
    Diagnostic& added = diagnostics_.add(Code::E001, found.wrong, std::move(found.message), std::move(found.help));
    if (more > 0)
      added.notes.push_back({fmt::format("it stands {} more time{} in the file", more, more == 1 ? "" : "s"), {}});
  }

  std::string_view text_;
  std::size_t at_;
  bool line_start_ = true;
  bool after_error_ = false;
  std::vector<std::string> unseen_;  ///< characters of that kind that were reported
  std::optional<bool> binary_;       ///< empty until asked
  bool bytes_seen_ = false;          ///< what is no text was reported, or is not this reading's to report
  DiagnosticList& diagnostics_;
  std::vector<Span>* comments_;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(const SourceText& source, Span range, DiagnosticList& diagnostics,
                            std::vector<Span>* comments) {
  return Lexer(source, range, diagnostics, comments).run();
}

}  // namespace neural::syntax
