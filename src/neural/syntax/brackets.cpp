#include "neural/syntax/brackets.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "neural/syntax/bracket_matcher.hpp"

namespace neural::syntax {

bool at_top_level(const Token* token) {
  if (!begins_top_level(token[0].word)) return false;
  const bool named = token[1].kind == TokenKind::kIdentifier;
  const Token& behind = token[named ? 2 : 1];
  if (behind.kind == TokenKind::kLeftBrace) return true;
  return token[0].word == Word::kDefine && named && behind.kind == TokenKind::kLeftParenthesis;
}

Brackets::Brackets(const SourceText& source, const std::vector<Token>& tokens) : ends_(tokens.size()) {
  std::iota(ends_.begin(), ends_.end(), 0);
  const auto count = static_cast<std::uint32_t>(tokens.size() - 3);
  for (std::uint32_t begin = 0; begin < count;) {
    std::uint32_t end = begin + 1;
    while (end < count && !at_top_level(&tokens[end])) ++end;
    blocks_.push_back(begin);
    match_brackets(source, tokens, begin, end, ends_, flaws_);
    begin = end;
  }
}

std::vector<BracketFlaw>::iterator Brackets::first_that_shows(std::size_t place) {
  return std::lower_bound(flaws_.begin(), flaws_.end(), place,
                          [](const BracketFlaw& flaw, std::size_t at) { return flaw.shows < at; });
}

void Brackets::settle(std::size_t open) {
  auto flaw = first_that_shows(ends_[open]);
  const auto last = flaw + std::min<std::ptrdiff_t>(kFarthestBracket, flaws_.end() - flaw);
  for (; flaw != last && flaw->shows == ends_[open]; ++flaw) {
    if (flaw->bracket == open) flaw->settled = true;
  }
}

BracketFlaw* Brackets::find_unmatched(TokenKind close, std::size_t from, const std::vector<Token>& tokens) {
  const auto next_block = std::upper_bound(blocks_.begin(), blocks_.end(), from);
  const std::size_t end = next_block == blocks_.end() ? tokens.size() : *next_block;
  auto flaw = first_that_shows(from);
  const auto last = flaw + std::min<std::ptrdiff_t>(kFarthestBracket, flaws_.end() - flaw);
  for (; flaw != last && flaw->bracket < end; ++flaw) {
    if (flaw->settled || flaw->kind == BracketFlaw::Kind::kUnclosed || tokens[flaw->bracket].kind != close) continue;
    return &*flaw;
  }
  return nullptr;
}

std::size_t Brackets::adopt(TokenKind close, std::size_t from, const std::vector<Token>& tokens) {
  BracketFlaw* found = find_unmatched(close, from, tokens);
  if (found == nullptr) return tokens.size();
  found->settled = true;
  return found->bracket;
}

bool Brackets::is_settled(std::size_t close) {
  auto flaw = first_that_shows(close);
  while (flaw != flaws_.end() && flaw->shows == close && flaw->bracket != close) ++flaw;
  return flaw != flaws_.end() && flaw->bracket == close && flaw->settled;
}

bool Brackets::misses_open_before(std::size_t token) {
  auto flaw = first_that_shows(token);
  return flaw != flaws_.end() && flaw->shows == token && flaw->kind == BracketFlaw::Kind::kUnopened && !flaw->settled;
}

bool Brackets::exchange_open(std::size_t open, const std::vector<Token>& tokens) {
  auto flaw = first_that_shows(open);
  const auto last = flaw + std::min<std::ptrdiff_t>(kFarthestBracket, flaws_.end() - flaw);
  BracketFlaw* around = nullptr;
  for (; flaw != last; ++flaw) {
    const bool unclosed = !flaw->settled && flaw->kind == BracketFlaw::Kind::kUnclosed && flaw->bracket < open &&
                          tokens[flaw->bracket].kind == tokens[open].kind;
    if (unclosed && (around == nullptr || flaw->bracket > around->bracket)) around = &*flaw;
  }
  if (around == nullptr || around->shows < ends_[open]) return false;
  around->settled = true;
  // Each bracket between the two closes one further in.
  std::uint32_t close = ends_[open];
  std::uint32_t inner = static_cast<std::uint32_t>(open);
  constexpr std::uint32_t kLongestWay = 256;
  for (std::uint32_t i = inner; i-- > around->bracket + 1 && inner - i < kLongestWay;) {
    if (tokens[i].kind != tokens[open].kind || !has_partner(i) || ends_[i] < close) continue;
    pair(i, std::exchange(close, ends_[i]));
  }
  pair(around->bracket, close);
  ends_[open] = inner;
  return true;
}

bool Brackets::exchange(std::size_t close, const std::vector<Token>& tokens) {
  BracketFlaw* later = find_unmatched(tokens[close].kind, close + 1, tokens);
  if (later == nullptr) return false;
  if (tokens[close].kind != TokenKind::kRightBrace) {
    for (std::size_t i = close + 1; i <= later->bracket; ++i) {
      if (tokens[i].starts_line) return false;
    }
  }
  later->settled = true;
  const std::uint32_t open = ends_[close];
  pair(open, later->bracket);
  ends_[close] = static_cast<std::uint32_t>(close);
  return true;
}

}  // namespace neural::syntax
