// Dense layers, look-ups, and layers that only change shapes.
#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/onnx/lowering.hpp"

namespace neural::emit::onnx {
namespace {

using model::Parameter;

}  // namespace

std::int64_t dimension(const Value& value, std::int64_t axis) {
  const auto axes = static_cast<std::int64_t>(value.rank) + 1;
  if (axis < 0) axis += axes;
  if (value.lies_channels_first && axis > 0) axis = axis == axes - 1 ? 1 : axis + 1;
  return axis;
}

std::string linear(GraphBuilder& builder, const std::string& x, std::size_t rank, const std::string& kernel,
                   const std::string& bias) {
  if (rank == 1) {
    std::vector<std::string> inputs = {x, kernel};
    if (!bias.empty()) inputs.push_back(bias);
    return builder.add("Gemm", std::move(inputs));
  }
  const std::string product = builder.add("MatMul", {x, kernel});
  return bias.empty() ? product : builder.add("Add", {product, bias});
}

Value lower_dense(GraphBuilder& builder, const model::Layer& layer, Value input) {
  input = builder.declared(std::move(input));
  const std::string kernel = builder.weight(layer, "kernel");
  const std::string bias = layer.attributes.boolean(Parameter::use_bias) ? builder.weight(layer, "bias") : "";
  input.name = linear(builder, input.name, input.rank, kernel, bias);
  const model::Attribute& activation = layer.attributes.at(Parameter::activation);
  if (!activation.is_none()) {
    input.name = activate(builder, std::get<model::Activation>(activation.value), input.name);
  }
  return input;
}

Value lower_embedding(GraphBuilder& builder, const model::Layer& layer, Value input) {
  input = builder.declared(std::move(input));
  const std::string ids = input.name;
  input.name = builder.add("Gather", {builder.weight(layer, "embeddings"), ids}, {{"axis", 0}});
  input.mask.clear();
  if (layer.attributes.boolean(Parameter::mask_zero)) {
    const std::string zero = builder.add("Cast", {builder.number(0)}, {{"to", static_cast<int>(ElementType::kInt64)}});
    input.mask = builder.add("Not", {builder.add("Equal", {ids, zero})});
  }
  return input;
}

/// The order is that of the channels last, whatever the layer takes.
Value lower_flatten(GraphBuilder& builder, const model::Layer& layer, Value input) {
  input = builder.declared(std::move(input));
  if (is_channels_first(layer.attributes) && input.rank > 1) {
    Integers order = {0};
    for (std::int64_t axis = 2; axis <= static_cast<std::int64_t>(input.rank); ++axis) order.push_back(axis);
    order.push_back(1);
    input.name = builder.transpose(input.name, std::move(order));
  }
  if (input.rank != 1) input.name = builder.add("Flatten", {input.name}, {{"axis", 1}});
  return input;
}

Value lower_reshape(GraphBuilder& builder, const model::Layer& layer, Value input) {
  input = builder.declared(std::move(input));
  if (std::count(layer.output.begin(), layer.output.end(), std::nullopt) > 1) {
    builder.refuse(layer, "`Reshape` to more than one unknown size", "give all sizes but one");
    return input;
  }
  // A size of 0 means that of the input, so that the batch stays what it is.
  std::vector<Size> sizes = {0};
  for (const model::Dimension& size : layer.output) sizes.emplace_back(size.value_or(-1));
  input.name = builder.reshape(input.name, sizes);
  return input;
}

Value lower_permute(GraphBuilder& builder, const model::Layer& layer, Value input) {
  input = builder.declared(std::move(input));
  Integers order = {0};
  for (const model::Dimension& axis : layer.attributes.shape(Parameter::dims)) order.push_back(axis.value_or(0));
  input.name = builder.transpose(input.name, std::move(order));
  return input;
}

Value lower_repeat(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const std::string row = builder.unsqueeze(input.name, {1});
  input.name = builder.add("Expand", {row, builder.integers({1, layer.attributes.integer(Parameter::n), 1})});
  return input;
}

/// Steps of which any element is another number than the mask's count; the others become zero.
Value lower_masking(GraphBuilder& builder, const model::Layer& layer, Value input) {
  input = builder.declared(std::move(input));
  const std::string differs = builder.add(
      "Cast",
      {builder.add(
          "Not", {builder.add("Equal", {input.name, builder.number(layer.attributes.number(Parameter::mask_value))})})},
      {{"to", static_cast<int>(ElementType::kFloat)}});
  const std::string counts = builder.reduce("ReduceMax", differs, {-1}, true);
  input.name = builder.add("Mul", {input.name, counts});
  input.mask = builder.add("Cast", {builder.squeeze(counts, {-1})}, {{"to", static_cast<int>(ElementType::kBool)}});
  return input;
}

}  // namespace neural::emit::onnx
