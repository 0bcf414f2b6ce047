// Tokens: what the lexer makes of a text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "neural/syntax/diagnostics.hpp"
#include "neural/syntax/source.hpp"
#include "neural/syntax/words.hpp"

namespace neural::syntax {

enum class TokenKind : std::uint8_t {
#define NEURAL_TOKEN(name, spelling) name,
#include "neural/syntax/tokens.def"
#undef NEURAL_TOKEN
};

constexpr bool is_opening(TokenKind kind) {
  return kind == TokenKind::kLeftBrace || kind == TokenKind::kLeftParenthesis || kind == TokenKind::kLeftBracket;
}
constexpr bool is_closing(TokenKind kind) {
  return kind == TokenKind::kRightBrace || kind == TokenKind::kRightParenthesis || kind == TokenKind::kRightBracket;
}
/// The other bracket of a pair.
TokenKind partner_of(TokenKind bracket);

/// "`{`", "a name", "the end of the file": how a message calls the kind.
std::string_view token_spelling(TokenKind kind);

/// Bytes of a token that a message quotes: its begin is enough to find it again.
inline constexpr std::size_t kLongestToken = 40;

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Word word = Word::kName;       ///< of a name: what it may mean to the grammar
  bool broken : 1 = false;       ///< already reported: a malformed number or name, or an unclosed string
  bool starts_line : 1 = false;  ///< first token on its line
  bool after_error : 1 = false;  ///< characters before it were reported
  Span span;
};

/// All tokens of `range`, ending in kEnd, whose span is empty and lies at the end of the range. One pass, linear.
/// Reports E001 to E004 and W005; of a file that is no text it reports only that, and gives no other token. Where
/// `comments` is given, it receives the comments too, without their line ends.
std::vector<Token> tokenize(const SourceText& source, Span range, DiagnosticList& diagnostics,
                            std::vector<Span>* comments = nullptr);

/// The contents of a string token: quotes taken off, escapes resolved, an unknown escape kept as written.
std::string decode_string(std::string_view quoted);

}  // namespace neural::syntax
