// The other meaning of what a program leaves open: PyTorch's defaults in the place of Keras's.
#pragma once

#include "neural/model/model.hpp"

namespace neural::model {

/// The same network, of Semantics::kTorch, where every parameter that is not written has the default of torch 2.13: how
/// weights begin, momentum and epsilon of normalisations, slopes, the numbers of optimizers. What is written stays,
/// formulas stay, and so do layers that PyTorch has no counterpart of. The parts of an attention all begin as those
/// that PyTorch keeps together, query, key and value. Of two biases that PyTorch adds up, the one here has the
/// distribution of either. The parameters of a PReLU become one, as there; all other shapes stay.
Model with_torch_defaults(const Model& model);

/// The network as the front end leaves it, or that.
inline Model with_defaults_of(Semantics semantics, const Model& model) {
  return semantics == Semantics::kTorch ? with_torch_defaults(model) : model;
}

}  // namespace neural::model
