// Layers of the language -> layers of Keras.
#pragma once

#include <vector>

#include "neural/emit/tensorflow/keras_names.hpp"
#include "neural/emit/tensorflow/legalise.hpp"

namespace neural::emit::tensorflow {

/// Appends the steps that compute `layer`, one or more. Where Keras has no way to say it, adds E701 and no step.
void lower_layer(const model::Layer& layer, KerasNames& names, std::vector<Step>& steps,
                 syntax::DiagnosticList& diagnostics);

}  // namespace neural::emit::tensorflow
