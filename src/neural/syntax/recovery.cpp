// Where the parser goes on behind a mistake.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {

Brackets& Parser::brackets() {
  if (!brackets_) {
    brackets_.emplace(source_, tokens_);
    const std::vector<BracketFlaw>& flaws = brackets_->flaws();
    while (blamed_ < flaws.size() && flaws[blamed_].shows < block_begin_) ++blamed_;
  }
  return *brackets_;
}

bool Parser::closes(Opening open) {
  if (open.missing) return open.end == next_ || open.end == tokens_.size();
  return !brackets_ || end_of(open) == next_;
}

/// Behind the closing brace at the cursor: another block, or nothing.
bool Parser::file_goes_on() const {
  std::size_t behind = next_ + 1;
  while (tokens_[behind].kind == TokenKind::kComma || tokens_[behind].kind == TokenKind::kSemicolon) ++behind;
  return tokens_[behind].kind == TokenKind::kEnd || begins_top_level(tokens_[behind].word);
}

bool Parser::ended(Opening open, bool outermost) {
  for (;;) {
    skip_separators();
    if (at_end() || at_top_level_word()) {
      never_closed(open);
      return true;
    }
    if (!at(TokenKind::kRightBrace)) break;
    if (outermost && !file_goes_on() && brackets().has_partner(next_)) brackets().exchange(next_, tokens_);
    if (closes(open)) {
      advance();
      return true;
    }
    if (!brackets().has_partner(next_)) {
      surplus_bracket();
    } else if (brackets().end_of(next_) < open.index) {
      never_closed(open);
      return true;
    } else {
      // Of a block in this one, which was left too early.
      if (mistakes_ == block_mistakes_) blames_bracket();
      advance();
    }
  }
  if (!brackets_ || next_ < end_of(open)) return false;
  if (is_unclosed(open)) {
    never_closed(open);
    return true;
  }
  return next_ > end_of(open);
}

void Parser::surplus_bracket() {
  if (!blames_bracket()) {
    report_here(Code::E101, token().span, fmt::format("one {} too many", token_spelling(token().kind)),
                "remove it, or open what it closes");
  }
  advance();
}

Opening Parser::assume_open(TokenKind kind) {
  return {next_, brackets().adopt(partner_of(kind), next_, tokens_), true};
}

Opening Parser::take_open() {
  advance();
  return {next_ - 1, 0, false};
}

Opening Parser::missing_brace(std::string_view what, std::string help) {
  expected(what, std::move(help));
  for (std::size_t ahead = 1; ahead <= 2 && !token(ahead - 1).starts_line && !ends_layers_word(ahead - 1); ++ahead) {
    if (!at(TokenKind::kLeftBrace, ahead)) continue;
    skip_to(next_ + ahead);
    return take_open();
  }
  return assume_open(TokenKind::kLeftBrace);
}

// ---- going on ----

void Parser::skip_to(std::size_t index) {
  next_ = std::clamp(index, next_, tokens_.size() - kShadow);
  settle_brackets();
}

void Parser::settle_brackets() {
  if (!brackets_) return;
  const std::vector<BracketFlaw>& flaws = brackets_->flaws();
  while (blamed_ < flaws.size() && flaws[blamed_].shows <= next_ && flaws[blamed_].bracket < next_) ++blamed_;
}

void Parser::skip_group() {
  if (is_opening(token().kind) && brackets().has_partner(next_)) {
    skip_to(brackets().end_of(next_) + 1);
  } else {
    skip_to(next_ + 1);
  }
}

void Parser::skip_to_comma(Opening open) {
  const std::size_t end = end_of(open);
  while (next_ < end && !at_end() && !at(TokenKind::kComma)) skip_group();
}

void Parser::skip_to_top_level() {
  while (!at_end() && !at_top_level_word()) skip_to(next_ + 1);
}

void Parser::skip_line() {
  do {
    skip_group();
  } while (!at_end() && !token().starts_line && !at(TokenKind::kRightBrace));
}

bool Parser::begins_value(std::size_t ahead) const {
  const TokenKind kind = token(ahead).kind;
  return kind <= TokenKind::kString || kind == TokenKind::kLeftParenthesis || kind == TokenKind::kLeftBracket;
}

}  // namespace neural::syntax
