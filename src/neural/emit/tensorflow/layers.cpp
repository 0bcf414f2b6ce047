#include "neural/emit/tensorflow/layers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/tensorflow/initializers.hpp"
#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {

using model::Activation;
using model::Attributes;
using model::InitializerKind;
using model::LayerKind;
using model::Parameter;
using Integers = std::vector<std::int64_t>;

Expression activation_text(Activation activation) {
  return python_string(model::activation_name(activation));
}

Activation Lowering::activation_of(Parameter parameter) const {
  return std::get<Activation>(attributes_.at(parameter).value);
}

void Lowering::refuse(std::string what, std::string help) {
  diagnostics_.add(syntax::Code::E701, layer_.span,
                   fmt::format("{} of `{}` cannot be expressed on TensorFlow", what, layer_kind_name(layer_.kind)),
                   std::move(help));
}

void Lowering::add_layer(std::string callee, std::vector<Argument> arguments, std::string_view suffix) {
  const bool initializes = suffix.empty() && !layer_.tensors().empty();
  if (initializes && !attributes_.boolean(Parameter::trainable)) arguments.emplace_back("trainable", "False");
  const std::string& dtype = attributes_.word(Parameter::dtype);
  if (dtype != "float32") arguments.emplace_back("dtype", python_string(dtype));
  arguments.emplace_back("name", python_string(names_.layer(layer_.name + std::string(suffix))));
  steps_.push_back({Step::Kind::kLayer, Expression::call(std::move(callee), std::move(arguments)), initializes});
}

void Lowering::add_function(std::string callee, std::vector<Argument> arguments) {
  arguments.insert(arguments.begin(), std::string(steps_.empty() ? kFirstTensor : kTensor));
  steps_.push_back({Step::Kind::kFunction, Expression::call(std::move(callee), std::move(arguments))});
}

void Lowering::add_activation(Activation activation, std::string_view suffix) {
  add_layer("layers.Activation", {activation_text(activation)}, suffix);
}

void Lowering::append_tensors(std::vector<Argument>& arguments) const {
  for (const model::Tensor& tensor : layer_.tensors()) {
    arguments.emplace_back(tensor.name + "_initializer", initializer_expression(tensor.initializer));
  }
}

void Lowering::append_data_format(std::vector<Argument>& arguments) const {
  if (is_channels_first(attributes_)) arguments.emplace_back("data_format", "\"channels_first\"");
}

void Lowering::dense() {
  std::vector<Argument> arguments = {std::to_string(attributes_.integer(Parameter::units))};
  const Activation activation = activation_of(Parameter::activation);
  if (activation != Activation::linear) arguments.emplace_back("activation", activation_text(activation));
  if (!attributes_.boolean(Parameter::use_bias)) arguments.emplace_back("use_bias", "False");
  append_tensors(arguments);
  add_layer("layers.Dense", std::move(arguments));
}

void Lowering::flatten() {
  std::vector<Argument> arguments;
  append_data_format(arguments);
  add_layer("layers.Flatten", std::move(arguments));
}

void Lowering::reshape() {
  std::vector<Argument> sizes;
  for (const model::Dimension& size : layer_.output) sizes.emplace_back(size ? std::to_string(*size) : "-1");
  const auto is_dynamic = [](const model::Dimension& size) { return !size; };
  if (std::count_if(layer_.output.begin(), layer_.output.end(), is_dynamic) > 1) {
    refuse(fmt::format("the target shape {}", model::to_string(layer_.output)), "leave at most one size open");
    return;
  }
  add_layer("layers.Reshape", {Expression::tuple(std::move(sizes))});
}

void Lowering::dropout() {
  std::vector<Argument> arguments = {python_number(attributes_.number(Parameter::rate))};
  const model::Attribute& noise_shape = attributes_.at(Parameter::noise_shape);
  if (!noise_shape.is_none()) {
    model::Shape shape = std::get<model::Shape>(noise_shape.value);
    shape.insert(shape.begin(), model::Dimension());  // every sample has a mask of its own
    arguments.emplace_back("noise_shape", python_shape(shape));
  }
  if (!attributes_.at(Parameter::seed).is_none()) {
    arguments.emplace_back("seed", std::to_string(attributes_.integer(Parameter::seed)));
  }
  add_layer("layers.Dropout", std::move(arguments));
}

void Lowering::batch_normalization() {
  const Integers& axis = attributes_.integers(Parameter::axis);
  if (axis.size() != 1) {
    refuse(fmt::format("`axis={}`", python_tuple(axis)), "use one axis");
    return;
  }
  std::vector<Argument> arguments = {{"axis", std::to_string(axis.front())},
                                     {"momentum", python_number(attributes_.number(Parameter::momentum))},
                                     {"epsilon", python_number(attributes_.number(Parameter::epsilon))}};
  for (const Parameter part : {Parameter::center, Parameter::scale}) {
    if (!attributes_.boolean(part)) arguments.emplace_back(std::string(parameter_name(part)), "False");
  }
  append_tensors(arguments);
  add_layer("layers.BatchNormalization", std::move(arguments));
}

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
  std::vector<Argument> arguments;
  if (!attributes_.at(Parameter::max_value).is_none()) {
    arguments.emplace_back("max_value", python_number(attributes_.number(Parameter::max_value)));
  }
  for (const Parameter parameter : {Parameter::negative_slope, Parameter::threshold}) {
    const double value = attributes_.number(parameter);
    if (value != 0) arguments.emplace_back(std::string(parameter_name(parameter)), python_number(value));
  }
  add_layer("layers.ReLU", std::move(arguments));
}

void Lowering::softmax() {
  add_layer("layers.Softmax", {{"axis", std::to_string(attributes_.integer(Parameter::axis))}});
}

void lower_layer(const model::Layer& layer, KerasNames& names, std::vector<Step>& steps,
                 syntax::DiagnosticList& diagnostics) {
  Lowering lowering(layer, names, steps, diagnostics);
  switch (layer.kind) {
    case LayerKind::Dense:
    case LayerKind::Output:
      return lowering.dense();
    case LayerKind::Conv2D:
      return lowering.convolution();
    case LayerKind::MaxPooling2D:
      return lowering.max_pooling();
    case LayerKind::AveragePooling2D:
      return lowering.average_pooling();
    case LayerKind::GlobalAveragePooling2D:
      return lowering.global_average_pooling();
    case LayerKind::Flatten:
      return lowering.flatten();
    case LayerKind::Reshape:
      return lowering.reshape();
    case LayerKind::Dropout:
      return lowering.dropout();
    case LayerKind::BatchNormalization:
      return lowering.batch_normalization();
    case LayerKind::Activation:
      return lowering.activation();
    case LayerKind::ReLU:
      return lowering.relu();
    case LayerKind::Softmax:
      return lowering.softmax();
    default:
      NEURAL_CHECK(false, "a layer out of scope");
  }
}

}  // namespace neural::emit::tensorflow
