// What the engine cannot express, found before anything is lowered.
#pragma once

#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::engine {

/// An E701 for each layer, at any depth, that has no meaning here.
void check_supported(const model::Model& model, syntax::DiagnosticList& diagnostics);

/// E701, which names what to do.
void refuse(syntax::DiagnosticList& diagnostics, const model::Layer& layer, const std::string& what, std::string help);

}  // namespace neural::engine
