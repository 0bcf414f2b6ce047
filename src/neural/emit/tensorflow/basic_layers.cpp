// Dense layers, look-ups, shapes, activations, dropout, noise, penalties.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {

using model::Activation;
using model::LayerKind;
using model::Parameter;

// ---- dense layers ----

void Lowering::dense() {
  Arguments arguments = {std::to_string(attributes_.integer(Parameter::units))};
  append_activation(arguments);
  append_flags(arguments, {Parameter::use_bias}, false);
  append_weights(arguments, kernel_roles());
  add_layer("layers.Dense", std::move(arguments));
}

void Lowering::embedding() {
  Arguments arguments = {std::to_string(attributes_.integer(Parameter::input_dim)),
                         std::to_string(attributes_.integer(Parameter::output_dim))};
  append_weights(arguments, {"embeddings"}, false);
  append_flags(arguments, {Parameter::mask_zero}, true);
  add_layer("layers.Embedding", std::move(arguments));
}

// ---- shapes ----

void Lowering::flatten() {
  Arguments arguments;
  append_data_format(arguments);
  add_layer("layers.Flatten", std::move(arguments));
}

void Lowering::reshape() {
  Arguments sizes;
  for (const model::Dimension& size : layer_.output) sizes.emplace_back(size ? std::to_string(*size) : "-1");
  const auto is_dynamic = [](const model::Dimension& size) { return !size; };
  if (std::count_if(layer_.output.begin(), layer_.output.end(), is_dynamic) > 1) {
    refuse(fmt::format("the target shape {}", model::to_string(layer_.output)), "leave at most one size open");
    return;
  }
  add_layer("layers.Reshape", {Expression::tuple(std::move(sizes))});
}

void Lowering::permute() {
  add_layer("layers.Permute", {python_shape(attributes_.shape(Parameter::dims))});
}

// ---- dropout, noise, penalties ----

void Lowering::dropout() {
  Arguments arguments = {python_number(attributes_.number(Parameter::rate))};
  const model::Attribute& noise_shape = attributes_.at(Parameter::noise_shape);
  if (!noise_shape.is_none()) {
    model::Shape shape = std::get<model::Shape>(noise_shape.value);
    shape.insert(shape.begin(), model::Dimension());  // every sample has a mask of its own
    arguments.emplace_back("noise_shape", python_shape(shape));
  }
  append_seed(arguments);
  add_layer("layers.Dropout", std::move(arguments));
}

/// One mask for all places of a channel.
void Lowering::spatial_dropout() {
  Arguments arguments = {python_number(attributes_.number(Parameter::rate))};
  const bool is_line = layer_.kind == LayerKind::SpatialDropout1D;
  if (is_line && is_channels_first(attributes_)) {
    arguments.emplace_back("noise_shape", "(None, None, 1)");
    append_seed(arguments);
    return add_layer("layers.Dropout", std::move(arguments));
  }
  append_data_format(arguments);
  append_seed(arguments);
  add_layer("layers." + std::string(kind_name()), std::move(arguments));
}

void Lowering::noise(std::string_view callee, Parameter parameter) {
  const double strength = attributes_.number(parameter);
  if (parameter == Parameter::rate && strength == 1) {
    refuse("`rate=1`", "use a rate below 1: Keras divides by what is left");
    return;
  }
  Arguments arguments = {python_number(strength)};
  append_seed(arguments);
  add_layer(std::string(callee), std::move(arguments));
}

void Lowering::penalty() {
  Arguments arguments;
  for (const Parameter parameter : {Parameter::l1, Parameter::l2}) {
    if (attributes_.has(parameter)) append_numbers(arguments, {parameter});
  }
  session_.keras.has_penalties = true;
  add_layer("layers.ActivityRegularization", std::move(arguments));
}

// ---- activations ----

void Lowering::activation() {
  const Activation function = activation_of(Parameter::function);
  if (attributes_.at(Parameter::alpha).is_none()) return add_activation(function, {});
  const std::string alpha = python_number(attributes_.number(Parameter::alpha));
  switch (function) {
    case Activation::leaky_relu:
      return add_layer("layers.LeakyReLU", {{"negative_slope", alpha}});
    case Activation::elu:
      return add_layer("layers.ELU", {{"alpha", alpha}});
    case Activation::celu:
      return add_function("ops.celu", {{"alpha", alpha}});
    default:
      return add_activation(function, {});
  }
}

void Lowering::relu() {
  Arguments arguments;
  if (!attributes_.at(Parameter::max_value).is_none()) append_numbers(arguments, {Parameter::max_value});
  for (const Parameter parameter : {Parameter::negative_slope, Parameter::threshold}) {
    if (attributes_.number(parameter) != 0) append_numbers(arguments, {parameter});
  }
  add_layer("layers.ReLU", std::move(arguments));
}

void Lowering::prelu() {
  Arguments arguments;
  append_weights(arguments, {"alpha"}, false);
  const model::Attribute& shared = attributes_.at(Parameter::shared_axes);
  if (!shared.is_none()) {
    const auto axes = positive_axes(std::get<std::vector<std::int64_t>>(shared.value), layer_.input.size());
    if (!axes.empty()) arguments.emplace_back("shared_axes", python_tuple(axes));
  }
  add_layer("layers.PReLU", std::move(arguments));
}

}  // namespace neural::emit::tensorflow
