// What limits weights: regularizers, which add to the loss, and constraints, which act behind each step.
#pragma once

#include "neural/engine/lower/lowering.hpp"

namespace neural::engine {

/// Adds what the regularizers make of the weights to the lowering's penalties.
void penalise_weights(Lowering& lowering);

/// Brings weights back to what their constraints allow, behind the step of the optimiser.
void constrain_weights(Lowering& lowering);

}  // namespace neural::engine
