#include "neural/syntax/parser.hpp"

#include <fmt/format.h>

#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {
namespace {

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

Parser::Parser(const SourceText& source, Span range, DiagnosticList& diagnostics, std::string_view whole_name)
    : source_(source), diagnostics_(diagnostics), whole_(whole_name), tokens_(tokenize(source, range, diagnostics)) {
  tokens_.insert(tokens_.end(), 2, Token(tokens_.back()));
}

void Parser::expect_end(std::string_view what) {
  skip_separators();
  if (!at_end()) expected(fmt::format("nothing behind the {}", what));
}

void Parser::skip_separators() {
  while (at(TokenKind::kComma) || at(TokenKind::kSemicolon)) ++next_;
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
  Parser parser(source, contents, diagnostics, "string");
  auto value = parser.value();
  if (value) parser.expect_end("value");
  return value;
}

}  // namespace neural::syntax
