// Which bracket closes which, in a text where some may be missing or too many. Made only once a mistake was found.
//
// Each block of the file is matched for itself. Where its brackets do not pair up, the lines tell which one is to
// blame: a line that goes back to the indentation of an opening brace stands behind its block, a section word stands in
// no call, and so on. A text whose brackets do pair up is never judged by its layout.
#pragma once

#include <cstdint>
#include <vector>

#include "neural/syntax/tokens.hpp"

namespace neural::syntax {

/// The first tokens of a `network`, `define` or `research` block. Reads three tokens.
bool at_top_level(const Token* token);

/// A bracket without a partner.
struct BracketFlaw {
  enum class Kind : std::uint8_t {
    kUnclosed,  ///< an opening bracket; what it holds ends before the token `shows`
    kStray,     ///< a closing bracket; `shows` is itself
    kUnopened,  ///< a closing bracket whose block begins, as its lines are indented, at the token `shows`
  };
  Kind kind = Kind::kUnclosed;
  bool settled = false;  ///< was reported, or follows from what was
  std::uint32_t bracket = 0;
  std::uint32_t shows = 0;  ///< where a reader notices it
};

class Brackets {
 public:
  /// `tokens` ends in three kEnd. Linear.
  Brackets(const SourceText& source, const std::vector<Token>& tokens);

  /// The token at which the bracket `open` ends: its partner, or the first token behind what it holds.
  std::size_t end_of(std::size_t open) const { return ends_[open]; }
  bool has_partner(std::size_t bracket) const { return ends_[bracket] != bracket && ends_[ends_[bracket]] == bracket; }

  /// In the order of `shows`.
  std::vector<BracketFlaw>& flaws() { return flaws_; }

  /// The token of the closing bracket whose opening bracket is missing, in the same block of the file and not before
  /// `from`, if a short search finds one; it is settled. Else the number of tokens.
  std::size_t adopt(TokenKind close, std::size_t from, const std::vector<Token>& tokens);

  /// The closing bracket cannot stand where it does: if a later one in the same block of the file has no partner, that
  /// one takes its place. For parentheses only one in the same line. False if there is none.
  bool exchange(std::size_t close, const std::vector<Token>& tokens);
  /// The opening bracket cannot stand where it does: if the one around it has no partner, it gets this one's.
  bool exchange_open(std::size_t open, const std::vector<Token>& tokens);

  /// The flaw of an opening bracket without partner is accounted for.
  void settle(std::size_t open);

  /// Whether a closing bracket without partner is accounted for.
  bool is_settled(std::size_t close);

  /// Whether, as its line is indented, an opening brace is missing before the token.
  bool misses_open_before(std::size_t token);

 private:
  void pair(std::uint32_t open, std::uint32_t close) {
    ends_[open] = close;
    ends_[close] = open;
  }
  std::vector<BracketFlaw>::iterator first_that_shows(std::size_t place);
  BracketFlaw* find_unmatched(TokenKind close, std::size_t from, const std::vector<Token>& tokens);

  std::vector<std::uint32_t> ends_;  ///< of each token; a token without partner has itself
  std::vector<BracketFlaw> flaws_;
  std::vector<std::uint32_t> blocks_;  ///< where each block of the file begins
};

}  // namespace neural::syntax
