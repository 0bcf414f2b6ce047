#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/syntax/numbers.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {

void Parser::inputs(Network& network) {
  if (at(TokenKind::kLeftBrace)) return named_inputs(network, take_open());
  if (at(TokenKind::kIdentifier) && at(TokenKind::kColon, 1) && at(TokenKind::kLeftParenthesis, 2)) {
    expected("a shape, or `{` and named shapes", "named inputs stand in braces: `input: { image: (28, 28, 1) }`");
    return named_inputs(network, assume_open(TokenKind::kLeftBrace));
  }
  do {
    if (auto found = shape()) network.inputs.push_back({{}, std::move(*found)});
  } while (at(TokenKind::kComma) && at(TokenKind::kLeftParenthesis, 1) && skip_if(TokenKind::kComma));
}

void Parser::named_inputs(Network& network, Opening open) {
  while (!ended(open)) {
    if (at_foreign_section(open)) return never_closed(open);
    if (!at(TokenKind::kIdentifier)) {
      expected("`name: (shape)`", "an input looks like `image: (28, 28, 1)`");
      skip_to_entry(open);
      continue;
    }
    const Token name = advance();
    if (!colon_behind(name)) {
      skip_to_entry(open);
      continue;
    }
    check_reserved(name, "an input");
    if (auto found = shape()) network.inputs.push_back({identifier(name), std::move(*found)});
  }
}

std::optional<ShapeLiteral> Parser::shape() {
  const std::uint32_t begin = token().span.begin;
  if (at(TokenKind::kLeftParenthesis)) {
    const Opening open = take_open();
    return dimensions(open, begin);
  }
  if (refuse_search("a shape", "write the sizes, for example `(28, 28, 1)`")) return {};
  no_shape();
  return {};
}

/// Reports what stands where a shape should, and skips it.
void Parser::no_shape() {
  const bool number = at(TokenKind::kInteger) || word() == Word::kNone;
  std::string help;
  if (number) {
    help = "a shape stands in parentheses";
    if (at(TokenKind::kInteger) && !at(TokenKind::kComma, 1)) help = fmt::format("write `({})`", text_at());
  } else if (at(TokenKind::kLeftBracket)) {
    help = "write `(` and `)` instead of `[` and `]`";
  }
  expected("a shape such as `(28, 28, 1)`", std::move(help));
  if (at(TokenKind::kLeftParenthesis, 1) && !begins_value() && !at(TokenKind::kRightBrace)) {
    skip_to(next_ + 1);
    shape();
    return;
  }
  if (!begins_value() || ends_layers_word(0)) return;
  do {
    skip_group();
  } while (!token().starts_line && (begins_value() || at(TokenKind::kComma) || at(TokenKind::kEquals)) &&
           !ends_layers_word(0));
  if (at(TokenKind::kRightParenthesis)) skip_to(next_ + 1);
}

std::optional<ShapeLiteral> Parser::dimensions(Opening open, std::uint32_t begin) {
  ShapeLiteral shape;
  bool sound = true;
  if (at(TokenKind::kRightParenthesis)) {
    expected("the sizes of a shape", "write the shape of one sample, for example `(28, 28, 1)`");
    advance();
    return {};
  }
  while (!at(TokenKind::kRightParenthesis)) {
    if (auto found = dimension()) {
      shape.dimensions.push_back(*found);
    } else {
      sound = false;
      skip_to_comma(open);
    }
    if (skip_if(TokenKind::kComma) || at(TokenKind::kRightParenthesis)) continue;
    sound = false;
    const bool goes_on = at(TokenKind::kInteger) || word() == Word::kNone;
    if (at_end() || (is_unclosed(open) && !goes_on)) {
      never_closed(open);
      return {};
    }
    expected("`,` or `)` in a shape", goes_on ? "put a `,` before it" : "");
    if (!goes_on) skip_to_comma(open);
    if (next_ >= end_of(open)) break;
    skip_if(TokenKind::kComma);
  }
  skip_if(TokenKind::kRightParenthesis);
  shape.span = span_from(begin);
  if (!sound) return {};
  return shape;
}

std::optional<Dimension> Parser::dimension() {
  const Token found = token();
  if (found.kind == TokenKind::kInteger && !found.broken) {
    advance();
    return Dimension{integer_of(text(found)), found.span};
  }
  if (found.word == Word::kNone) {
    advance();
    return Dimension{{}, found.span};
  }
  if (refuse_search("a dimension of a shape", "write a whole number, or `None`")) return {};
  expected("a whole number or `None`");
  if (begins_value(1) && !at(TokenKind::kComma) && !begins_value()) {
    skip_to(next_ + 1);
    dimension();
  }
  return {};
}

}  // namespace neural::syntax
