// What generated programs can hold: the one gate in front of every Python backend.
#pragma once

#include <string_view>

#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit {

/// What a backend can build: every graph of the layers it knows, and everything to train it with.
struct Scope {
  std::string_view title;                           ///< how messages call the backend
  bool (*knows_layer)(model::LayerKind) = nullptr;  ///< null: all of them
};

/// True if the backend knows all that the model is made of. Else E703 for each layer it does not, E704 for a program
/// that searches, E705 for layers without built-in meaning.
bool is_in_scope(const model::Model& model, const Scope& scope, syntax::DiagnosticList& diagnostics);

}  // namespace neural::emit
