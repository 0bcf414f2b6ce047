// Text -> syntax tree. Recursive descent, one token of look-ahead, two after a name; linear in the length of the text.
#pragma once

#include <optional>
#include <vector>

#include "neural/syntax/ast.hpp"
#include "neural/syntax/diagnostics.hpp"
#include "neural/syntax/source.hpp"

namespace neural::syntax {

/// The longest text and the deepest nesting the parser accepts (E902, E903).
inline constexpr std::size_t kLongestSource = std::size_t{64} << 20;
inline constexpr int kDeepestNesting = 1000;

/// Each entry point reads the whole text. What could be read is returned even when there are errors; a mistake costs
/// one diagnostic, and reading goes on behind it.
File parse_file(const SourceText& source, DiagnosticList& diagnostics);

/// Fragments, for tools and tests; empty when nothing usable could be read.
std::optional<Network> parse_network(const SourceText& source, DiagnosticList& diagnostics);
std::optional<Item> parse_layer(const SourceText& source, DiagnosticList& diagnostics);
std::vector<Macro> parse_macros(const SourceText& source, DiagnosticList& diagnostics);
std::optional<Research> parse_research(const SourceText& source, DiagnosticList& diagnostics);

/// A value inside a quoted string (`"Adam(learning_rate=0.01)"`); `contents` is the span between the quotes, and spans
/// and diagnostics point into it.
std::optional<Value> parse_quoted_value(const SourceText& source, Span contents, DiagnosticList& diagnostics);

}  // namespace neural::syntax
