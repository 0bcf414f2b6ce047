// How a parameter tensor begins, as functions of torch.nn.init.
#pragma once

#include <cstdint>
#include <string>

#include "neural/emit/pytorch/legal_program.hpp"
#include "neural/model/model.hpp"

namespace neural::emit::pytorch {

/// The initialisation of the PyTorch tensor called `name` that has the distribution of `tensor`'s initialiser in Keras:
/// fans are those of Keras's layout, and normal initialisers other than random_normal are cut at two deviations.
TensorInitialisation initialise(const model::Tensor& tensor, std::string name);

/// True if any order of the tensor's elements is equally likely, so that an axis may be stored in another order.
bool is_exchangeable(const model::Initializer& initializer);

}  // namespace neural::emit::pytorch
