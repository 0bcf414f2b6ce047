// Any bytes as tokens: nothing is lost, nothing counted twice, and what is in no token is white space, a comment, or
// reported.
#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/syntax/tokens.hpp"
#include "support.hpp"

namespace neural::fuzz {
namespace {

using syntax::DiagnosticList;
using syntax::SourceText;
using syntax::Span;
using syntax::Token;
using syntax::TokenKind;

constexpr std::string_view kBlanks = " \t\f\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void require_order(const SourceText& source, const std::vector<Span>& parts) {
  std::uint32_t end = 0;
  for (const Span& part : parts) {
    NEURAL_CHECK(end <= part.begin && part.begin <= part.end && part.end <= source.text().size(),
                 "tokens and comments stand in the order of the text");
    end = part.end;
  }
}

/// The bytes that are in no token and no comment.
std::string left_over(const SourceText& source, const std::vector<Span>& parts) {
  std::string rest;
  std::size_t at = source.text().starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  for (const Span& part : parts) {
    rest += source.text().substr(at, part.begin - at);
    at = part.end;
  }
  return rest;
}

void require_complete(const SourceText& source, const std::vector<Token>& tokens, const std::vector<Span>& comments,
                      const DiagnosticList& diagnostics) {
  NEURAL_CHECK(!tokens.empty() && tokens.back().kind == TokenKind::kEnd, "the last token is the end");
  NEURAL_CHECK(tokens.back().span == (Span{static_cast<std::uint32_t>(source.text().size()),
                                           static_cast<std::uint32_t>(source.text().size())}),
               "the end stands at the end");
  std::vector<Span> parts = comments;
  for (const Token& token : tokens) {
    NEURAL_CHECK(!token.broken || diagnostics.has_errors(), "a broken token is reported");
    NEURAL_CHECK((token.span.begin == token.span.end) == (token.kind == TokenKind::kEnd), "only the end is empty");
    parts.push_back(token.span);
  }
  std::stable_sort(parts.begin(), parts.end(), [](Span a, Span b) { return a.begin < b.begin; });
  require_order(source, parts);
  if (diagnostics.has_errors()) return;
  NEURAL_CHECK(left_over(source, parts).find_first_not_of(kBlanks) == std::string::npos,
               "text is passed over in silence");
}

void require_comments(const SourceText& source, const std::vector<Span>& comments) {
  for (const Span& comment : comments) {
    const std::string_view text = source.text(comment);
    NEURAL_CHECK(text.starts_with('#') || text.starts_with("//"), "a comment begins with its mark");
    NEURAL_CHECK(text.find_first_of("\r\n") == std::string_view::npos, "a comment is on one line");
  }
}

/// Strings are decoded, and read as texts of their own, as quoted calls are.
void read_strings(const SourceText& source, const std::vector<Token>& tokens) {
  for (const Token& token : tokens) {
    if (token.kind != TokenKind::kString) continue;
    const std::string_view quoted = source.text(token.span);
    NEURAL_CHECK(syntax::decode_string(quoted).size() <= quoted.size(), "decoding makes a string longer");
    if (token.broken) continue;
    DiagnosticList diagnostics;
    const Span contents = {token.span.begin + 1, token.span.end - 1};
    const std::vector<Token> inner = tokenize(source, contents, diagnostics);
    NEURAL_CHECK(inner.back().span == (Span{contents.end, contents.end}), "the end stands at the end of the range");
  }
}

void run(const SourceText& source) {
  DiagnosticList diagnostics;
  std::vector<Span> comments;
  const Span whole = {0, static_cast<std::uint32_t>(source.text().size())};
  const std::vector<Token> tokens = tokenize(source, whole, diagnostics, &comments);
  require_complete(source, tokens, comments, diagnostics);
  require_comments(source, comments);
  read_strings(source, tokens);
  require_sound(source, diagnostics);
}

}  // namespace
}  // namespace neural::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source = neural::fuzz::source_of(data, size);
  if (!source) return neural::fuzz::kRefused;
  neural::fuzz::run(*source);
  return neural::fuzz::kTaken;
}
