// Model -> a stand-alone TensorFlow (Keras 3) program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "neural/emit/text/options.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit {

/// The whole text of the program, deterministic and already in `ruff format`'s layout. Empty, with an E701 diagnostic
/// that names the alternative, when TensorFlow cannot express the model. Linear in the number of layers.
std::optional<std::string> emit_tensorflow(const model::Model& model, const Options& options,
                                           syntax::DiagnosticList& diagnostics);

/// See Backend::changes.
std::vector<std::string> changes_of_tensorflow(const model::Model& model);

}  // namespace neural::emit
