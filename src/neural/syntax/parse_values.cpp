#include <fmt/format.h>

#include <iterator>

#include "neural/base/text.hpp"
#include "neural/syntax/numbers.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {

std::optional<Value> Parser::value(std::string_view of) {
  const Depth guard(*this);
  if (too_deep()) return {};
  const Token first = token();
  if (first.broken) {
    ++mistakes_;
    advance();
    return {};
  }
  switch (first.kind) {
    case TokenKind::kInteger:
      advance();
      return Value{integer_of(text(first)), first.span};
    case TokenKind::kFloat:
      advance();
      return Value{double_of(text(first)), first.span};
    case TokenKind::kString:
      advance();
      return Value{StringLiteral{decode_string(text(first))}, first.span};
    case TokenKind::kLeftParenthesis:
    case TokenKind::kLeftBracket: {
      const bool tuple = first.kind == TokenKind::kLeftParenthesis;
      auto found = elements(tuple ? TokenKind::kRightParenthesis : TokenKind::kRightBracket);
      if (!found) return {};
      const Span span = span_from(first.span.begin);
      if (tuple) return Value{TupleValue{std::move(*found)}, span};
      return Value{ListValue{std::move(*found)}, span};
    }
    case TokenKind::kIdentifier:
      return named_value(of);
    default:
      return no_value(of);
  }
}

/// A literal word, a bare name, a call or a layer.
std::optional<Value> Parser::named_value(std::string_view of) {
  const Token first = token();
  if (is_literal(first.word) && !at(TokenKind::kLeftParenthesis, 1)) {
    advance();
    if (first.word == Word::kNone) return Value{NoneLiteral{}, first.span};
    return Value{first.word == Word::kTrue, first.span};
  }
  if (at(TokenKind::kColon, 1)) {  // the next setting or section: this one has no value
    no_value(of);
    return {};
  }
  auto found = layer();
  if (!found) return {};
  const Span span = found->span;
  return Value{std::make_shared<const LayerExpression>(std::move(*found)), span};
}

/// Reports what stands where a value should; one token too many before a value is skipped with it.
std::optional<Value> Parser::no_value(std::string_view of) {
  std::string help;
  if (at(TokenKind::kLeftBrace)) help = "values have no braces; a list is written `[1, 2]`";
  const std::string what = of.empty() ? "a value" : fmt::format("a value for {}", as_code(of));
  if (at_end() && !of.empty()) {
    report_here(Code::E101, token().span, fmt::format("expected {}, found {}", what, seen()));
    return {};
  }
  expected(what, std::move(help));
  if (at(TokenKind::kIdentifier) || at_end() || at(TokenKind::kRightBrace)) return {};
  const bool bracket = at(TokenKind::kLeftBrace) || at(TokenKind::kRightBracket) || at(TokenKind::kRightParenthesis);
  if (bracket && brackets().has_partner(next_)) {
    if (at(TokenKind::kLeftBrace)) skip_group();
    return {};
  }
  if (!at(TokenKind::kComma) && begins_value(1) && !token(1).starts_line) {
    skip_to(next_ + 1);
    value(of);
  }
  return {};
}

/// The elements behind the opening bracket at the cursor; one comma may end them. After a mistake the cursor still
/// comes to stand behind the closing bracket.
std::optional<std::vector<Value>> Parser::elements(TokenKind close) {
  const Token bracket = token();
  const Opening open = take_open();
  const bool list = close == TokenKind::kRightBracket;
  std::vector<Value> found;
  bool sound = true;
  while (!at(close)) {
    if (at(TokenKind::kIdentifier) && at(TokenKind::kEquals, 1)) {
      no_tuple(open, bracket);
      return {};
    }
    if (auto element = value()) {
      found.push_back(std::move(*element));
    } else {
      sound = false;
      if (next_ < end_of(open)) skip_to(end_of(open));
      break;
    }
    if (skip_if(TokenKind::kComma) || at(close)) continue;
    sound = false;
    if (at_end() || (is_unclosed(open) && next_ >= end_of(open))) {
      never_closed(open);
      return {};
    }
    expected(list ? "`,` or `]` in a list" : "`,` or `)` in a tuple", begins_value() ? "put a `,` before it" : "");
    if (is_unpaired_open()) skip_to(next_ + 1);
    if (begins_value() && next_ < end_of(open)) continue;
    if (next_ < end_of(open)) skip_to(end_of(open));
    break;
  }
  skip_if(close);
  if (sound && found.empty() && !list) {
    report_here(Code::E101, span_from(bracket.span.begin), "expected a value, found `()`",
                "a tuple holds at least one value");
    sound = false;
  }
  if (!sound) return {};
  return found;
}

/// Arguments in brackets that belong to no call.
void Parser::no_tuple(Opening open, const Token& bracket) {
  if (!blames_bracket()) {
    report_here(Code::E101, bracket.span,
                fmt::format("expected a name before {}, found arguments behind it", token_spelling(bracket.kind)),
                "an argument with a name stands in the parentheses of a call");
  }
  if (next_ < end_of(open)) skip_to(end_of(open));
  if (!is_unclosed(open)) advance();
}

// ---- calls ----

std::optional<Call> Parser::call() {
  const Token name = advance();
  if (name.broken) ++mistakes_;
  Call call{identifier(name), {}, false};
  if (at(TokenKind::kLeftParenthesis)) {
    call.parenthesised = true;
    const std::size_t first = arguments_.size();
    const bool sound = arguments(name);
    const auto begin = arguments_.begin() + static_cast<std::ptrdiff_t>(first);
    if (sound) call.arguments.assign(std::make_move_iterator(begin), std::make_move_iterator(arguments_.end()));
    arguments_.erase(begin, arguments_.end());
    if (!sound) return {};
  }
  if (name.broken) return {};
  return call;
}

/// Onto `arguments_`; false if one of them could not be read.
bool Parser::arguments(const Token& name) {
  const Opening open = take_open();
  if (skip_if(TokenKind::kRightParenthesis)) return true;
  bool named_seen = false;
  bool sound = true;
  for (;;) {
    if (auto found = argument(named_seen && sound)) {
      named_seen = named_seen || found->name;
      arguments_.push_back(std::move(*found));
    } else {
      sound = false;
      skip_to_comma(open);
    }
    if (at(TokenKind::kRightParenthesis)) {
      if (!sound && is_early_close()) continue;
      advance();
      return sound;
    }
    if (at(TokenKind::kComma)) {
      const Span comma = advance().span;
      if (!sound && is_unclosed(open) && next_ >= end_of(open)) return false;
      if (!at(TokenKind::kRightParenthesis)) continue;
      sound = false;
      if (goes_on_behind(comma, "argument")) continue;
      return false;
    }
    const bool goes_on = argument_follows(name, open, sound);
    sound = false;
    if (!goes_on) return false;
  }
}

/// Neither `,` nor `)` stands behind an argument. True if reading goes on with another argument.
bool Parser::argument_follows(const Token& name, Opening open, bool sound) {
  const bool named = at(TokenKind::kIdentifier) && (at(TokenKind::kEquals, 1) || at(TokenKind::kColon, 1));
  const bool next_layer = !named && at(TokenKind::kIdentifier);
  if (at_end() || at_top_level_word() ||
      (is_unclosed(open) && (next_ >= end_of(open) || at(TokenKind::kRightBrace) || next_layer))) {
    if (sound) {
      never_closed(open);
    } else {
      settle_brackets();
    }
    return false;
  }
  const bool value_follows = begins_value();
  std::string help;
  if (value_follows) help = "put a `,` before it";
  if (at(TokenKind::kSemicolon)) help = "arguments are separated by `,`";
  if (at(TokenKind::kStar)) help = "the language has no arithmetic; write the number itself";
  expected(fmt::format("`,` or `)` in the arguments of {}", as_code(text(name))), std::move(help));
  if (next_ > end_of(open)) return false;
  if (is_unpaired_open()) skip_to(next_ + 1);
  if (value_follows && begins_value()) return true;
  if (at(TokenKind::kSemicolon)) {
    skip_to(next_ + 1);
    skip_if(TokenKind::kComma);
    return begins_value();
  }
  // One token too many before the comma or the end costs only itself.
  skip_to_comma(open);
  if (skip_if(TokenKind::kComma)) return begins_value();
  if (next_ == end_of(open)) skip_if(TokenKind::kRightParenthesis);
  return false;
}

/// At `)` where something is wrong: another `)` in its line that closes nothing takes its place.
bool Parser::is_early_close() {
  if (!brackets().exchange(next_, tokens_)) return false;
  advance();
  skip_if(TokenKind::kComma);
  return begins_value();
}

/// At `)` behind a comma: E106, unless another `)` takes its place. True if reading goes on with another `what`.
bool Parser::goes_on_behind(Span comma, std::string_view what) {
  if (brackets().exchange(next_, tokens_)) {
    surplus_bracket();
    skip_if(TokenKind::kComma);
    return begins_value();
  }
  report(Code::E106, comma, fmt::format("no comma is allowed after the last {}", what), "remove it");
  advance();
  return false;
}

std::optional<Argument> Parser::argument(bool named_seen) {
  const std::uint32_t begin = token().span.begin;
  if (at(TokenKind::kIdentifier) && (at(TokenKind::kEquals, 1) || at(TokenKind::kColon, 1))) return named_argument();
  auto found = value();
  if (!found) return {};
  if (named_seen) {
    if (!blames_bracket()) {
      report_here(Code::E105, found->span, "a positional argument stands after a named one",
                  "name it, or move it to the front");
    }
    return {};
  }
  return Argument{{}, std::move(*found), span_from(begin)};
}

std::optional<Argument> Parser::named_argument() {
  const Token name = advance();
  if (name.broken) ++mistakes_;
  const Token sign = advance();
  if (sign.kind == TokenKind::kColon) {
    warn(Code::W114, sign.span, "write `=` for arguments, found `:`",
         fmt::format("write {}", as_code(std::string(text(name)) + "=")));
  }
  auto found = value(text(name));
  if (!found || name.broken) return {};
  return Argument{identifier(name), std::move(*found), span_from(name.span.begin)};
}

}  // namespace neural::syntax
