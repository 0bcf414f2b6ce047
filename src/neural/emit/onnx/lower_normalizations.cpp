// Normalisations: by the statistics of training, and of each sample by itself.
#include <algorithm>
#include <cmath>

#include "neural/base/check.hpp"
#include "neural/emit/onnx/lowering.hpp"

namespace neural::emit::onnx {
namespace {

using model::LayerKind;
using model::Parameter;

/// The axes in an array with the batch in front, in rising order.
Integers axes_of(const model::Layer& layer) {
  const model::Attribute& attribute = layer.attributes.at(Parameter::axis);
  const auto* one = std::get_if<std::int64_t>(&attribute.value);
  Integers axes = one != nullptr ? Integers{*one} : std::get<Integers>(attribute.value);
  for (std::int64_t& axis : axes) {
    if (axis < 0) axis += static_cast<std::int64_t>(layer.input.size()) + 1;
  }
  std::sort(axes.begin(), axes.end());
  return axes;
}

/// 1 on all axes of one sample but these.
Integers broadcast_shape(const model::Layer& layer, const Integers& axes) {
  Integers shape(layer.input.size(), 1);
  for (const std::int64_t axis : axes) {
    const auto place = static_cast<std::size_t>(axis - 1);
    shape[place] = layer.input[place].value_or(1);
  }
  return shape;
}

bool has_tensor(const model::Layer& layer, std::string_view name) {
  return std::any_of(layer.tensors().begin(), layer.tensors().end(),
                     [&](const model::Tensor& tensor) { return tensor.name == name; });
}

std::string scaled(GraphBuilder& builder, const model::Layer& layer, std::string x, const Integers& shape,
                   std::string_view scale, std::string_view shift) {
  if (has_tensor(layer, scale)) x = builder.add("Mul", {x, builder.weight(layer, scale, {}, shape)});
  if (has_tensor(layer, shift)) x = builder.add("Add", {x, builder.weight(layer, shift, {}, shape)});
  return x;
}

/// (x - mean) / √(variance + epsilon) along some axes.
std::string standardised(GraphBuilder& builder, const std::string& x, const Integers& axes, double epsilon) {
  const std::string centred = builder.add("Sub", {x, builder.reduce("ReduceMean", x, axes, true)});
  const std::string variance = builder.reduce("ReduceMean", builder.add("Mul", {centred, centred}), axes, true);
  const std::string deviation = builder.add("Sqrt", {builder.add("Add", {variance, builder.number(epsilon)})});
  return builder.add("Div", {centred, deviation});
}

bool is_last_axis(const model::Layer& layer, const Integers& axes) {
  return axes.size() == 1 && axes.front() == static_cast<std::int64_t>(layer.input.size());
}

weights::Array filled(std::int64_t size, float value) {
  return {{size}, std::vector<float>(static_cast<std::size_t>(size), value)};
}

Value layer_normalization(GraphBuilder& builder, const model::Layer& layer, Value input) {
  input = builder.declared(std::move(input));
  const Integers axes = axes_of(layer);
  const double epsilon = layer.attributes.number(Parameter::epsilon);
  const model::Dimension& width = layer.input.back();
  if (is_last_axis(layer, axes) && width) {
    const std::string scale =
        has_tensor(layer, "gamma") ? builder.weight(layer, "gamma") : builder.array("gamma", filled(*width, 1));
    std::vector<std::string> inputs = {input.name, scale};
    if (has_tensor(layer, "beta")) inputs.push_back(builder.weight(layer, "beta"));
    input.name = builder.add("LayerNormalization", std::move(inputs), {{"axis", -1}, {"epsilon", epsilon}});
    return input;
  }
  const std::string x = standardised(builder, input.name, axes, epsilon);
  input.name = scaled(builder, layer, x, broadcast_shape(layer, axes), "gamma", "beta");
  return input;
}

/// Instance normalisation is that of groups of one channel. The groups become the channels of an InstanceNormalization
/// over all the rest.
Value group_normalization(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const std::int64_t axis = axes_of(layer).front();
  const std::int64_t channels = *layer.input[static_cast<std::size_t>(axis - 1)];
  const std::int64_t groups =
      layer.kind == LayerKind::InstanceNormalization ? channels : layer.attributes.integer(Parameter::groups);
  input = builder.declared(std::move(input));
  const auto rank = static_cast<std::int64_t>(layer.input.size());
  Integers order = rising(rank + 1);
  order.erase(order.begin() + axis);
  order.insert(order.begin() + 1, axis);
  Integers back(order.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    back[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  const std::string first = axis == 1 ? input.name : builder.transpose(input.name, order);
  const std::string grouped = builder.reshape(first, {0, groups, -1});
  const std::string scale = builder.array("ones", filled(groups, 1));
  const std::string shift = builder.array("zeros", filled(groups, 0));
  std::string x = builder.add("InstanceNormalization", {grouped, scale, shift},
                              {{"epsilon", layer.attributes.number(Parameter::epsilon)}});
  x = builder.add("Reshape", {x, builder.add("Shape", {first})});
  Integers shape(static_cast<std::size_t>(rank), 1);
  shape.front() = channels;
  x = scaled(builder, layer, x, shape, "gamma", "beta");
  input.name = axis == 1 ? x : builder.transpose(x, std::move(back));
  return input;
}

Value rms_normalization(GraphBuilder& builder, const model::Layer& layer, Value input) {
  input = builder.declared(std::move(input));
  const Integers axes = axes_of(layer);
  const std::string square = builder.add("Mul", {input.name, input.name});
  const std::string mean = builder.reduce("ReduceMean", square, axes, true);
  const std::string root =
      builder.add("Sqrt", {builder.add("Add", {mean, builder.number(layer.attributes.number(Parameter::epsilon))})});
  input.name =
      scaled(builder, layer, builder.add("Div", {input.name, root}), broadcast_shape(layer, axes), "scale", "");
  return input;
}

/// Keras divides by the norm, or by 1e-12 where that is larger.
Value unit_normalization(GraphBuilder& builder, const model::Layer& layer, Value input) {
  input = builder.declared(std::move(input));
  const std::string norm = builder.reduce("ReduceL2", input.name, axes_of(layer), true);
  input.name = builder.add("Div", {input.name, builder.add("Max", {norm, builder.number(1e-12)})});
  return input;
}

}  // namespace

/// One multiplication and one addition with numbers known here; where channels are the second axis, the operator that
/// runtimes fold into the convolution before it.
Value lower_batch_normalization(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const Integers axes = axes_of(layer);
  const double epsilon = layer.attributes.number(Parameter::epsilon);
  const bool is_second = axes.size() == 1 && dimension(input, axes.front()) == 1;
  const weights::Array& mean = builder.array_of(layer, "moving_mean");
  const weights::Array& variance = builder.array_of(layer, "moving_variance");
  const auto values_of = [&](std::string_view name, float otherwise) {
    if (has_tensor(layer, name)) return builder.array_of(layer, name);
    return weights::Array{mean.shape, std::vector<float>(mean.values.size(), otherwise)};
  };
  const weights::Array gamma = values_of("gamma", 1);
  const weights::Array beta = values_of("beta", 0);
  if (is_second) {
    input.name = builder.add("BatchNormalization",
                             {input.name, builder.array("gamma", gamma), builder.array("beta", beta),
                              builder.array("moving_mean", mean), builder.array("moving_variance", variance)},
                             {{"epsilon", epsilon}});
    return input;
  }
  input = builder.declared(std::move(input));
  weights::Array factor = {broadcast_shape(layer, axes), std::vector<float>(mean.values.size())};
  weights::Array offset = factor;
  for (std::size_t i = 0; i < mean.values.size(); ++i) {
    const double by = double{gamma.values[i]} / std::sqrt(double{variance.values[i]} + epsilon);
    factor.values[i] = static_cast<float>(by);
    offset.values[i] = static_cast<float>(double{beta.values[i]} - double{mean.values[i]} * by);
  }
  const std::string product = builder.add("Mul", {input.name, builder.array("factor", std::move(factor))});
  input.name = builder.add("Add", {product, builder.array("offset", std::move(offset))});
  return input;
}

Value lower_normalization(GraphBuilder& builder, const model::Layer& layer, Value input) {
  switch (layer.kind) {
    case LayerKind::LayerNormalization:
      return layer_normalization(builder, layer, std::move(input));
    case LayerKind::GroupNormalization:
    case LayerKind::InstanceNormalization:
      return group_normalization(builder, layer, std::move(input));
    case LayerKind::RMSNormalization:
      return rms_normalization(builder, layer, std::move(input));
    case LayerKind::UnitNormalization:
      return unit_normalization(builder, layer, std::move(input));
    default:
      NEURAL_CHECK(false, "no normalisation of samples");
      return input;
  }
}

}  // namespace neural::emit::onnx
