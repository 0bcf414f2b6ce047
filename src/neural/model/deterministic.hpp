// A network with nothing random in it.
#pragma once

#include "neural/model/model.hpp"

namespace neural::model {

/// The same network with dropout and noise at 0, in layers within layers too: it computes the same in training however
/// a backend draws its random numbers.
Model without_randomness(const Model& model);

/// True if a step of training draws random numbers: dropout or noise, in layers within layers too.
bool is_random(const Model& model);

}  // namespace neural::model
