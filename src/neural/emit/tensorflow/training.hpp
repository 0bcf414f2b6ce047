// Optimiser, loss and metrics of the language -> objects of Keras.
#pragma once

#include "neural/emit/tensorflow/legalise.hpp"

namespace neural::emit::tensorflow {

/// Fills `keras.compilation`, and notes what it needs. E701 where Keras cannot train as the model asks; the result is
/// then of no use.
void lower_training(const model::Model& model, KerasModel& keras, syntax::DiagnosticList& diagnostics);

/// `optimizers.Adam(learning_rate=0.001, …)`, with its schedule; E701 for several ways of clipping. `DenseAdam(…)`
/// where the network looks up embeddings: their gradients come in parts, one for each id of a batch.
Expression lower_optimizer(const model::Model& model, KerasModel& keras, syntax::DiagnosticList& diagnostics);

/// `losses.MeanSquaredError(…)`; E701 for what Keras computes from something else.
Expression lower_loss(const model::Model& model, KerasModel& keras, syntax::DiagnosticList& diagnostics);

/// What `evaluate` gives besides the loss, in Compilation::metrics. The accuracy that fits the targets comes first, as
/// "accuracy", whether or not the network asks for it.
void lower_metrics(const model::Model& model, KerasModel& keras);

/// The softmax or sigmoid that ends the network, looking through layers that hand on their very input; or null.
const model::Layer* last_probabilities(const model::Model& model);

/// "auto", "cpu", "gpu:1", "cuda" -> what TensorFlow may see; E701 for a TPU.
Device lower_device(const model::Model& model, syntax::DiagnosticList& diagnostics);

/// The statement that writes SAVE_PATH, which depends on the ending of its name; E701 for an ending Keras refuses.
std::string_view lower_save(const model::Model& model, syntax::DiagnosticList& diagnostics);

/// `WHAT cannot be expressed on TensorFlow`: E701.
void refuse(syntax::DiagnosticList& diagnostics, syntax::Span span, std::string what, std::string help);

}  // namespace neural::emit::tensorflow
