#include "neural/syntax/recovery_slips.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "neural/syntax/tokens.hpp"

namespace neural::syntax {
namespace {

constexpr std::array<std::string_view, 20> kKeywords = {
    "network",  "define",  "research",  "input", "layers", "loss",  "optimizer", "metrics", "references", "train",
    "training", "execute", "execution", "HPO",   "choice", "range", "log_range", "step",    "device",     "epochs"};
constexpr std::string_view kPunctuation = "()[]{},:=*@;";

class Slips {
 public:
  explicit Slips(std::string_view program) : source_("program", std::string(program)) {
    DiagnosticList none;
    tokens_ = tokenize(source_, {0, static_cast<std::uint32_t>(program.size())}, none);
  }

  std::vector<Slip> all() {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      const std::string token(source_.text(tokens_[i].span));
      replace(i, "delete", "");
      replace(i, "double", token + " " + token);
      for (const char mark : kPunctuation) replace(i, fmt::format("`{}` before", mark), mark + token);
      if (i + 2 < tokens_.size()) swap(i);
      if (std::find(kKeywords.begin(), kKeywords.end(), token) != kKeywords.end()) misspell(i, token);
    }
    return std::move(slips_);
  }

 private:
  void misspell(std::size_t i, const std::string& word) {
    std::string capital = word;
    capital[0] = static_cast<char>(capital[0] ^ 0x20);
    std::string other_case = word;
    for (char& c : other_case) {
      if (c != '_') c = static_cast<char>(c ^ 0x20);
    }
    replace(i, "capital", capital);
    replace(i, "case of", other_case);
    const std::size_t middle = word.size() / 2;
    std::string missing = word;
    missing.erase(middle, 1);
    replace(i, "a letter off", missing);
    std::string wrong = word;
    wrong[middle] = 'x';
    replace(i, "a wrong letter in", wrong);
    std::string twice = word;
    twice.insert(middle, 1, word[middle]);
    replace(i, "a letter twice in", twice);
  }

  void replace(std::size_t i, std::string_view how, std::string by) { add(i, i + 1, how, std::move(by)); }

  void swap(std::size_t i) {
    const Span first = tokens_[i].span;
    const Span second = tokens_[i + 1].span;
    std::string by(source_.text(second));
    by += source_.text({first.end, second.begin});
    by += source_.text(first);
    add(i, i + 2, "swap with the next", std::move(by));
  }

  /// The tokens [first, end) become `by`.
  void add(std::size_t first, std::size_t end, std::string_view how, std::string by) {
    const Span span = cover(tokens_[first].span, tokens_[end - 1].span);
    const auto grown = static_cast<std::uint32_t>(by.size()) - (span.end - span.begin);
    Slip slip{
        fmt::format("{} `{}` at {}", how, source_.text(tokens_[first].span), span.begin), span, std::move(by), {}};
    if (first > 0) slip.places.push_back(tokens_[first - 1].span.begin);
    for (std::size_t i = first; i < end; ++i) slip.places.push_back(tokens_[i].span.begin);
    slip.places.push_back(tokens_[end].span.begin + grown);
    slips_.push_back(std::move(slip));
  }

  SourceText source_;
  std::vector<Token> tokens_;
  std::vector<Slip> slips_;
};

}  // namespace

std::vector<Slip> slips_in(std::string_view program) {
  return Slips(program).all();
}

std::string with_slip(std::string_view program, const Slip& slip) {
  std::string text(program);
  text.replace(slip.span.begin, slip.span.end - slip.span.begin, slip.by);
  return text;
}

}  // namespace neural::syntax
