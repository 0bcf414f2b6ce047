// Optimiser, loss and metrics of the language -> objects of Keras.
#pragma once

#include "neural/emit/tensorflow/legalise.hpp"

namespace neural::emit::tensorflow {

/// Adds E701 where Keras cannot train as the model asks; the result is then of no use.
Compilation lower_training(const model::Model& model, syntax::DiagnosticList& diagnostics);

/// "auto", "cpu", "gpu:1", "cuda" -> what TensorFlow may see; E701 for a TPU.
Device lower_device(const model::Model& model, syntax::DiagnosticList& diagnostics);

/// The statement that writes SAVE_PATH, which depends on the ending of its name; E701 for an ending Keras refuses.
std::string_view lower_save(const model::Model& model, syntax::DiagnosticList& diagnostics);

}  // namespace neural::emit::tensorflow
