// What every backend may rely on: the promises of model.hpp, checked on one Model.
#pragma once

#include "neural/model/model.hpp"

namespace neural::fuzz {

/// Ends the program where a promise does not hold.
void require_sound(const model::Model& model);

/// Layers, those inside of others too.
std::size_t layer_count(const model::Model& model);

}  // namespace neural::fuzz
