#include "neural/estimate/formulas.hpp"

namespace neural::estimate {

using model::Layer;
using model::Parameter;
using model::Shape;

namespace {

/// Of an input or a result of the layer: the channels, and the product of the other sizes.
Amount channels_of(const Layer& layer, const Shape& shape) {
  return (is_channels_first(layer.attributes) ? shape.front() : shape.back()).value_or(1);
}

Amount positions_of(const Layer& layer, const Shape& shape) {
  const bool first = is_channels_first(layer.attributes);
  return elements({shape.begin() + (first ? 1 : 0), shape.end() - (first ? 0 : 1)});
}

Amount bias_and_activation_flops(const Layer& layer, Amount results) {
  const Amount bias = layer.attributes.boolean(Parameter::use_bias) ? results : Amount(0);
  return bias + activation_flops(layer.attributes, Parameter::activation, results);
}

Work convolved(const Layer& layer, Amount products, Amount kept_between = 0) {
  const Amount results = elements(layer.output);
  return {.flops = 2 * products + bias_and_activation_flops(layer, results), .kept = kept_between + results};
}

}  // namespace

Work convolution_work(const Layer& layer) {
  const model::Attributes& attributes = layer.attributes;
  const Amount window = product(attributes.integers(Parameter::kernel_size));
  const Amount channels = channels_of(layer, layer.input).value() / attributes.integer(Parameter::groups);
  return convolved(layer, window * channels * elements(layer.output));
}

/// Every element of the input is multiplied into a window of the result.
Work transposed_work(const Layer& layer) {
  const model::Attributes& attributes = layer.attributes;
  const Amount window = product(attributes.integers(Parameter::kernel_size));
  const Amount filters = attributes.integer(Parameter::filters) / attributes.integer(Parameter::groups);
  return convolved(layer, window * elements(layer.input) * filters);
}

Work depthwise_work(const Layer& layer) {
  return convolved(layer, product(layer.attributes.integers(Parameter::kernel_size)) * elements(layer.output));
}

Work separable_work(const Layer& layer) {
  const model::Attributes& attributes = layer.attributes;
  const Amount window = product(attributes.integers(Parameter::kernel_size));
  const Amount positions = positions_of(layer, layer.output);
  const Amount channels = channels_of(layer, layer.input) * attributes.integer(Parameter::depth_multiplier);
  const Amount between = channels * positions;
  const Amount pointwise = channels.value() / attributes.integer(Parameter::groups) * elements(layer.output);
  return convolved(layer, window * between + pointwise, between);
}

}  // namespace neural::estimate
