// How a parameter tensor begins, as functions of torch.nn.init.
#pragma once

#include <cstdint>
#include <string>

#include "neural/emit/pytorch/legal_program.hpp"
#include "neural/model/model.hpp"

namespace neural::emit::pytorch {

/// Where an initialiser that depends on the number of inputs and outputs finds them.
enum class Fans {
  kOfTorch,  ///< PyTorch counts for its own layout what Keras counts for its: its own function will do
  kOfKeras,  ///< it counts otherwise: numbers are written
};

/// The initialisation of the PyTorch tensor called `name` that has the distribution of `tensor`'s initialiser in Keras:
/// fans are those of Keras's layout, and normal initialisers other than random_normal are cut at two deviations.
TensorInitialisation initialise(const model::Tensor& tensor, std::string name, Fans fans = Fans::kOfTorch);

/// True if any order of the tensor's elements is equally likely, so that an axis may be stored in another order.
bool is_exchangeable(const model::Initializer& initializer);

}  // namespace neural::emit::pytorch
