// Initialisers of the language -> initialiser objects of Keras.
#pragma once

#include "neural/emit/text/expression.hpp"
#include "neural/model/attributes.hpp"

namespace neural::emit::tensorflow {

/// `initializers.TruncatedNormal(mean=0.0, stddev=0.05)`. A new object for each use: Keras draws the same numbers each
/// time an object is used again.
Expression initializer_expression(const model::Initializer& initializer);

}  // namespace neural::emit::tensorflow
