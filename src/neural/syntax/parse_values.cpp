#include <fmt/format.h>

#include <charconv>

#include "neural/base/text.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {

std::optional<Value> Parser::value() {
  const Depth guard(*this);
  if (too_deep()) return {};
  const Token first = token();
  if (first.broken) {
    advance();
    return {};
  }
  switch (first.kind) {
    case TokenKind::kInteger:
    case TokenKind::kFloat:
      return number();
    case TokenKind::kString:
      advance();
      return Value{StringLiteral{decode_string(source_.text(first.span))}, first.span};
    case TokenKind::kLeftParenthesis:
    case TokenKind::kLeftBracket: {
      const bool tuple = first.kind == TokenKind::kLeftParenthesis;
      auto found = elements(tuple ? TokenKind::kRightParenthesis : TokenKind::kRightBracket);
      if (!found) return {};
      const Span span = span_from(first.span.begin);
      if (tuple) return Value{TupleValue{std::move(*found)}, span};
      return Value{ListValue{std::move(*found)}, span};
    }
    case TokenKind::kIdentifier: {
      if (auto literal = literal_word()) return literal;
      auto found = layer();
      if (!found) return {};
      const Span span = found->span;
      return Value{std::make_shared<const LayerExpression>(std::move(*found)), span};
    }
    default:
      expected("a value");
      return {};
  }
}

std::optional<Value> Parser::number() {
  const Token found = advance();
  std::string_view text = source_.text(found.span);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (found.kind == TokenKind::kInteger) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return Value{number, found.span};
  }
  double number = 0;  // stays 0 when the number is too small for a double
  std::from_chars(text.data(), text.data() + text.size(), number);
  return Value{number, found.span};
}

/// `true`, `false` and `none`, in any case, unless they are called like a function.
std::optional<Value> Parser::literal_word() {
  if (at(TokenKind::kLeftParenthesis, 1)) return {};
  const std::string folded = fold(word());
  const Span span = token().span;
  if (folded != "true" && folded != "false" && folded != "none") return {};
  if (word().size() != folded.size()) return {};  // `no_ne` is a name
  advance();
  if (folded == "none") return Value{NoneLiteral{}, span};
  return Value{folded == "true", span};
}

/// The elements behind the opening bracket at the cursor; one comma may end them.
std::optional<std::vector<Value>> Parser::elements(TokenKind close) {
  const Token open = advance();
  std::vector<Value> found;
  const bool list = close == TokenKind::kRightBracket;
  while (!skip_if(close)) {
    if (at_end()) {
      never_closed(open.span, open.kind);
      return {};
    }
    auto element = value();
    if (!element) return {};
    found.push_back(std::move(*element));
    if (skip_if(TokenKind::kComma)) continue;
    if (at(close)) continue;
    if (at_end() || at(TokenKind::kRightBrace)) {
      never_closed(open.span, open.kind);
    } else {
      expected(list ? "`,` or `]`" : "`,` or `)`");
    }
    return {};
  }
  if (found.empty() && !list) {
    diagnostics_.add(Code::E101, span_from(open.span.begin), "expected a value, found `()`");
    return {};
  }
  return found;
}

std::optional<Call> Parser::call() {
  const Token name = advance();
  Call call{{text_of(name), name.span}, {}, false};
  if (!at(TokenKind::kLeftParenthesis)) return call;
  call.parenthesised = true;
  const Span open = advance().span;
  if (skip_if(TokenKind::kRightParenthesis)) return call;
  bool named_seen = false;
  bool sound = true;
  for (;;) {
    if (auto found = argument(named_seen)) {
      call.arguments.push_back(std::move(*found));
    } else {
      sound = false;
      skip_to_argument_end();
    }
    if (skip_if(TokenKind::kRightParenthesis)) break;
    if (at(TokenKind::kComma)) {
      const Token comma = advance();
      if (!at(TokenKind::kRightParenthesis)) continue;
      if (sound) diagnostics_.add(Code::E106, comma.span, "no comma is allowed after the last argument", "remove it");
      advance();
      break;
    }
    if (at_end() || at(TokenKind::kRightBrace) || line_break_ends_call()) {
      if (sound) never_closed(open, TokenKind::kLeftParenthesis);
      return {};
    }
    expected("`,` or `)`");
    sound = false;
    skip_to_argument_end();
    if (skip_if(TokenKind::kRightParenthesis)) break;
    if (!skip_if(TokenKind::kComma)) break;
  }
  if (!sound) return {};
  return call;
}

/// The next line begins with what cannot go on a call: its `)` is missing.
bool Parser::line_break_ends_call() const {
  return token().starts_line && at(TokenKind::kIdentifier);
}

std::optional<Argument> Parser::argument(bool& named_seen) {
  const std::uint32_t begin = token().span.begin;
  Argument argument;
  if (at(TokenKind::kIdentifier) && (at(TokenKind::kEquals, 1) || at(TokenKind::kColon, 1))) {
    const Token name = advance();
    argument.name = Identifier{text_of(name), name.span};
    const Token sign = advance();
    if (sign.kind == TokenKind::kColon) {
      diagnostics_.add(Code::W114, sign.span, "write `=` for arguments, found `:`",
                       fmt::format("write `{}=`", argument.name->text));
    }
    named_seen = true;
  } else if (named_seen) {
    diagnostics_.add(Code::E105, token().span, "a positional argument stands after a named one",
                     "name it, or move it to the front");
  }
  auto found = value();
  if (!found) return {};
  argument.value = std::move(*found);
  argument.span = span_from(begin);
  return argument;
}

/// To the `,` or `)` that ends the current argument, over balanced brackets; never past a brace, or a line that begins
/// a section or, where no bracket is open, with a name.
void Parser::skip_to_argument_end() {
  int open = 0;
  while (!at_end() && !at(TokenKind::kLeftBrace) && !at(TokenKind::kRightBrace) && !at_top_level_word()) {
    if (token().starts_line && is_section_word(word()) && (at(TokenKind::kColon, 1) || at(TokenKind::kLeftBrace, 1)))
      return;
    if (open == 0 && (at(TokenKind::kComma) || at(TokenKind::kRightParenthesis) || line_break_ends_call())) return;
    if (at(TokenKind::kLeftParenthesis) || at(TokenKind::kLeftBracket)) ++open;
    if ((at(TokenKind::kRightParenthesis) || at(TokenKind::kRightBracket)) && open > 0) --open;
    advance();
  }
}

// ---- search expressions ----

std::optional<SearchExpression> Parser::search() {
  const Token start = advance();
  const auto refuse = [&](Span span) {
    diagnostics_.add(Code::E112, span,
                     "not a search expression: expected `choice(…)`, `range(a, b)` or `log_range(a, b)`");
    return std::optional<SearchExpression>();
  };
  if (!skip_if(TokenKind::kLeftParenthesis)) return refuse(start.span);
  const std::string_view name = word();
  SearchExpression found;
  if (name == "choice") {
    found.kind = SearchExpression::Kind::kChoice;
  } else if (name == "range") {
    found.kind = SearchExpression::Kind::kRange;
  } else if (name == "log_range") {
    found.kind = SearchExpression::Kind::kLogRange;
  } else {
    if (token().broken) return {};
    return refuse(token().span);
  }
  const Span function = advance().span;
  if (!at(TokenKind::kLeftParenthesis)) return refuse(function);
  auto operands = search_operands(found.kind);
  if (!operands) return {};
  const std::size_t count = operands->size();
  const bool enough = found.kind == SearchExpression::Kind::kChoice
                          ? count >= 1
                          : count == 2 || (count == 3 && found.kind == SearchExpression::Kind::kRange);
  if (!enough) return refuse(span_from(function.begin));
  found.operands = std::move(*operands);
  if (!skip_if(TokenKind::kRightParenthesis)) {
    expected("`)`");
    return {};
  }
  found.span = span_from(start.span.begin);
  return found;
}

std::optional<std::vector<Value>> Parser::search_operands(SearchExpression::Kind kind) {
  const Token open = advance();
  std::vector<Value> operands;
  if (skip_if(TokenKind::kRightParenthesis)) return operands;
  for (;;) {
    if (kind == SearchExpression::Kind::kRange && operands.size() == 2 && at_word("step") &&
        at(TokenKind::kEquals, 1)) {
      advance();
      advance();
    }
    auto found = value();
    if (!found) return {};
    operands.push_back(std::move(*found));
    if (skip_if(TokenKind::kRightParenthesis)) return operands;
    const Token comma = token();
    if (!skip_if(TokenKind::kComma)) {
      if (at_end()) {
        never_closed(open.span, open.kind);
      } else {
        expected("`,` or `)`");
      }
      return {};
    }
    if (at(TokenKind::kRightParenthesis)) {
      diagnostics_.add(Code::E106, comma.span, "no comma is allowed after the last operand", "remove it");
      advance();
      return operands;
    }
  }
}

}  // namespace neural::syntax
