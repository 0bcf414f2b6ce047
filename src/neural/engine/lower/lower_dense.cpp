// Dense layers, look-ups, and layers that only change shapes.
#include <numeric>

#include "neural/base/check.hpp"
#include "neural/engine/lower/lowering.hpp"

namespace neural::engine {
namespace {

using model::LayerKind;
using model::Parameter;

Flow embed(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const ValueId ids = input.value;
  NEURAL_CHECK(builder.graph().value(ids).type == ValueType::kInteger, "an embedding of what are no ids");
  Flow result{builder.gather(lowering.weight(layer, "embeddings"), ids)};
  if (layer.attributes.boolean(Parameter::mask_zero)) {
    result.mask = builder.elementwise({builder.to_real(ids)},
                                      [](std::span<const Term> in) { return 1 - equal(in[0], in[0].number(0)); });
  }
  return result;
}

/// The order is that of the channels last, whatever the layer takes.
Flow flatten(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const ValueId x = channels_last(lowering, layer, input.value);
  const Shape shape = builder.shape(x);
  input.value = builder.reshape(x, {shape.front(), element_count({shape.begin() + 1, shape.end()})});
  return input;
}

/// One unknown size at most: more are refused before.
Flow reshape(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const Shape from = builder.shape(input.value);
  Shape shape = {from.front()};
  std::int64_t known = from.front();
  for (const model::Dimension& size : layer.output) {
    shape.push_back(size.value_or(-1));
    known *= size.value_or(1);
  }
  for (std::int64_t& size : shape) {
    if (size < 0) size = known > 0 ? element_count(from) / known : 0;
  }
  input.value = builder.reshape(input.value, shape);
  return input;
}

Flow permute(Lowering& lowering, const model::Layer& layer, Flow input) {
  std::vector<int> axes = {0};
  for (const model::Dimension& axis : layer.attributes.shape(Parameter::dims))
    axes.push_back(static_cast<int>(axis.value_or(0)));
  input.value = lowering.builder().transpose(input.value, std::move(axes));
  return input;
}

Flow repeat(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const Shape shape = builder.shape(input.value);
  const ValueId row = builder.reshape(builder.to_real(input.value), {shape[0], 1, shape[1]});
  input.value = builder.broadcast(row, {shape[0], layer.attributes.integer(Parameter::n), shape[1]});
  return input;
}

/// Steps of which any element is another number than the mask's count; the others become zero.
Flow mask(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const double value = layer.attributes.number(Parameter::mask_value);
  const ValueId differs = builder.elementwise(
      {input.value}, [&](std::span<const Term> in) { return 1 - equal(in[0], in[0].number(value)); });
  const ValueId counts = builder.reduce(differs, Reduce::Kind::kMaximum, {-1});
  const Shape shape = builder.shape(counts);
  input.mask = builder.reshape(counts, {shape.begin(), shape.end() - 1});
  input.value = builder.multiply(input.value, counts);
  return input;
}

}  // namespace

Flow lower_dense(Lowering& lowering, const model::Layer& layer, Flow input, bool leaves_out) {
  Builder& builder = lowering.builder();
  const bool has_bias = layer.attributes.boolean(Parameter::use_bias);
  input.value = linear(builder, input.value, lowering.weight(layer, "kernel"),
                       has_bias ? std::optional(lowering.weight(layer, "bias")) : std::nullopt);
  const model::Attribute& activation = layer.attributes.at(Parameter::activation);
  if (!activation.is_none() && !leaves_out) {
    input.value = activate(builder, std::get<model::Activation>(activation.value), input.value);
  }
  return input;
}

Flow lower_shape(Lowering& lowering, const model::Layer& layer, Flow input) {
  switch (layer.kind) {
    case LayerKind::Embedding:
      return embed(lowering, layer, input);
    case LayerKind::Flatten:
      return flatten(lowering, layer, input);
    case LayerKind::Reshape:
      return reshape(lowering, layer, input);
    case LayerKind::Permute:
      return permute(lowering, layer, input);
    case LayerKind::RepeatVector:
      return repeat(lowering, layer, input);
    case LayerKind::Masking:
      return mask(lowering, layer, input);
    default:
      NEURAL_CHECK(false, "no layer of shapes");
      return input;
  }
}

}  // namespace neural::engine
