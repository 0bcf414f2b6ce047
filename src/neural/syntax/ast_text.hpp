// A syntax tree as text: two trees that differ in nothing but their spans have the same text.
#pragma once

#include <string>

#include "neural/syntax/ast.hpp"

namespace neural::syntax {

/// For comparisons and for people who look for a difference: an item, a section or a setting a line, the rest in the
/// notation of Lisp. Strings are quoted, with their control characters escaped; doubles are exact.
std::string ast_text(const File& file);

}  // namespace neural::syntax
