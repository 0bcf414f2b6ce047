// Optimisers that PyTorch has not, or has with another formula: classes that a program brings along.
#pragma once

#include <string>

namespace neural::emit::pytorch {

// Each class takes the model's parameters, `lr`, and by name what its function's comment lists.

/// SGD(momentum): the learning rate goes into the momentum, which matters where it changes.
std::string sgd_class(bool nesterov);

/// RMSprop(rho, eps), and with momentum RMSprop(rho, momentum, eps): epsilon stands under the root.
std::string rmsprop_class(bool has_momentum, bool centered);

/// Adagrad(initial_accumulator_value, eps): epsilon stands under the root.
std::string adagrad_class();

/// Adamax(betas, eps): epsilon is added to the largest gradient.
std::string adamax_class();

/// Lion(betas).
std::string lion_class();

/// Ftrl(power, initial_accumulator_value, l1, l2, beta).
std::string ftrl_class();

}  // namespace neural::emit::pytorch
