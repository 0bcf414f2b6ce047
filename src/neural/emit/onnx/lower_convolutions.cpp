// Convolutions, plain, transposed, depthwise and separable, along one to three axes.
#include <algorithm>

#include "neural/emit/onnx/lowering.hpp"
#include "neural/emit/onnx/run_time_padding.hpp"
#include "neural/model/window_padding.hpp"

namespace neural::emit::onnx {
namespace {

using model::Parameter;

Integers each(const std::vector<Window>& windows, std::int64_t Window::* field) {
  Integers values;
  for (const Window& window : windows) values.push_back(window.*field);
  return values;
}

/// The window of a convolution; where "same" depends on a size that is not known, ONNX works it out.
std::vector<Attribute> window_attributes(const model::Layer& layer, const std::vector<Window>& windows,
                                         std::int64_t groups) {
  std::vector<Attribute> attributes = {{"kernel_shape", each(windows, &Window::size)},
                                       {"strides", each(windows, &Window::stride)},
                                       {"dilations", each(windows, &Window::dilation)},
                                       {"group", groups}};
  const auto paddings = padding_of(layer, windows);
  if (paddings) {
    attributes.emplace_back("pads", pads_of(*paddings));
  } else if (!needs_padding_at_run_time(windows)) {
    attributes.emplace_back("auto_pad", "SAME_UPPER");
  }
  return attributes;
}

/// The input in the order that a convolution takes, padded where the operator cannot.
Value prepared(GraphBuilder& builder, const model::Layer& layer, const std::vector<Window>& windows, Value input) {
  input = builder.channels_first_as_declared(layer, std::move(input));
  if (!padding_of(layer, windows) && needs_padding_at_run_time(windows)) {
    input.name = padded_at_run_time(builder, input.name, windows, 0);
  }
  return input;
}

/// Keras has the kernel as (…, in, out), ONNX as (out, in, …).
Integers kernel_order(const weights::Array& kernel) {
  const auto rank = static_cast<std::int64_t>(kernel.shape.size());
  Integers order = {rank - 1, rank - 2};
  for (std::int64_t axis = 0; axis < rank - 2; ++axis) order.push_back(axis);
  return order;
}

/// (…, in, multiplier) -> (in · multiplier, 1, …)
std::string depthwise_kernel(GraphBuilder& builder, const model::Layer& layer, std::string_view name) {
  const weights::Array& kernel = builder.array_of(layer, name);
  const auto rank = static_cast<std::int64_t>(kernel.shape.size());
  Integers order = {rank - 2, rank - 1};
  Integers shape = {kernel.shape[kernel.shape.size() - 2] * kernel.shape.back(), 1};
  for (std::int64_t axis = 0; axis < rank - 2; ++axis) {
    order.push_back(axis);
    shape.push_back(kernel.shape[static_cast<std::size_t>(axis)]);
  }
  return builder.weight(layer, name, order, std::move(shape));
}

std::string with_bias(GraphBuilder& builder, const model::Layer& layer, std::string_view operation,
                      const std::string& x, const std::string& kernel, std::vector<Attribute> attributes,
                      bool has_bias) {
  std::vector<std::string> inputs = {x, kernel};
  if (has_bias) inputs.push_back(builder.weight(layer, "bias"));
  return builder.add(operation, std::move(inputs), std::move(attributes));
}

Value finish(GraphBuilder& builder, const model::Layer& layer, Value value) {
  value.name = activate(builder, layer.attributes.activation(Parameter::activation), value.name, dimension(value, -1));
  value.mask.clear();
  return value;
}

std::int64_t channels_of(const model::Layer& layer) {
  return *(is_channels_first(layer.attributes) ? layer.input.front() : layer.input.back());
}

}  // namespace

Value lower_convolution(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const model::Attributes& attributes = layer.attributes;
  const std::vector<Window> windows = windows_of(layer, Parameter::kernel_size);
  input = prepared(builder, layer, windows, std::move(input));
  const std::string kernel = builder.weight(layer, "kernel", kernel_order(builder.array_of(layer, "kernel")));
  input.name = with_bias(builder, layer, "Conv", input.name, kernel,
                         window_attributes(layer, windows, attributes.integer(Parameter::groups)),
                         attributes.boolean(Parameter::use_bias));
  return finish(builder, layer, std::move(input));
}

Value lower_transposed_convolution(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const model::Attributes& attributes = layer.attributes;
  const std::vector<Window> windows = windows_of(layer, Parameter::kernel_size);
  const std::vector<Crop> crops = crops_of(layer, windows);
  input = builder.channels_first_as_declared(layer, std::move(input));
  std::vector<Padding> pads;
  Integers added;
  for (const Crop& crop : crops) {
    pads.push_back({crop.before, crop.after});
    added.push_back(crop.added);
  }
  // Keras has the kernel as (…, out / groups, in), and ONNX as (in, out / groups, …).
  const std::string kernel = builder.weight(layer, "kernel", kernel_order(builder.array_of(layer, "kernel")));
  input.name = with_bias(builder, layer, "ConvTranspose", input.name, kernel,
                         {{"kernel_shape", each(windows, &Window::size)},
                          {"strides", each(windows, &Window::stride)},
                          {"dilations", each(windows, &Window::dilation)},
                          {"group", attributes.integer(Parameter::groups)},
                          {"pads", pads_of(pads)},
                          {"output_padding", added}},
                         attributes.boolean(Parameter::use_bias));
  return finish(builder, layer, std::move(input));
}

Value lower_depthwise_convolution(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const std::vector<Window> windows = windows_of(layer, Parameter::kernel_size);
  input = prepared(builder, layer, windows, std::move(input));
  input.name =
      with_bias(builder, layer, "Conv", input.name, depthwise_kernel(builder, layer, "kernel"),
                window_attributes(layer, windows, channels_of(layer)), layer.attributes.boolean(Parameter::use_bias));
  return finish(builder, layer, std::move(input));
}

Value lower_separable_convolution(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const model::Attributes& attributes = layer.attributes;
  const std::vector<Window> windows = windows_of(layer, Parameter::kernel_size);
  input = prepared(builder, layer, windows, std::move(input));
  const std::string between = builder.add("Conv", {input.name, depthwise_kernel(builder, layer, "depthwise_kernel")},
                                          window_attributes(layer, windows, channels_of(layer)));
  const std::string kernel =
      builder.weight(layer, "pointwise_kernel", kernel_order(builder.array_of(layer, "pointwise_kernel")));
  input.name = with_bias(builder, layer, "Conv", between, kernel, {{"group", attributes.integer(Parameter::groups)}},
                         attributes.boolean(Parameter::use_bias));
  return finish(builder, layer, std::move(input));
}

}  // namespace neural::emit::onnx
