// Layers that are functions of each element: no module but for slopes that are learned.
#include "neural/base/check.hpp"
#include "neural/emit/pytorch/activations.hpp"
#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/initializers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Activation;
using model::LayerKind;
using model::Parameter;

std::optional<double> optional_number(const model::Layer& layer, Parameter parameter) {
  if (layer.attributes.at(parameter).is_none()) return std::nullopt;
  return layer.attributes.number(parameter);
}

void lower_prelu(ModuleBuilder& builder, const model::Layer& layer) {
  const model::Tensor& alpha = layer.tensors().front();
  builder.to_declared_order();
  require(builder.program(), prelu());
  const std::string module = builder.add(layer, Expression::call("PReLU", {python_tuple(alpha.shape)}));
  builder.place(layer, alpha, module, "weight");
  if (alpha.initializer.kind != model::InitializerKind::zeros) {
    builder.initialise(module, {initialise(alpha, "weight", Fans::kOfKeras)});
  }
  builder.call(module);
}

void lower_rescaling(ModuleBuilder& builder, const model::Layer& layer) {
  const double offset = layer.attributes.number(Parameter::offset);
  std::string value = builder.x() + " * " + python_number(layer.attributes.number(Parameter::scale));
  if (offset != 0) value += (offset < 0 ? " - " : " + ") + python_number(offset < 0 ? -offset : offset);
  builder.apply(std::move(value));
}

}  // namespace

void lower_activation_layer(ModuleBuilder& builder, const model::Layer& layer) {
  const model::Attributes& attributes = layer.attributes;
  const std::size_t rank = layer.input.size();
  switch (layer.kind) {
    case LayerKind::Activation: {
      const Activation function = attributes.activation(Parameter::function);
      if (function == Activation::linear) return;
      return builder.apply(
          activate(function, builder.x(), builder.dimension(-1, rank), optional_number(layer, Parameter::alpha)));
    }
    case LayerKind::ReLU:
      return builder.apply(rectify(builder.x(), optional_number(layer, Parameter::max_value),
                                   attributes.number(Parameter::negative_slope),
                                   attributes.number(Parameter::threshold)));
    case LayerKind::LeakyReLU:
      return builder.apply(
          activate(Activation::leaky_relu, builder.x(), -1, attributes.number(Parameter::negative_slope)));
    case LayerKind::ELU:
      return builder.apply(activate(Activation::elu, builder.x(), -1, attributes.number(Parameter::alpha)));
    case LayerKind::PReLU:
      return lower_prelu(builder, layer);
    case LayerKind::Softmax:
      return builder.apply(
          activate(Activation::softmax, builder.x(), builder.dimension(attributes.integer(Parameter::axis), rank)));
    case LayerKind::Rescaling:
      return lower_rescaling(builder, layer);
    default:
      NEURAL_CHECK(false, "no layer of an activation");
  }
}

}  // namespace neural::emit::pytorch
