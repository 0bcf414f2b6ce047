#include "neural/emit/text/python_lambda.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "neural/base/text.hpp"
#include "neural/emit/text/identifiers.hpp"
#include "neural/emit/text/lambda_text.hpp"

namespace neural::emit {
namespace {

constexpr std::size_t kDeepest = 100;  // Python itself stops at 200

/// Keywords that no expression has, and those that would make another kind of function of what they stand in.
constexpr std::string_view kStatements[] = {
    "as",   "assert", "async",  "await",    "break", "class", "continue", "def", "del",   "except", "finally",
    "from", "global", "import", "nonlocal", "pass",  "raise", "return",   "try", "while", "with",   "yield",
};

/// In front of a string; an f-string holds expressions of its own and is not taken.
constexpr std::string_view kStringPrefixes[] = {"b", "br", "r", "rb", "u"};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

char closing(char open) {
  return open == '(' ? ')' : open == '[' ? ']' : '}';
}

/// Reads the expression character by character. `fault` has the first thing that is wrong.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  void scan() {
    while (!fault_ && at_ < text_.size()) {
      const char c = text_[at_];
      if (is_word(c)) {
        word();
      } else if (c == '"' || c == '\'') {
        string();
      } else {
        symbol(c);
      }
    }
    if (!fault_ && !open_.empty()) refuse(fmt::format("`{}` is never closed", open_.back()));
    if (!fault_ && trim(out_).empty()) refuse("there is no expression behind the colon");
  }

  const std::optional<std::string>& fault() const { return fault_; }
  std::string take() { return std::string(trim(out_)); }

 private:
  void refuse(std::string why) { fault_ = std::move(why); }

  void word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (std::find(std::begin(kStatements), std::end(kStatements), word) != std::end(kStatements)) {
      return refuse(fmt::format("`{}` is a word of statements", word));
    }
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
      const std::string prefix = fold(word);
      if (std::find(std::begin(kStringPrefixes), std::end(kStringPrefixes), prefix) == std::end(kStringPrefixes)) {
        return refuse(fmt::format("a string with `{}` in front of it is not taken", shortened(word, 20)));
      }
    }
    out_ += word;
  }

  void string() {
    const std::size_t begin = at_;
    const char quote = text_[at_++];
    if (text_.substr(begin, 3) == std::string(3, quote)) return refuse("a string in three quotes is not taken");
    for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\') ++at_;
      if (at_ >= text_.size()) break;
      if (!is_printable(text_[at_])) return refuse("a string holds a character that is not printable ASCII");
    }
    if (at_ >= text_.size()) return refuse("a string is never closed");
    ++at_;
    out_ += text_.substr(begin, at_ - begin);
  }

  void symbol(char c) {
    if (c == ' ' || ((c == '\n' || c == '\t') && !open_.empty())) {
      out_ += ' ';
      ++at_;
      return;
    }
    if (c == '\n' || c == '\r') return refuse("it is broken over lines outside of brackets");
    if (!is_printable(c)) return refuse("it holds a character that is not printable ASCII");
    if (std::string_view("#;\\`$?").find(c) != std::string_view::npos) {
      return refuse(fmt::format("{} has no place in an expression", c == '`' ? "a backquote" : fmt::format("`{}`", c)));
    }
    if (c == '(' || c == '[' || c == '{') {
      if (open_.size() == kDeepest) return refuse(fmt::format("brackets stand more than {} deep", kDeepest));
      open_ += c;
    } else if (c == ')' || c == ']' || c == '}') {
      if (open_.empty() || closing(open_.back()) != c) return refuse(fmt::format("`{}` closes nothing", c));
      open_.pop_back();
    } else if (c == '!' || c == '=' || c == '<' || c == '>') {
      return comparison(c);
    } else if (open_.empty() && (c == ',' || c == ':')) {
      return refuse(fmt::format("`{}` stands outside of brackets", c));
    }
    out_ += c;
    ++at_;
  }

  /// `==`, `!=`, `<=`, `>=`, `<`, `>`, `<<`, `>>`; a single `=` is that of an argument or of `:=`, in brackets.
  void comparison(char c) {
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (next == '=' || ((c == '<' || c == '>') && next == c)) {
      const char behind = at_ + 2 < text_.size() ? text_[at_ + 2] : '\0';
      if (behind == '=') return refuse(fmt::format("`{}{}=` is no operator of an expression", c, next));
      out_ += text_.substr(at_, 2);
      at_ += 2;
      return;
    }
    if (c == '!') return refuse("`!` has no place in an expression");
    if (c == '=' && open_.empty()) return refuse("`=` stands outside of brackets");
    out_ += c;
    ++at_;
  }

  static bool is_printable(char c) { return c >= ' ' && c <= '~'; }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string open_;  ///< brackets
  std::string out_;
  std::optional<std::string> fault_;
};

}  // namespace

tl::expected<PythonLambda, std::string> read_python_lambda(std::string_view text) {
  constexpr std::string_view kLambda = "lambda";
  text = trim(text);
  if (text.starts_with(kLambda) && text.size() > kLambda.size() && text[kLambda.size()] == ' ') {
    text = trim(text.substr(kLambda.size()));
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return tl::unexpected<std::string>("there is no colon behind a name");
  PythonLambda read = {std::string(trim(text.substr(0, colon))), {}};
  if (!is_python_name(read.variable)) {
    return tl::unexpected(fmt::format("{} is no name for the only input", as_code(read.variable)));
  }
  Scanner scanner(text.substr(colon + 1));
  scanner.scan();
  if (scanner.fault()) return tl::unexpected(*scanner.fault());
  read.expression = scanner.take();
  return read;
}

tl::expected<PythonLambda, LambdaRefusal> python_lambda_of(std::string_view text, bool is_allowed,
                                                           std::string_view title) {
  if (!is_allowed) {
    return tl::unexpected(LambdaRefusal{
        fmt::format("the text of `Lambda` is no expression of the language, and no meaning of it is known on {}",
                    title),
        fmt::format("{}; or let it through as Python with `--allow-python-lambda`", kLambdaHelp)});
  }
  const auto read = read_python_lambda(text);
  if (read) return *read;
  return tl::unexpected(
      LambdaRefusal{fmt::format("the text of `Lambda` cannot become a function of Python: {}", read.error()),
                    "write a name, a colon and one expression, for example `\"x: x[:, ::2]\"`"});
}

}  // namespace neural::emit
