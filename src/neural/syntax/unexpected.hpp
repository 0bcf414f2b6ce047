// What the lexer says about characters that begin no token.
#pragma once

#include <string>
#include <string_view>

namespace neural::syntax {

/// Length of the UTF-8 sequence at the begin of `text`, or 0 if it is malformed or the text is empty.
std::size_t sequence_length(std::string_view text);

/// Runs of bytes in `text` that are not UTF-8; one pass.
std::size_t count_malformed_runs(std::string_view text);

/// Whether so many bytes are control characters or not UTF-8 that nobody wrote this as text; one pass.
bool is_binary(std::string_view text);

bool is_typographic_quote(std::string_view character);

/// The fix for unexpected characters, empty if none is known: `->`, `“`, a no-break space, …
std::string help_for_unexpected(std::string_view characters);

}  // namespace neural::syntax
