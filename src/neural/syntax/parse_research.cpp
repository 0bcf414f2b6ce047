#include <fmt/format.h>

#include <array>

#include "neural/base/text.hpp"
#include "neural/syntax/numbers.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {

std::optional<Research> Parser::research() {
  const std::uint32_t begin = token().span.begin;
  if (word() != Word::kResearch) {
    expected("`research`");
    return {};
  }
  advance();
  return research_behind_keyword(begin);
}

std::optional<Research> Parser::research_behind_keyword(std::uint32_t begin) {
  Research research;
  if (at(TokenKind::kIdentifier)) research.name = identifier(advance());
  const Opening open =
      at(TokenKind::kLeftBrace)
          ? take_open()
          : missing_brace("`{` of the research block",
                          "a research block looks like `research Name { metrics { accuracy: 0.97 } }`");
  while (!ended(open, true)) research_section(research);
  research.span = span_from(begin);
  return research;
}

void Parser::research_section(Research& research) {
  const bool metrics = word() == Word::kMetrics;
  if (!metrics && word() != Word::kReferences) {
    std::string help = "a research block holds `metrics { … }` and `references { … }`";
    const auto close = nearest(text_at().substr(0, 16), std::array<std::string_view, 2>{"metrics", "references"}, 1);
    const bool block = at(TokenKind::kIdentifier) && at(TokenKind::kLeftBrace, 1);
    if (block && !close.empty()) help = fmt::format("did you mean `{}`?", close[0]);
    expected("`metrics {` or `references {`", help);
    if (at(TokenKind::kIdentifier) && !at(TokenKind::kLeftBrace)) advance();
    skip_group();
    return;
  }
  const std::string_view name = text_at();
  advance();
  const Opening open = at(TokenKind::kLeftBrace) ? take_open()
                                                 : missing_brace(fmt::format("`{{` behind `{}`", name),
                                                                 metrics ? "write `metrics { accuracy: 0.97 }`"
                                                                         : "write `references { paper: \"…\" }`");
  while (!ended(open)) {
    if ((word() == Word::kMetrics || word() == Word::kReferences) && at(TokenKind::kLeftBrace, 1))
      return never_closed(open);
    if (open.missing && open.end >= tokens_.size() && token().starts_line) return;
    if (!research_entry(research, metrics)) skip_to_entry(open);
  }
}

/// `name: number` or `key: "text"`.
bool Parser::research_entry(Research& research, bool metrics) {
  const Token name = token();
  if (!at(TokenKind::kIdentifier)) {
    expected(metrics ? "`name: number`" : "`key: \"text\"`");
    return false;
  }
  advance();
  if (!colon_behind(name)) return false;
  if (refuse_search(metrics ? "a metric of a research block" : "a reference",
                    metrics ? "write the number that was measured" : "write the text in quotes"))
    return true;
  const Token found = token();
  const bool number = at(TokenKind::kInteger) || at(TokenKind::kFloat);
  if (metrics ? !number : !at(TokenKind::kString)) {
    expected(fmt::format("{} behind {}", metrics ? "a number" : "a text in quotes", as_code(text(name))));
    if (begins_value() && !at(TokenKind::kIdentifier)) {
      skip_group();
      end_shadow_with_line();
    }
    return false;
  }
  advance();
  if (found.broken) {
    ++mistakes_;
  } else if (metrics) {
    research.metrics.push_back({identifier(name), double_of(text(found))});
  } else {
    research.references.push_back({identifier(name), decode_string(text(found))});
  }
  return true;
}

}  // namespace neural::syntax
