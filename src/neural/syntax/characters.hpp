// The characters that tokens are made of.
#pragma once

#include "neural/syntax/tokens.hpp"

namespace neural::syntax {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_name_part(char c) {
  return is_name_start(c) || is_digit(c);
}
constexpr bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}
constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// The kind of a punctuation mark; kEnd for other characters.
constexpr TokenKind punctuation(char c) {
  switch (c) {
    case '{':
      return TokenKind::kLeftBrace;
    case '}':
      return TokenKind::kRightBrace;
    case '(':
      return TokenKind::kLeftParenthesis;
    case ')':
      return TokenKind::kRightParenthesis;
    case '[':
      return TokenKind::kLeftBracket;
    case ']':
      return TokenKind::kRightBracket;
    case ':':
      return TokenKind::kColon;
    case '=':
      return TokenKind::kEquals;
    case ',':
      return TokenKind::kComma;
    case ';':
      return TokenKind::kSemicolon;
    case '*':
      return TokenKind::kStar;
    case '@':
      return TokenKind::kAt;
    default:
      return TokenKind::kEnd;
  }
}

}  // namespace neural::syntax
