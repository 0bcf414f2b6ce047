// The optimisers of Keras 3 as operations.
#pragma once

#include <utility>
#include <vector>

#include "neural/engine/graph/builder.hpp"
#include "neural/engine/lower/training.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::engine {

/// A weight and the gradient of the loss by it.
struct Gradient {
  ValueId weight;
  ValueId flow;
};

/// Clips the gradients, decays and moves the weights; sets the states of the weights and those it keeps itself.
void apply_optimizer(Builder& builder, const model::Optimizer& optimizer, const std::vector<Gradient>& gradients,
                     Dialect dialect, syntax::DiagnosticList& diagnostics);

}  // namespace neural::engine
