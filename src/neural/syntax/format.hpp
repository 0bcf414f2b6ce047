// The one layout of a source text.
//
//   - Two blanks an indent. One item a line: a section, a layer, a setting, a branch. Blocks of layers are always
//     broken over lines; a block of settings (`train { … }`, named inputs, research metrics) that was written on one
//     line stays there.
//   - A line that would pass column 100 is broken: its outermost list first, one element a line.
//   - `,` and `;` between items are dropped, as is a comma behind the last element; only a layer called `network`,
//     `define` or `research` keeps a `;` where it would read as a keyword. One blank stands behind `,` and `:` (none in
//     a device: `gpu:0`), and round `@` and `*`; none round `=`. A string in single quotes gets double ones unless it
//     holds a quote or a backslash. Nothing else of a token changes: names, numbers and literals keep their spelling.
//   - An empty line between items stays, several become one. Blocks of the file always have one between them.
//   - Comments keep their text, `#` or `//`, and their place among the tokens: one on a line of its own stays there, at
//     the indentation of what follows; one behind a token stays behind it, and the line ends there. Behind the last
//     layer of a section, comments indented deeper than the word `layers` belong to the layers.
//   - LF line ends, one at the end of the file; no byte order mark, no tabs, no blanks at the end of a line.
#pragma once

#include <optional>
#include <string>

#include "neural/syntax/diagnostics.hpp"
#include "neural/syntax/source.hpp"

namespace neural::syntax {

/// The text in that layout: it reads as the same syntax tree, and laying it out again changes nothing. Empty if the
/// text has an error that leaves its structure open (all but E104, E109 and E110: something is missing), or if the
/// result would be longer than a source may be (E902); diagnostics say why. The result has been read again and
/// compared: a formatter that changes a meaning ends the program. Linear in the longer of the two texts.
std::optional<std::string> format(const SourceText& source, DiagnosticList& diagnostics);

}  // namespace neural::syntax
