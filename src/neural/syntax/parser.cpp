#include "neural/syntax/parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "neural/base/text.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {
namespace {

constexpr std::array<std::string_view, 9> kSectionWords = {"input", "layers",   "loss",    "optimizer", "metrics",
                                                           "train", "training", "execute", "execution"};
constexpr std::array<std::string_view, 10> kTrainingKeys = {
    "epochs",  "batch_size", "validation_split", "search_method", "trials",
    "shuffle", "seed",       "mixed_precision",  "save_path",     "dataset"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Span whole(const SourceText& source) {
  return {0, static_cast<std::uint32_t>(source.text().size())};
}

/// E902 for a text that is too long to read.
bool too_long(const SourceText& source, DiagnosticList& diagnostics) {
  if (source.text().size() <= kLongestSource) return false;
  diagnostics.add(Code::E902, {0, 0}, fmt::format("source is longer than {} MiB", kLongestSource >> 20),
                  "split it into several files");
  return true;
}

}  // namespace

bool is_section_word(std::string_view word) {
  return contains(kSectionWords, word);
}
bool is_training_key(std::string_view word) {
  return contains(kTrainingKeys, word);
}
bool is_reserved(std::string_view word) {
  return is_section_word(word) || is_training_key(word) || word == "HPO";
}

Parser::Parser(const SourceText& source, Span range, DiagnosticList& diagnostics)
    : source_(source), diagnostics_(diagnostics), tokens_(tokenize(source, range, diagnostics)) {}

const Token& Parser::token(std::size_t ahead) const {
  return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

std::string_view Parser::word(std::size_t ahead) const {
  return at(TokenKind::kIdentifier, ahead) ? source_.text(token(ahead).span) : std::string_view();
}

bool Parser::at_word(std::string_view word_wanted, std::size_t ahead) const {
  return word(ahead) == word_wanted;
}

const Token& Parser::advance() {
  const Token& current = token();
  if (next_ + 1 < tokens_.size()) ++next_;
  return current;
}

bool Parser::skip_if(TokenKind kind) {
  if (!at(kind)) return false;
  advance();
  return true;
}

Span Parser::last_span() const {
  return next_ == 0 ? Span{} : tokens_[next_ - 1].span;
}

void Parser::expected(std::string_view what) {
  const Token& found = token();
  if (found.broken || (found.kind == TokenKind::kEnd && end_reported_)) return;
  std::string seen(token_spelling(found.kind));
  if (found.kind <= TokenKind::kString) {
    std::string_view text = source_.text(found.span);
    seen = text.size() > 40 ? fmt::format("{} …", fmt::format("`{}`", printable(text.substr(0, 40))))
                            : fmt::format("`{}`", printable(text));
  }
  if (found.kind == TokenKind::kEnd) end_reported_ = true;
  diagnostics_.add(Code::E101, found.span, fmt::format("expected {}, found {}", what, seen));
}

void Parser::expect_end(std::string_view what) {
  skip_separators();
  if (!at_end()) expected(fmt::format("nothing behind the {}", what));
}

void Parser::skip_separators() {
  while (at(TokenKind::kComma) || at(TokenKind::kSemicolon)) advance();
}

bool Parser::at_top_level_word() const {
  const std::string_view found = word();
  if (found != "network" && found != "define" && found != "research") return false;
  const std::size_t behind = at(TokenKind::kIdentifier, 1) ? 2 : 1;
  return at(TokenKind::kLeftBrace, behind) ||
         (found == "define" && behind == 2 && at(TokenKind::kLeftParenthesis, behind));
}

void Parser::never_closed(Span open, TokenKind kind) {
  if (token().broken || end_reported_) return;
  if (at_end()) end_reported_ = true;
  Diagnostic& found = diagnostics_.add(Code::E103, open, fmt::format("{} is never closed", token_spelling(kind)));
  found.notes.push_back({at_end() ? "the file ends here" : "still open here", token().span});
}

bool Parser::reserved_name(const Token& name, std::string_view place) {
  const std::string_view text = source_.text(name.span);
  if (!is_reserved(text)) return false;
  diagnostics_.add(Code::E113, name.span, fmt::format("`{}` is reserved and cannot name {}", text, place),
                   "choose another name");
  return true;
}

bool Parser::too_deep() {
  if (depth_ <= kDeepestNesting) return false;
  if (!at_end()) {
    diagnostics_.add(Code::E903, token().span, fmt::format("nested deeper than {}", kDeepestNesting));
    next_ = tokens_.size() - 1;
    end_reported_ = true;
  }
  return true;
}

File parse_file(const SourceText& source, DiagnosticList& diagnostics) {
  if (too_long(source, diagnostics)) return {};
  return Parser(source, whole(source), diagnostics).file();
}

std::optional<Network> parse_network(const SourceText& source, DiagnosticList& diagnostics) {
  if (too_long(source, diagnostics)) return {};
  Parser parser(source, whole(source), diagnostics);
  parser.skip_separators();
  auto network = parser.network();
  if (network) parser.expect_end("network");
  return network;
}

std::optional<Item> parse_layer(const SourceText& source, DiagnosticList& diagnostics) {
  if (too_long(source, diagnostics)) return {};
  Parser parser(source, whole(source), diagnostics);
  parser.skip_separators();
  auto layer = parser.item();
  if (layer) parser.expect_end("layer");
  return layer;
}

std::vector<Macro> parse_macros(const SourceText& source, DiagnosticList& diagnostics) {
  if (too_long(source, diagnostics)) return {};
  Parser parser(source, whole(source), diagnostics);
  std::vector<Macro> macros;
  parser.skip_separators();
  do {
    auto macro = parser.macro();
    if (!macro) return macros;
    macros.push_back(std::move(*macro));
    parser.skip_separators();
  } while (!parser.at_end());
  return macros;
}

std::optional<Research> parse_research(const SourceText& source, DiagnosticList& diagnostics) {
  if (too_long(source, diagnostics)) return {};
  Parser parser(source, whole(source), diagnostics);
  parser.skip_separators();
  auto research = parser.research();
  if (research) parser.expect_end("research block");
  return research;
}

std::optional<Value> parse_quoted_value(const SourceText& source, Span contents, DiagnosticList& diagnostics) {
  Parser parser(source, contents, diagnostics);
  auto value = parser.value();
  if (value) parser.expect_end("value");
  return value;
}

}  // namespace neural::syntax
