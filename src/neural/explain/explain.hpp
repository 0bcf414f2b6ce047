// Explanations as people and programs read them. Each shows the program that gets the diagnostic with what the compiler
// really says of it, and the program mended.
#pragma once

#include <string>

#include "neural/base/json.hpp"
#include "neural/explain/names.hpp"
#include "neural/syntax/explanations.hpp"

namespace neural::explain {

/// For a terminal: 80 columns, but for source lines and messages that are longer.
std::string as_text(const syntax::Explanation& explanation, bool color);
std::string as_text(const NameEntry& entry, bool color);

/// Every code with its one line, by groups.
std::string list_as_text(bool color);

/// Every name of a group with its one line.
std::string list_as_text(const NameGroup& group, bool color);

/// {code, severity, group, summary, text, command, wrong, diagnostics, right}; the last four are null where no program
/// is short enough to show.
Json as_json(const syntax::Explanation& explanation);

/// {name, kind, aliases, summary, shapes, parameters, uses}: `shapes` is null but for layers, `parameters` but for what
/// takes some, `uses` but for parameters.
Json as_json(const NameEntry& entry);

/// A section of docs/diagnostics.md.
std::string as_markdown(const syntax::Explanation& explanation);

/// A section with the tables of docs/language.md.
std::string as_markdown(const NameEntry& entry);

/// The whole of docs/diagnostics.md.
std::string markdown_page();

}  // namespace neural::explain
