#include <fmt/format.h>

#include <charconv>

#include "neural/base/text.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {

File Parser::file() {
  File file;
  const std::size_t errors_before = diagnostics_.error_count();
  skip_separators();
  while (!at_end()) {
    if (at_word("network")) {
      if (auto found = network()) file.networks.push_back(std::move(*found));
    } else if (at_word("define")) {
      if (auto found = macro()) {
        file.macros.push_back(std::move(*found));
      } else {
        skip_to_top_level();
      }
    } else if (at_word("research")) {
      if (auto found = research()) {
        file.research.push_back(std::move(*found));
      } else {
        skip_to_top_level();
      }
    } else if (!top_level_word_in_wrong_case()) {
      expected("`network`, `define` or `research`");
      advance();
      skip_to_top_level();
    }
    skip_separators();
  }
  if (file.networks.empty() && file.research.empty() && diagnostics_.error_count() == errors_before) {
    const Code code = file.macros.empty() ? Code::E104 : Code::W104;
    diagnostics_.add(
        code, token().span,
        file.macros.empty() ? "the file defines no network and no research block" : "the file defines only macros",
        "a network looks like `network Name { input: (28, 28, 1) layers: Output(10) }`");
  }
  return file;
}

void Parser::skip_to_top_level() {
  while (!at_end() && !at_top_level_word()) advance();
}

bool Parser::top_level_word_in_wrong_case() {
  for (const std::string_view keyword : {"network", "define", "research"}) {
    if (word().empty() || fold(word()) != keyword || !(at(TokenKind::kIdentifier, 1) || at(TokenKind::kLeftBrace, 1)))
      continue;
    diagnostics_.add(Code::E111, token().span, fmt::format("keywords are lower case, found `{}`", word()),
                     fmt::format("write `{}`", keyword));
    if (keyword == "network") {
      ++dropped_;
      network();  // read for its own mistakes; what it defines is not used
    } else {
      advance();
      skip_to_top_level();
    }
    return true;
  }
  return false;
}

std::optional<Macro> Parser::macro() {
  const std::uint32_t begin = token().span.begin;
  if (!at_word("define")) {
    expected("`define`");
    return {};
  }
  advance();
  if (!at(TokenKind::kIdentifier)) {
    diagnostics_.add(Code::E102, token().span, "a macro needs a name", "write `define Name { … }`");
    return {};
  }
  const Token name = advance();
  reserved_name(name, "a macro");
  Macro macro;
  macro.name = {text_of(name), name.span};
  if (at(TokenKind::kLeftParenthesis)) macro.parameters = macro_parameters();
  if (!at(TokenKind::kLeftBrace)) {
    expected("`{` and the layers of the macro");
    return {};
  }
  auto body = block();
  if (!body) return {};
  macro.body = std::move(*body);
  macro.span = span_from(begin);
  if (macro.body.items.empty() && diagnostics_.error_count() == 0) {
    diagnostics_.add(Code::E110, name.span, fmt::format("macro `{}` is empty", macro.name.text),
                     "give it at least one layer");
  }
  return macro;
}

std::vector<MacroParameter> Parser::macro_parameters() {
  std::vector<MacroParameter> parameters;
  const Span open = advance().span;
  if (skip_if(TokenKind::kRightParenthesis)) return parameters;
  for (;;) {
    if (auto parameter = macro_parameter()) {
      parameters.push_back(std::move(*parameter));
    } else {
      skip_to_argument_end();
    }
    if (skip_if(TokenKind::kRightParenthesis)) return parameters;
    if (at_end()) {
      never_closed(open, TokenKind::kLeftParenthesis);
      return parameters;
    }
    if (!at(TokenKind::kComma)) {
      expected("`,` or `)`");
      skip_to_argument_end();
      skip_if(TokenKind::kRightParenthesis);
      return parameters;
    }
    const Token comma = advance();
    if (at(TokenKind::kRightParenthesis)) {
      diagnostics_.add(Code::E106, comma.span, "no comma is allowed after the last parameter", "remove it");
      advance();
      return parameters;
    }
  }
}

std::optional<MacroParameter> Parser::macro_parameter() {
  if (!at(TokenKind::kIdentifier)) {
    expected("the name of a parameter");
    return {};
  }
  const Token name = advance();
  reserved_name(name, "a macro parameter");
  MacroParameter parameter{{text_of(name), name.span}, {}};
  if (skip_if(TokenKind::kEquals)) {
    parameter.default_value = value();
    if (!parameter.default_value) return {};
  }
  return parameter;
}

std::optional<Research> Parser::research() {
  const std::uint32_t begin = token().span.begin;
  if (!at_word("research")) {
    expected("`research`");
    return {};
  }
  advance();
  Research research;
  if (at(TokenKind::kIdentifier)) {
    const Token name = advance();
    research.name = Identifier{text_of(name), name.span};
  }
  const Span open = token().span;
  if (!skip_if(TokenKind::kLeftBrace)) {
    expected("`{`");
    return {};
  }
  skip_separators();
  while (!at(TokenKind::kRightBrace)) {
    if (at_end() || at_top_level_word()) {
      never_closed(open, TokenKind::kLeftBrace);
      return research;
    }
    if (at_word("metrics")) {
      research_metrics(research);
    } else if (at_word("references")) {
      research_references(research);
    } else {
      expected("`metrics { … }` or `references { … }`");
      return {};
    }
    skip_separators();
  }
  advance();
  research.span = span_from(begin);
  return research;
}

namespace {

std::optional<double> research_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc()) return {};
  return number;
}

}  // namespace

void Parser::research_metrics(Research& research) {
  advance();
  const Span open = token().span;
  if (!skip_if(TokenKind::kLeftBrace)) {
    expected("`{`");
    return;
  }
  skip_separators();
  while (!at(TokenKind::kRightBrace)) {
    if (at_end() || at_top_level_word()) return never_closed(open, TokenKind::kLeftBrace);
    const Token name = token();
    const bool shaped = at(TokenKind::kIdentifier) && at(TokenKind::kColon, 1);
    const bool valued = shaped && (at(TokenKind::kInteger, 2) || at(TokenKind::kFloat, 2));
    if (!shaped) {
      expected("`name: number`");
      advance();
    } else {
      advance();
      advance();
      if (!valued) expected("a number");
      const Token number = advance();
      const auto parsed = research_number(source_.text(number.span));
      if (valued && parsed) research.metrics.push_back({{text_of(name), name.span}, *parsed});
    }
    skip_separators();
  }
  advance();
}

void Parser::research_references(Research& research) {
  advance();
  const Span open = token().span;
  if (!skip_if(TokenKind::kLeftBrace)) {
    expected("`{`");
    return;
  }
  skip_separators();
  while (!at(TokenKind::kRightBrace)) {
    if (at_end() || at_top_level_word()) return never_closed(open, TokenKind::kLeftBrace);
    const Token name = token();
    if (!at(TokenKind::kIdentifier) || !at(TokenKind::kColon, 1)) {
      expected("`key: \"text\"`");
      advance();
    } else {
      advance();
      advance();
      if (!at(TokenKind::kString)) expected("a string");
      const Token text = advance();
      if (text.kind == TokenKind::kString) {
        research.references.push_back({{text_of(name), name.span}, decode_string(source_.text(text.span))});
      }
    }
    skip_separators();
  }
  advance();
}

}  // namespace neural::syntax
