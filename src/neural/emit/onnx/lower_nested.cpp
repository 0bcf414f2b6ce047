// Layers with layers inside: ResidualConnection, TimeDistributed.
#include <limits>

#include "neural/emit/onnx/lowering.hpp"

namespace neural::emit::onnx {
namespace {

/// The convolution with a window of 1, or the linear map, that brings the input to the shape of the body's result.
Value projected(GraphBuilder& builder, const model::Layer& layer, const model::Shortcut& shortcut, Value input) {
  const std::string& name = layer.tensors().front().name;
  const weights::Array& kernel = builder.array_of(layer, name);
  input.mask.clear();
  // Strides over a window of 1 pick elements, and a linear map of the channels does the rest, whatever the rank.
  input = builder.declared(std::move(input));
  Integers starts;
  Integers steps;
  for (const std::int64_t stride : shortcut.strides) {
    starts.push_back(0);
    steps.push_back(stride);
  }
  const bool skips = std::any_of(steps.begin(), steps.end(), [](std::int64_t step) { return step != 1; });
  if (skips) {
    const auto count = static_cast<std::int64_t>(steps.size());
    const Integers ends(steps.size(), std::numeric_limits<std::int64_t>::max());
    input.name = builder.slice(input.name, std::move(starts), ends, rising(count, 1), std::move(steps));
  }
  const Integers shape = {kernel.shape[kernel.shape.size() - 2], kernel.shape.back()};
  input.name = linear(builder, input.name, input.rank, builder.weight(layer, name, {}, shape), "");
  return input;
}

/// The middle of what is longer than the body's result.
std::string cropped(GraphBuilder& builder, const model::Shortcut& shortcut, const Value& value) {
  Integers starts;
  Integers ends;
  for (const auto& [before, after] : shortcut.cropping) {
    starts.push_back(before);
    ends.push_back(after > 0 ? -after : std::numeric_limits<std::int64_t>::max());
  }
  const auto count = static_cast<std::int64_t>(starts.size());
  return builder.slice(value.name, std::move(starts), std::move(ends),
                       rising(count, value.lies_channels_first ? 2 : 1));
}

}  // namespace

Value lower_residual(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const model::Shortcut& shortcut = *layer.parts->shortcut;
  const Value body = lower_graph(builder, layer.body()->layers, {input});
  builder.set_layer(layer);
  Value past = std::move(input);
  if (shortcut.projects) past = projected(builder, layer, shortcut, std::move(past));
  if (shortcut.crops()) {
    past.name = cropped(builder, shortcut, past);
    past.mask.clear();
  }
  return add_values(builder, past, body);
}

/// Each step is a sample of its own.
Value lower_time_distributed(GraphBuilder& builder, const model::Layer& layer, Value input) {
  input = builder.declared(std::move(input));
  const std::string whole = input.name;
  std::vector<Size> merged = {-1};
  for (std::size_t axis = 1; axis < layer.input.size(); ++axis) {
    if (layer.input[axis]) {
      merged.emplace_back(*layer.input[axis]);
    } else {
      merged.emplace_back(whole, static_cast<std::int64_t>(axis) + 1);
    }
  }
  Value step = {.name = builder.reshape(whole, merged), .rank = layer.input.size() - 1, .is_integer = input.is_integer};
  step = lower_layer(builder, *layer.wrapped, std::move(step));
  if (layer.body() != nullptr) step = lower_graph(builder, layer.body()->layers, {std::move(step)});
  builder.set_layer(layer);
  step = builder.declared(std::move(step));
  std::vector<Size> split = {Size(whole, 0), Size(whole, 1)};
  for (std::size_t axis = 1; axis < layer.output.size(); ++axis) {
    if (layer.output[axis]) {
      split.emplace_back(*layer.output[axis]);
    } else {
      split.emplace_back(step.name, static_cast<std::int64_t>(axis));
    }
  }
  return {.name = builder.reshape(step.name, split), .rank = layer.output.size(), .mask = input.mask};
}

}  // namespace neural::emit::onnx
