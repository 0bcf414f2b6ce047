// For tests: the grammar once more, in its shortest form. It says yes or no, explains nothing and never goes on behind
// a mistake, so that it cannot share the parser's ideas about them.
#pragma once

#include <string>

namespace neural::syntax {

/// Whether a file has no lexical mistake, matches the grammar and keeps the rules that the parser looks after: reserved
/// names, sections given once, the required ones there, nothing empty, and no search where none is allowed.
bool is_sound(const std::string& text);

}  // namespace neural::syntax
