// What generated programs can hold: the one gate in front of every backend.
#pragma once

#include <string_view>

#include "neural/emit/text/options.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit {

/// True if every part of the model has a meaning that is decided. Else E704 for a program that searches, E705 for
/// layers without built-in meaning for which the options have no class; `title` is how messages call the backend.
bool is_in_scope(const model::Model& model, const Options& options, std::string_view title,
                 syntax::DiagnosticList& diagnostics);

/// The same of a graph of standard operators, which can hold no class.
bool is_in_scope_of_graphs(const model::Model& model, std::string_view title, syntax::DiagnosticList& diagnostics);

}  // namespace neural::emit
