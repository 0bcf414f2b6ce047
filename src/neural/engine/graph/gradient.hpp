// Differentiation: from the operations that compute a value those that compute its gradient, in the same graph.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "neural/engine/graph/builder.hpp"

namespace neural::engine {

/// Σ seed · ∂value/∂x for each x in `wanted`, over pairs of values and the gradients that flow into them, of the same
/// shapes; none where nothing flows. Operations are added behind those that are there; those that are there may get
/// further results. Of MaxPoolInput and of a scan that is itself a gradient there is no derivative (NEURAL_CHECK).
std::vector<std::optional<ValueId>> gradients(Builder& builder, std::span<const std::pair<ValueId, ValueId>> seeds,
                                              std::span<const ValueId> wanted);

}  // namespace neural::engine
