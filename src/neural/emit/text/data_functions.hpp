// Inside this room: what the parts of a program share about its data.
#pragma once

#include "neural/model/model.hpp"

namespace neural::emit {

/// True where the network names a data set that a program can find by itself: MNIST.
bool finds_data(const model::Model& model);

}  // namespace neural::emit
