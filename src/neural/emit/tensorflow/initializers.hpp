// Initialisers, regularizers and constraints of the language -> objects of Keras.
#pragma once

#include "neural/emit/text/expression.hpp"
#include "neural/model/attributes.hpp"

namespace neural::emit::tensorflow {

/// `initializers.GlorotUniform()`, with every parameter written out.
Expression initializer_expression(const model::Initializer& initializer);

/// `regularizers.L2(l2=0.01)`
Expression regularizer_expression(const model::Regularizer& regularizer);

/// `constraints.MaxNorm(max_value=2.0, axis=0)`
Expression constraint_expression(const model::Constraint& constraint);

}  // namespace neural::emit::tensorflow
