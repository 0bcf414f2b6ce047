// Small functions on text that several rooms need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace neural {

/// ASCII lower case with `_` and `-` removed: how built-in names are compared.
std::string fold(std::string_view text);

/// "a, b, c".
std::string join(std::span<const std::string> parts, std::string_view separator);

std::vector<std::string> split(std::string_view text, char separator);

/// The text without white space at both ends.
std::string_view trim(std::string_view text);

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours, each 1.
/// O(|a|·|b|) time, O(|b|) memory.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// At most `limit` of the candidates, nearest to `word` first, by the edit distance of the folded names; a candidate
/// farther than max(1, length of word / 3) is left out. Equal distances keep the order of the candidates. Where none is
/// near, those that begin with the word, if it has at least three letters; shorter ones first.
std::vector<std::string> nearest(std::string_view word, std::span<const std::string_view> candidates,
                                 std::size_t limit = 3);

/// 1234567 -> "1,234,567".
std::string with_thousands(std::int64_t number);

/// The shortest decimal text that reads back as the same double: "0.001", "1e-07", "2.0". It is a literal of both
/// Python and JSON, and always looks like a floating-point number. `value` must be finite.
std::string shortest_double(double value);

/// Number of Unicode code points of a UTF-8 text; a malformed byte counts as one.
std::size_t code_points(std::string_view utf8);

/// The text if it has at most so many code points (at least 1), else its beginning and "…".
std::string shortened(std::string_view utf8, std::size_t most);

/// True if the bytes are well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
bool is_utf8(std::string_view bytes);

/// Text with control characters, marks that turn the direction of writing and, where it is not UTF-8, high bytes
/// written as \xNN, so that a name out of a user's file cannot steer a terminal, break a table or hide what it says.
std::string printable(std::string_view text);

/// Text of the user's in a message: in backticks, safe to print, and cut behind about `longest` bytes; an empty text is
/// called that.
std::string as_code(std::string_view text, std::size_t longest = 60);

/// "`a`, `b` and `c`" with the given last word between the last two.
std::string as_code_list(std::span<const std::string> words, std::string_view last_joint);

}  // namespace neural
