// Model -> LegalProgram.
#pragma once

#include <optional>

#include "neural/emit/pytorch/legal_program.hpp"
#include "neural/emit/text/program.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::pytorch {

/// Empty, with an E701 for everything that PyTorch cannot express, where there is such a thing. The
/// options have a class for each custom layer.
std::optional<LegalProgram> legalise(const model::Model& model, const Words& words, const Options& options,
                                     syntax::DiagnosticList& diagnostics);

}  // namespace neural::emit::pytorch
