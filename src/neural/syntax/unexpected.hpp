// What the lexer says about characters that begin no token.
#pragma once

#include <string>
#include <string_view>

#include "neural/syntax/tokens.hpp"

namespace neural::syntax {

/// Length of the UTF-8 sequence at the begin of `text`, or 0 if it is malformed or the text is empty.
std::size_t sequence_length(std::string_view text);

/// Runs of bytes in `text` that are not UTF-8; one pass.
std::size_t count_malformed_runs(std::string_view text);

/// Whether so many bytes are control characters or not UTF-8 that nobody wrote this as text; one pass.
bool is_binary(std::string_view text);

/// Something that begins no token, or does not belong into one.
struct Unexpected {
  std::size_t end = 0;  ///< where reading goes on
  Span wrong;           ///< what to mark
  std::string message;
  std::string help;                   ///< empty if no fix is known
  TokenKind meant = TokenKind::kEnd;  ///< a name or a string, where that was meant; else kEnd
  bool unseen = false;                ///< nobody sees it in an editor: it is told once, with its number
};

/// At a well-formed character that begins no token. Signs that stand together, as in `->`, are one mistake, and so is a
/// string in quotes of typography.
Unexpected read_unexpected(std::string_view text, std::size_t at);

/// Whether at `at`, behind a name, stands a letter of another alphabet, or a dot and a name: meant as a part of it.
bool name_goes_on(std::string_view text, std::size_t at);

/// The rest of a name that begins at `begin` and goes on at `at` with what does not belong in one.
Unexpected read_broken_name(std::string_view text, std::size_t begin, std::size_t at);

}  // namespace neural::syntax
