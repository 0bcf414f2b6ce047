// Losses as operations.
#pragma once

#include <optional>

#include "neural/engine/graph/builder.hpp"
#include "neural/model/model.hpp"

namespace neural::engine {

/// The loss of a batch, of one element, by the formulas of Keras 3. `outputs` [n, …, c] are those before the activation
/// that the loss has taken over; `targets` are class numbers [n, …], or reals like the outputs. Positions where `mask`
/// [n, …] is 0 do not count.
ValueId loss_of(Builder& builder, const model::Model& model, ValueId outputs, ValueId targets, ValueId mask);

}  // namespace neural::engine
