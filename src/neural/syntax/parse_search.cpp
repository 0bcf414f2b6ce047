// Search expressions: HPO( … ).
#include <fmt/format.h>

#include <array>

#include "neural/base/text.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {
namespace {

constexpr std::string_view kWhat = "not a search expression: expected `choice(…)`, `range(a, b)` or `log_range(a, b)`";

constexpr std::array<std::string_view, 3> kFunctions = {"choice", "range", "log_range"};

std::optional<SearchExpression::Kind> kind_of(std::string_view function) {
  for (std::size_t i = 0; i < kFunctions.size(); ++i) {
    if (function == kFunctions[i]) return static_cast<SearchExpression::Kind>(i);
  }
  return {};
}

bool is_enough(SearchExpression::Kind kind, std::size_t operands) {
  if (kind == SearchExpression::Kind::kChoice) return operands >= 1;
  return operands == 2 || (operands == 3 && kind == SearchExpression::Kind::kRange);
}

}  // namespace

/// At `HPO`. After a mistake the cursor comes to stand behind the closing parenthesis.
std::optional<SearchExpression> Parser::search() {
  const Token start = advance();
  if (!at(TokenKind::kLeftParenthesis)) {
    report_here(Code::E112, start.span, std::string(kWhat), "a search looks like `HPO(choice(32, 64))`");
    return {};
  }
  const Opening open = take_open();
  auto found = search_function();
  if (found && skip_if(TokenKind::kRightParenthesis)) {
    found->span = span_from(start.span.begin);
    return found;
  }
  if (found) {
    if (at_end() || is_unclosed(open)) {
      never_closed(open);
      return {};
    }
    expected("`)` behind the search expression",
             at(TokenKind::kComma) ? "`HPO` holds one `choice`, `range` or `log_range`" : "");
  }
  if (next_ <= end_of(open)) skip_to(brackets().has_partner(open.index) ? end_of(open) + 1 : end_of(open));
  return {};
}

/// E111 for `hpo(choice(`.
bool Parser::at_search_in_wrong_case() {
  constexpr std::string_view kKeyword = "HPO";
  if (!at(TokenKind::kLeftParenthesis, 1) || text_at().size() != kKeyword.size() || fold(text_at()) != "hpo")
    return false;
  if (!at(TokenKind::kIdentifier, 2) || !at(TokenKind::kLeftParenthesis, 3) || !kind_of(text_at(2))) return false;
  report(Code::E111, token().span, fmt::format("the keyword is `{}`, found {}", kKeyword, as_code(text_at())),
         fmt::format("write `{}`", kKeyword));
  return true;
}

std::optional<SearchExpression> Parser::search_function() {
  const Token function = token();
  const auto kind = at(TokenKind::kIdentifier) ? kind_of(text(function)) : std::nullopt;
  if (!kind || !at(TokenKind::kLeftParenthesis, 1)) {
    std::string help;
    const auto close =
        at(TokenKind::kIdentifier) ? nearest(text_at().substr(0, 16), kFunctions, 1) : std::vector<std::string>();
    if (!kind && !close.empty()) help = fmt::format("did you mean `{}`?", close[0]);
    if (kind) help = fmt::format("write `{}(…)`", text(function));
    report_here(Code::E112, function.span, std::string(kWhat), std::move(help));
    return {};
  }
  advance();
  SearchExpression found;
  found.kind = *kind;
  auto operands = search_operands(*kind);
  if (!operands) return {};
  if (!is_enough(*kind, operands->size())) {
    report_here(Code::E112, span_from(function.span.begin), std::string(kWhat),
                *kind == SearchExpression::Kind::kChoice ? "a choice has at least one alternative"
                                                         : "it takes the lowest and the highest number");
    return {};
  }
  found.operands = std::move(*operands);
  return found;
}

std::optional<std::vector<Value>> Parser::search_operands(SearchExpression::Kind kind) {
  const Opening open = take_open();
  std::vector<Value> operands;
  bool sound = true;
  if (skip_if(TokenKind::kRightParenthesis)) return operands;
  for (;;) {
    const bool third = kind == SearchExpression::Kind::kRange && operands.size() == 2;
    if ((third || !sound) && at(TokenKind::kIdentifier) && at(TokenKind::kEquals, 1) && text_at() == "step") {
      advance();
      advance();
    }
    if (auto found = search_operand(kind)) {
      operands.push_back(std::move(*found));
    } else {
      sound = false;
      skip_to_comma(open);
    }
    if (skip_if(TokenKind::kRightParenthesis)) break;
    if (at(TokenKind::kComma)) {
      const Span comma = advance().span;
      if (!at(TokenKind::kRightParenthesis)) continue;
      sound = false;
      if (goes_on_behind(comma, "operand")) continue;
      break;
    }
    sound = false;
    if (at_end() || is_unclosed(open)) {
      never_closed(open);
      break;
    }
    expected("`,` or `)` in a search expression", begins_value() ? "put a `,` before it" : "");
    if (next_ > end_of(open)) break;
    if (begins_value()) continue;
    skip_to_comma(open);
    if (next_ >= end_of(open)) break;
  }
  if (!sound) return {};
  return operands;
}

/// Anything for a choice; a number for the others.
std::optional<Value> Parser::search_operand(SearchExpression::Kind kind) {
  if (kind == SearchExpression::Kind::kChoice) return value();
  if (at(TokenKind::kInteger) || at(TokenKind::kFloat)) return value();
  if (refuse_search("a bound of a range", "write a number")) return {};
  expected("a number for a range", at(TokenKind::kString) ? "" : "the bounds and the step are written as numbers");
  if (at(TokenKind::kLeftParenthesis) && !brackets().has_partner(next_)) {
    skip_to(next_ + 1);
    value();
  }
  return {};
}

}  // namespace neural::syntax
