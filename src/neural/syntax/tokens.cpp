#include "neural/syntax/tokens.hpp"

#include <array>

namespace neural::syntax {
namespace {

constexpr std::array kSpellings = {
#define NEURAL_TOKEN(name, spelling) std::string_view(spelling),
#include "neural/syntax/tokens.def"
#undef NEURAL_TOKEN
};

}  // namespace

std::string_view token_spelling(TokenKind kind) {
  return kSpellings[static_cast<std::size_t>(kind)];
}

TokenKind partner_of(TokenKind bracket) {
  switch (bracket) {
    case TokenKind::kLeftBrace:
      return TokenKind::kRightBrace;
    case TokenKind::kLeftParenthesis:
      return TokenKind::kRightParenthesis;
    case TokenKind::kLeftBracket:
      return TokenKind::kRightBracket;
    case TokenKind::kRightBrace:
      return TokenKind::kLeftBrace;
    case TokenKind::kRightParenthesis:
      return TokenKind::kLeftParenthesis;
    default:
      return TokenKind::kLeftBracket;
  }
}

std::string decode_string(std::string_view quoted) {
  std::string text;
  const char quote = quoted.front();
  quoted.remove_prefix(1);
  if (!quoted.empty() && quoted.back() == quote) quoted.remove_suffix(1);
  if (quoted.find('\\') == std::string_view::npos) return std::string(quoted);
  text.reserve(quoted.size());
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] != '\\' || i + 1 == quoted.size()) {
      text += quoted[i];
      continue;
    }
    const char escaped = quoted[++i];
    switch (escaped) {
      case '\\':
      case '"':
      case '\'':
        text += escaped;
        break;
      case 'n':
        text += '\n';
        break;
      case 't':
        text += '\t';
        break;
      case 'r':
        text += '\r';
        break;
      default:
        text += '\\';
        text += escaped;
        break;
    }
  }
  return text;
}

}  // namespace neural::syntax
