// What a network's weights are before training.
#pragma once

#include <cstdint>

#include "neural/weights/weights.hpp"

namespace neural::weights {

/// The numbers that the Model's initialisers draw from `seed`: the distributions of Keras. Each tensor has a stream of
/// its own, by its name, so that a change of one layer leaves the others as they were.
Weights initial_weights(const model::Model& model, std::uint64_t seed);

}  // namespace neural::weights
