// How the brackets of one block of a file pair up.
#pragma once

#include <cstdint>
#include <vector>

#include "neural/syntax/brackets.hpp"

namespace neural::syntax {

/// How far a bracket is looked for that may not be there: without an end a file of brackets would take hours.
inline constexpr std::size_t kFarthestBracket = 64;

/// Fills in `ends` for the tokens [begin, end), and appends the brackets without partner in the order in which they
/// show. Linear.
void match_brackets(const SourceText& source, const std::vector<Token>& tokens, std::uint32_t begin, std::uint32_t end,
                    std::vector<std::uint32_t>& ends, std::vector<BracketFlaw>& flaws);

}  // namespace neural::syntax
