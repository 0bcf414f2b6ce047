// How the parser tells a mistake: once, at its place, and with the bracket that is to blame for it.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {

bool Parser::is_quiet() const {
  if (next_ < quiet_until_) return true;
  for (std::size_t i = next_ + 1 >= kShadow ? next_ + 1 - kShadow : 0; i <= next_; ++i) {
    if (tokens_[i].broken || tokens_[i].after_error) return true;
  }
  return false;
}

void Parser::report(Code code, Span span, std::string message, std::string help) {
  ++mistakes_;
  warn(code, span, std::move(message), std::move(help));
}

void Parser::warn(Code code, Span span, std::string message, std::string help) {
  if (!is_quiet()) diagnostics_.add(code, span, std::move(message), std::move(help));
}

void Parser::report_here(Code code, Span span, std::string message, std::string help) {
  report(code, span, std::move(message), std::move(help));
  if (is_unpaired_open()) brackets().settle(next_);
  quiet_until_ = std::max(quiet_until_, next_ + kShadow);
}

std::string Parser::seen() const {
  if (at_end()) return fmt::format("the end of the {}", whole_);
  if (token().kind > TokenKind::kString) return std::string(token_spelling(token().kind));
  return as_code(text_at(), kLongestToken);
}

void Parser::expected(std::string_view what, std::string help) {
  expected_at(token().span, what, std::move(help));
}

void Parser::lacks(std::string_view what, std::string help) {
  const bool at_line_end = token().starts_line && next_ > 0;
  expected_at(at_line_end ? behind(next_ - 1) : token().span, what, std::move(help));
}

void Parser::lacks_comma(std::string_view what, bool before_value) {
  if (!before_value) return expected(what);
  lacks(what, token().starts_line ? "put a `,` here" : "put a `,` before it");
}

/// The place right behind a token.
Span Parser::behind(std::size_t index) const {
  const std::uint32_t end = tokens_[index].span.end;
  return {end, end};
}

void Parser::expected_at(Span place, std::string_view what, std::string help) {
  if (is_quiet()) return shade();
  doubt_brackets();
  if (blames_bracket()) return;
  const bool stray = is_closing(token().kind) && !brackets().has_partner(next_);
  if (stray && brackets().is_settled(next_)) {
    shade();
    return;
  }
  if (stray) {
    place = token().span;
    help = fmt::format("it closes no {}; remove it", token_spelling(partner_of(token().kind)));
  } else if (is_unpaired_open()) {
    place = token().span;
    help = "it is never closed; remove it";
  }
  report_here(Code::E101, place, fmt::format("expected {}, found {}", what, seen()), std::move(help));
}

void Parser::shade() {
  ++mistakes_;
  quiet_until_ = std::max(quiet_until_, next_ + kShadow);
}

void Parser::end_shadow_with_line() {
  std::size_t end = next_;
  while (end < quiet_until_ && !tokens_[end].starts_line) ++end;
  quiet_until_ = std::min(quiet_until_, end);
}

/// A bracket at the cursor cannot stand here, or the brace before it opens nothing: perhaps it took the partner of
/// another.
void Parser::doubt_brackets() {
  if (is_closing(token().kind) && brackets().has_partner(next_)) brackets().exchange(next_, tokens_);
  const bool behind_brace = next_ > 0 && tokens_[next_ - 1].kind == TokenKind::kLeftBrace;
  for (const std::size_t open : {next_, next_ - (behind_brace ? 1 : 0)}) {
    if (!is_opening(tokens_[open].kind)) continue;
    if (brackets().has_partner(open)) {
      brackets().exchange_open(open, tokens_);
    } else {
      brackets().settle(open);
    }
  }
}

bool Parser::is_unpaired_open() {
  return is_opening(token().kind) && !brackets().has_partner(next_);
}

bool Parser::blames_bracket() {
  if (is_quiet() || !blame_bracket()) return false;
  shade();
  return true;
}

bool Parser::blame_bracket() {
  std::vector<BracketFlaw>& flaws = brackets().flaws();
  const std::size_t first = blamed_;
  while (blamed_ < flaws.size() && flaws[blamed_].shows <= next_) ++blamed_;
  std::size_t last = blamed_;
  while (last > first && flaws[last - 1].settled) --last;
  if (last == first) return false;
  const BracketFlaw flaw = flaws[last - 1];
  const Token& bracket = tokens_[flaw.bracket];
  if (flaw.kind == BracketFlaw::Kind::kUnclosed) {
    std::size_t begin = last - 1;
    while (begin > first && flaws[begin - 1].shows == flaw.shows &&
           flaws[begin - 1].kind == BracketFlaw::Kind::kUnclosed)
      --begin;
    report_unclosed(begin, last);
    return true;
  }
  if (flaw.kind == BracketFlaw::Kind::kUnopened) {
    const Token& inside = tokens_[flaw.shows];
    diagnostics_.add(Code::E101, behind(flaw.shows - 1),
                     fmt::format("expected `{{` before {}", as_code(text(inside), kLongestToken)),
                     "the next line is indented like the first one of a block");
    return true;
  }
  if (flaw.bracket == next_) return false;
  diagnostics_.add(Code::E101, bracket.span, fmt::format("one {} too many", token_spelling(bracket.kind)),
                   "remove it, or open what it closes");
  return true;
}

/// Flaws [first, last), brackets that are all open at one place.
void Parser::report_unclosed(std::size_t first, std::size_t last) {
  constexpr std::size_t kMostNotes = 2;
  const std::vector<BracketFlaw>& flaws = brackets().flaws();
  const auto deeper = [](const BracketFlaw& a, const BracketFlaw& b) { return a.bracket < b.bracket; };
  const auto begin = flaws.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = flaws.begin() + static_cast<std::ptrdiff_t>(last);
  const std::size_t innermost = std::max_element(begin, end, deeper)->bracket;
  const Token& bracket = tokens_[innermost];
  const std::size_t shows = begin->shows;
  const Token& behind = tokens_[shows];
  Diagnostic& found =
      diagnostics_.add(Code::E103, bracket.span, fmt::format("{} is never closed", token_spelling(bracket.kind)),
                       fmt::format("close it with {}", token_spelling(partner_of(bracket.kind))));
  std::string note = "still open here";
  if (behind.kind == TokenKind::kEnd) {
    note = fmt::format("the {} ends here", whole_);
  } else if (behind.kind == TokenKind::kRightBrace && brackets().has_partner(shows)) {
    const Token& partner = tokens_[brackets().end_of(shows)];
    const std::uint32_t line = source_.position(partner.span.begin).line;
    if (line != source_.position(behind.span.begin).line)
      note = fmt::format("this `}}` closes the `{{` in line {}", line);
  }
  found.notes.push_back({std::move(note), behind.span});
  brackets().adopt(partner_of(bracket.kind), shows, tokens_);
  for (auto flaw = begin; flaw != end && found.notes.size() <= kMostNotes; ++flaw) {
    if (flaw->bracket == innermost) continue;
    found.notes.push_back(
        {fmt::format("so is this {}", token_spelling(tokens_[flaw->bracket].kind)), tokens_[flaw->bracket].span});
  }
}

void Parser::never_closed(Opening open) {
  const bool first = mistakes_++ == block_mistakes_;
  if (!open.missing && !is_quiet() && !blame_bracket() && first) {
    const Token& bracket = tokens_[open.index];
    Diagnostic& found =
        diagnostics_.add(Code::E103, bracket.span, fmt::format("{} is never closed", token_spelling(bracket.kind)),
                         fmt::format("close it with {}", token_spelling(partner_of(bracket.kind))));
    found.notes.push_back({at_end() ? fmt::format("the {} ends here", whole_) : "still open here", token().span});
  }
  quiet_until_ = std::max(quiet_until_, next_ + 1);
}

void Parser::check_reserved(const Token& name, std::string_view place) {
  if (!is_reserved(name.word)) return;
  report(Code::E113, name.span, fmt::format("{} is reserved and cannot name {}", as_code(text(name)), place),
         "choose another name");
}

bool Parser::refuse_search(std::string_view place, std::string help) {
  if (!at_search()) return false;
  const auto found = search();
  if (found) {
    report(Code::E355, found->span, fmt::format("no search expression is allowed for {}", place), std::move(help));
  }
  return true;
}

bool Parser::too_deep() {
  if (depth_ <= kDeepestNesting) return false;
  if (!at_end()) {
    report(Code::E903, token().span, fmt::format("nested deeper than {}", kDeepestNesting),
           "give a part of it a name with `define`");
    next_ = tokens_.size() - kShadow;
    quiet_until_ = tokens_.size();
  }
  return true;
}

}  // namespace neural::syntax
