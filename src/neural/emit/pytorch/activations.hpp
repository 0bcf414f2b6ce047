// Activations as PyTorch expressions.
#pragma once

#include <optional>
#include <string>

#include "neural/emit/text/expression.hpp"
#include "neural/model/attributes.hpp"

namespace neural::emit::pytorch {

/// The activation of an expression. `axis` is the dimension of softmax and log_softmax in the tensor as it lies;
/// `alpha` is the slope of leaky_relu (else 0.2) and the alpha of elu and celu (else 1). Exact forms of Keras: gelu by
/// the error function, hard_sigmoid as relu6(x + 3) / 6.
Expression activate(model::Activation activation, Expression x, int axis, std::optional<double> alpha = {});

/// The activation as a value to hand on: `torch.relu`, `lambda x: torch.softmax(x, dim=-1)`.
std::string function_text(model::Activation activation, int axis);

/// Keras's ReLU layer: 0 up to the threshold (or negative_slope * (x - threshold)), at most max_value.
Expression rectify(const std::string& x, std::optional<double> max_value, double negative_slope, double threshold);

}  // namespace neural::emit::pytorch
