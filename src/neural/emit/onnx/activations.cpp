// Functions of each element, and the layers that are nothing else.
#include <cmath>

#include "neural/base/check.hpp"
#include "neural/emit/onnx/lowering.hpp"

namespace neural::emit::onnx {
namespace {

using model::Activation;
using model::LayerKind;
using model::Parameter;

std::optional<double> optional_number(const model::Layer& layer, Parameter parameter) {
  if (layer.attributes.at(parameter).is_none()) return std::nullopt;
  return layer.attributes.number(parameter);
}

std::string clip(GraphBuilder& builder, const std::string& x, double low, double high) {
  return builder.add("Clip", {x, builder.number(low), builder.number(high)});
}

std::string hard_sigmoid(GraphBuilder& builder, const std::string& x) {
  return builder.add("HardSigmoid", {x}, {{"alpha", 1.0 / 6}, {"beta", 0.5}});
}

/// max(x, 0) up to a limit, with x counting from a threshold on and a slope below it.
std::string rectify(GraphBuilder& builder, const std::string& x, std::optional<double> most, double slope,
                    double threshold) {
  if (!most && threshold == 0) {
    return slope == 0 ? activate(builder, Activation::relu, x)
                      : activate(builder, Activation::leaky_relu, x, -1, slope);
  }
  std::string above = x;
  if (threshold != 0) {
    const std::string counts = builder.add("Greater", {x, builder.number(threshold)});
    above = builder.add("Where", {counts, x, builder.number(0)});
  }
  above = most ? clip(builder, above, 0, *most) : threshold != 0 ? above : builder.add("Relu", {above});
  if (slope == 0) return above;
  const std::string below = builder.add("Relu", {builder.add("Sub", {builder.number(threshold), x})});
  return builder.add("Sub", {above, builder.add("Mul", {below, builder.number(slope)})});
}

std::string prelu(GraphBuilder& builder, const model::Layer& layer, const std::string& x) {
  return builder.add("PRelu", {x, builder.weight(layer, "alpha")});
}

}  // namespace

std::string activate(GraphBuilder& builder, Activation activation, const std::string& x, std::int64_t axis,
                     std::optional<double> alpha) {
  switch (activation) {
    case Activation::linear:
      return x;
    case Activation::relu:
      return builder.add("Relu", {x});
    case Activation::relu6:
      return clip(builder, x, 0, 6);
    case Activation::leaky_relu:
      return builder.add("LeakyRelu", {x}, {{"alpha", alpha.value_or(0.2)}});
    case Activation::elu:
      return builder.add("Elu", {x}, {{"alpha", alpha.value_or(1)}});
    case Activation::selu:
      return builder.add("Selu", {x});
    case Activation::celu:
      return builder.add("Celu", {x}, {{"alpha", alpha.value_or(1)}});
    case Activation::gelu:
      return builder.add("Gelu", {x}, {{"approximate", "none"}});
    case Activation::silu:
      return builder.add("Mul", {x, builder.add("Sigmoid", {x})});
    case Activation::hard_silu:
      return builder.add("Mul", {x, hard_sigmoid(builder, x)});
    case Activation::mish:
      return builder.add("Mish", {x});
    case Activation::sigmoid:
      return builder.add("Sigmoid", {x});
    case Activation::hard_sigmoid:
      return hard_sigmoid(builder, x);
    case Activation::log_sigmoid:
      return builder.add("Neg", {builder.add("Softplus", {builder.add("Neg", {x})})});
    case Activation::tanh:
      return builder.add("Tanh", {x});
    case Activation::hard_tanh:
      return clip(builder, x, -1, 1);
    case Activation::softmax:
      return builder.add("Softmax", {x}, {{"axis", axis}});
    case Activation::log_softmax:
      return builder.add("LogSoftmax", {x}, {{"axis", axis}});
    case Activation::softplus:
      return builder.add("Softplus", {x});
    case Activation::softsign:
      return builder.add("Softsign", {x});
    case Activation::exponential:
      return builder.add("Exp", {x});
  }
  NEURAL_CHECK(false, "unknown activation");
  return x;
}

Value lower_activation_layer(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const model::Attributes& attributes = layer.attributes;
  switch (layer.kind) {
    case LayerKind::Activation:
      input.name = activate(builder, attributes.activation(Parameter::function), input.name, dimension(input, -1),
                            optional_number(layer, Parameter::alpha));
      return input;
    case LayerKind::ReLU:
      input.name = rectify(builder, input.name, optional_number(layer, Parameter::max_value),
                           attributes.number(Parameter::negative_slope), attributes.number(Parameter::threshold));
      return input;
    case LayerKind::LeakyReLU:
      input.name =
          activate(builder, Activation::leaky_relu, input.name, -1, attributes.number(Parameter::negative_slope));
      return input;
    case LayerKind::ELU:
      input.name = activate(builder, Activation::elu, input.name, -1, attributes.number(Parameter::alpha));
      return input;
    case LayerKind::PReLU:
      input = builder.declared(std::move(input));
      input.name = prelu(builder, layer, input.name);
      return input;
    case LayerKind::Softmax:
      input.name =
          activate(builder, Activation::softmax, input.name, dimension(input, attributes.integer(Parameter::axis)));
      return input;
    case LayerKind::Rescaling: {
      input.name = builder.add("Mul", {input.name, builder.number(attributes.number(Parameter::scale))});
      const double offset = attributes.number(Parameter::offset);
      if (offset != 0) input.name = builder.add("Add", {input.name, builder.number(offset)});
      return input;
    }
    default:
      NEURAL_CHECK(false, "no layer of an activation");
      return input;
  }
}

}  // namespace neural::emit::onnx
