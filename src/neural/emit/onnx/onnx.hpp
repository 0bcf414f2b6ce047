// Model -> an ONNX file: the network as it predicts, with its weights.
#pragma once

#include <optional>

#include "neural/emit/text/options.hpp"
#include "neural/emit/text/output.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit {

/// The bytes of the file. The inputs have the names of the network's, the output is called "outputs"; the first axis of
/// all is called "batch". Without Options::weights the weights are those the network begins with. Empty, with E701 or
/// E705 for what ONNX cannot express, or E704 for a program that searches.
std::optional<Output> emit_onnx(const model::Model& model, const Options& options, syntax::DiagnosticList& diagnostics);

}  // namespace neural::emit
