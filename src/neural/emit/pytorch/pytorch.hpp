// Model -> a stand-alone PyTorch program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "neural/emit/pytorch/weight_place.hpp"
#include "neural/emit/text/options.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit {

/// The whole text of the program, deterministic and already in `ruff format`'s layout. Empty, with an E701 diagnostic
/// that names the alternative, when PyTorch cannot express the model. Linear in the number of layers.
std::optional<std::string> emit_pytorch(const model::Model& model, const Options& options,
                                        syntax::DiagnosticList& diagnostics);

/// Where the weights of that program live, in the order in which it creates them. Empty as above.
std::optional<std::vector<pytorch::WeightPlace>> weight_places_of_pytorch(const model::Model& model,
                                                                          syntax::DiagnosticList& diagnostics);

/// See Backend::changes.
std::vector<std::string> changes_of_pytorch(const model::Model& model);

}  // namespace neural::emit
