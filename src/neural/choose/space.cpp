// Where the searches of a network stand in its text, and in each other.
#include <algorithm>
#include <cmath>

#include "neural/choose/choose.hpp"
#include "neural/syntax/tokens.hpp"

namespace neural::choose {
namespace {

using syntax::Span;
using syntax::Token;
using syntax::TokenKind;
using Kind = model::SearchVariable::Kind;

using Tokens = std::span<const Token>;

bool contains(Span outer, Span inner) {
  return outer.begin <= inner.begin && inner.end <= outer.end;
}

/// True if the first of the tokens opens a bracket that the last one closes.
bool is_enclosed(Tokens tokens) {
  if (tokens.size() < 2 || !is_opening(tokens.front().kind)) return false;
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (is_opening(tokens[i].kind)) ++depth;
    if (is_closing(tokens[i].kind) && --depth == 0) return i + 1 == tokens.size();
  }
  return false;
}

Tokens inside(Tokens tokens) {
  return tokens.subspan(1, tokens.size() - 2);
}

/// What stands between the commas of `HPO(choice(a, b))`, and of `a, b` and `[a, b]`, which a batch size may be.
Tokens list_of(Tokens tokens, std::string_view text_of_first) {
  if (text_of_first == "HPO" && is_enclosed(tokens.subspan(1))) {
    return inside(inside(tokens.subspan(1)).subspan(1));  // behind `choice`
  }
  return is_enclosed(tokens) ? inside(tokens) : tokens;
}

std::vector<Alternative> alternatives_of(const syntax::SourceText& source, Span span) {
  syntax::DiagnosticList ignored;  // the file has been checked
  const std::vector<Token> tokens = tokenize(source, span, ignored);
  const Tokens all = Tokens(tokens).first(tokens.size() - 1);  // without the end
  if (all.empty()) return {};
  std::vector<Alternative> alternatives;
  Tokens rest = list_of(all, source.text(all.front().span));
  while (!rest.empty()) {
    int depth = 0;
    std::size_t length = 0;
    for (; length < rest.size(); ++length) {
      if (is_opening(rest[length].kind)) ++depth;
      if (is_closing(rest[length].kind)) --depth;
      if (depth == 0 && rest[length].kind == TokenKind::kComma) break;
    }
    if (length > 0) alternatives.push_back({cover(rest[0].span, rest[length - 1].span), {}});
    rest = rest.subspan(std::min(length + 1, rest.size()));
  }
  return alternatives;
}

/// The innermost alternative the search stands in, or null.
Alternative* alternative_around(std::vector<Variable>& variables, const Variable& variable) {
  Alternative* innermost = nullptr;
  for (Variable& other : variables) {
    if (&other == &variable || other.search.span == variable.search.span) continue;
    for (Alternative& alternative : other.alternatives) {
      if (!contains(alternative.span, variable.search.span)) continue;
      if (innermost == nullptr || contains(innermost->span, alternative.span)) innermost = &alternative;
    }
  }
  return innermost;
}

}  // namespace

bool Variable::is_whole() const {
  const auto is_whole_number = [](double value) { return std::trunc(value) == value; };
  return search.is_integer || (search.step && is_whole_number(search.low) && is_whole_number(*search.step));
}

Space space_of(const syntax::SourceText& source, const std::vector<model::SearchVariable>& searches) {
  Space space;
  for (const model::SearchVariable& search : searches) {
    space.variables.push_back({search, {}});
    if (search.kind == Kind::kChoice) space.variables.back().alternatives = alternatives_of(source, search.span);
  }
  std::vector<std::size_t> in_text(space.variables.size());
  for (std::size_t i = 0; i < in_text.size(); ++i) in_text[i] = i;
  std::stable_sort(in_text.begin(), in_text.end(), [&](std::size_t a, std::size_t b) {
    return space.variables[a].search.span.begin < space.variables[b].search.span.begin;
  });
  for (const std::size_t i : in_text) {
    Alternative* around = alternative_around(space.variables, space.variables[i]);
    (around != nullptr ? around->nested : space.outermost).push_back(i);
  }
  return space;
}

std::string text_of(const syntax::SourceText& source, const Alternative& alternative) {
  std::string line;
  syntax::DiagnosticList ignored;
  std::uint32_t end = alternative.span.begin;
  for (const Token& token : tokenize(source, alternative.span, ignored)) {
    if (token.kind == TokenKind::kEnd) break;
    if (token.span.begin > end && !line.empty()) line += ' ';
    line += source.text(token.span);
    end = token.span.end;
  }
  return line;
}

Json to_json(const syntax::SourceText& source, const Space& space) {
  Json variables = Json::array();
  for (std::size_t i = 0; i < space.variables.size(); ++i) {
    const Variable& variable = space.variables[i];
    const model::SearchVariable& search = variable.search;
    const bool is_outermost = std::find(space.outermost.begin(), space.outermost.end(), i) != space.outermost.end();
    Json entry = {{"name", search.name}, {"outermost", is_outermost}};
    if (search.kind == Kind::kChoice) {
      entry["kind"] = "choice";
      entry["alternatives"] = Json::array();
      for (const Alternative& alternative : variable.alternatives) {
        Json nested = Json::array();
        for (const std::size_t inner : alternative.nested) nested.push_back(space.variables[inner].search.name);
        entry["alternatives"].push_back({{"text", text_of(source, alternative)}, {"nested", std::move(nested)}});
      }
    } else {
      entry["kind"] = search.kind == Kind::kRange ? "range" : "log_range";
      entry["low"] = search.low;
      entry["high"] = search.high;
      entry["step"] = search.step ? Json(*search.step) : Json(nullptr);
      entry["integer"] = variable.is_whole();
    }
    variables.push_back(std::move(entry));
  }
  return {{"variables", std::move(variables)}};
}

}  // namespace neural::choose
