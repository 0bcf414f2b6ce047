// Pooling over windows, over everything, and adaptive, along one to three axes.
#include <algorithm>
#include <functional>
#include <limits>

#include "neural/emit/onnx/lowering.hpp"
#include "neural/emit/onnx/run_time_padding.hpp"
#include "neural/model/window_padding.hpp"

namespace neural::emit::onnx {
namespace {

using model::Parameter;

bool is_average(const model::Layer& layer) {
  return layer_kind_name(layer.kind).find("Average") != std::string_view::npos;
}

/// Where the spatial axes of a value begin: behind the channels or before them.
std::int64_t first_spatial(const model::Layer& layer, const Value& value) {
  return value.lies_channels_first || is_channels_first(layer.attributes) ? 2 : 1;
}

/// ⌊i · n / m⌋ up to ⌈(i + 1) · n / m⌉: the i-th of m windows over n elements.
struct Span {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};
std::vector<Span> adaptive_windows(std::int64_t input, std::int64_t output) {
  std::vector<Span> spans;
  for (std::int64_t i = 0; i < output; ++i)
    spans.push_back({i * input / output, ((i + 1) * input + output - 1) / output});
  return spans;
}

/// Means along an axis are a product with a matrix whose columns are the windows.
std::string adaptive_means(GraphBuilder& builder, const std::string& x, std::size_t rank, std::int64_t axis,
                           std::int64_t input, const std::vector<Span>& spans) {
  const auto columns = static_cast<std::int64_t>(spans.size());
  weights::Array matrix = {{input, columns}, std::vector<float>(static_cast<std::size_t>(input * columns))};
  for (std::int64_t column = 0; column < columns; ++column) {
    const Span span = spans[static_cast<std::size_t>(column)];
    for (std::int64_t row = span.begin; row < span.end; ++row) {
      matrix.values[static_cast<std::size_t>(row * columns + column)] =
          1.0F / static_cast<float>(span.end - span.begin);
    }
  }
  Integers order = rising(static_cast<std::int64_t>(rank) + 1);
  std::swap(order[static_cast<std::size_t>(axis)], order.back());
  const bool moves = axis != static_cast<std::int64_t>(rank);
  const std::string last = moves ? builder.transpose(x, order) : x;
  const std::string means = builder.add("MatMul", {last, builder.array("windows", std::move(matrix))});
  return moves ? builder.transpose(means, order) : means;
}

std::string adaptive_maxima(GraphBuilder& builder, const std::string& x, std::int64_t axis,
                            const std::vector<Span>& spans) {
  std::vector<std::string> parts;
  for (const Span& span : spans) {
    const std::string part = builder.slice(x, {span.begin}, {span.end}, {axis});
    parts.push_back(builder.reduce("ReduceMax", part, {axis}, true));
  }
  return parts.size() == 1 ? parts.front() : builder.add("Concat", std::move(parts), {{"axis", axis}});
}

/// The mean of the steps that count; where none does, 0 / 0 as in Keras.
std::string masked_mean(GraphBuilder& builder, const Value& value, std::int64_t axis, bool keeps) {
  const std::int64_t other = axis == 1 ? 2 : 1;
  const std::string counts = builder.unsqueeze(value.mask, {other});
  const std::string kept = builder.add("Where", {counts, value.name, builder.number(0)});
  const std::string number = builder.add("Cast", {counts}, {{"to", static_cast<int>(ElementType::kFloat)}});
  return builder.add(
      "Div", {builder.reduce("ReduceSum", kept, {axis}, keeps), builder.reduce("ReduceSum", number, {axis}, keeps)});
}

/// Pads a value by a number: known at compile time, or not.
using Pad = std::function<std::string(const std::string& x, float value)>;

Pad pad_by(GraphBuilder& builder, const std::vector<Padding>& paddings) {
  Integers pads = {0, 0};
  for (const Padding& each : paddings) pads.push_back(each.before);
  pads.insert(pads.end(), {0, 0});
  for (const Padding& each : paddings) pads.push_back(each.after);
  return [&builder, pads](const std::string& x, float value) {
    return builder.add("Pad", {x, builder.integers(pads), builder.number(value)});
  };
}

/// Padding counts for nothing: it is below all numbers, or the mean is divided by the share of the window inside. A
/// mean of nothing is 0.
std::string pooled_over_padded(GraphBuilder& builder, bool averages, const std::string& x, const Pad& pad,
                               const std::vector<Attribute>& attributes) {
  if (!averages) return builder.add("MaxPool", {pad(x, -std::numeric_limits<float>::infinity())}, attributes);
  const std::string ones = builder.add("Expand", {builder.number(1), builder.add("Shape", {x})});
  const std::string sums = builder.add("AveragePool", {pad(x, 0)}, attributes);
  const std::string shares = builder.add("AveragePool", {pad(ones, 0)}, attributes);
  const std::string some = builder.add("Max", {shares, builder.number(std::numeric_limits<float>::min())});
  return builder.add("Div", {sums, some});
}

/// onnxruntime pads by less than a window only.
bool pads_whole_windows(const std::vector<Padding>& paddings, const std::vector<Window>& windows) {
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (std::max(paddings[i].before, paddings[i].after) >= windows[i].size) return true;
  }
  return false;
}

}  // namespace

Value lower_pooling(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const std::vector<Window> windows = windows_of(layer, Parameter::pool_size);
  const auto paddings = padding_of(layer, windows);
  input = builder.channels_first_as_declared(layer, std::move(input));
  Integers sizes;
  Integers strides;
  for (const Window& window : windows) {
    sizes.push_back(window.size);
    strides.push_back(window.stride);
  }
  std::vector<Attribute> attributes = {{"kernel_shape", sizes}, {"strides", strides}};
  input.mask.clear();
  if (!paddings && needs_padding_at_run_time(windows)) {
    const Pad pad = [&](const std::string& x, float value) { return padded_at_run_time(builder, x, windows, value); };
    input.name = pooled_over_padded(builder, is_average(layer), input.name, pad, attributes);
    return input;
  }
  if (paddings && pads_whole_windows(*paddings, windows)) {
    input.name = pooled_over_padded(builder, is_average(layer), input.name, pad_by(builder, *paddings), attributes);
    return input;
  }
  if (is_average(layer)) attributes.emplace_back("count_include_pad", 0);
  if (paddings) {
    attributes.emplace_back("pads", pads_of(*paddings));
  } else {
    attributes.emplace_back("auto_pad", "SAME_UPPER");
  }
  input.name = builder.add(is_average(layer) ? "AveragePool" : "MaxPool", {input.name}, std::move(attributes));
  return input;
}

Value lower_global_pooling(GraphBuilder& builder, const model::Layer& layer, Value input) {
  if (is_channels_first(layer.attributes)) input = builder.declared(std::move(input));
  const std::int64_t first = first_spatial(layer, input);
  const bool keeps = layer.attributes.boolean(Parameter::keepdims);
  const auto count = static_cast<std::int64_t>(layer.input.size()) - 1;
  const bool is_masked = !input.mask.empty() && layer.kind == model::LayerKind::GlobalAveragePooling1D;
  input.name = is_masked ? masked_mean(builder, input, first, keeps)
                         : builder.reduce(is_average(layer) ? "ReduceMean" : "ReduceMax", input.name,
                                          rising(count, first), keeps);
  if (!keeps) input.lies_channels_first = false;
  input.mask.clear();
  return input;
}

Value lower_adaptive_pooling(GraphBuilder& builder, const model::Layer& layer, Value input) {
  if (is_channels_first(layer.attributes)) input = builder.declared(std::move(input));
  const std::vector<std::int64_t>& sizes = layer.attributes.integers(Parameter::output_size);
  const std::size_t declared_first = is_channels_first(layer.attributes) ? 1 : 0;
  const std::int64_t first = first_spatial(layer, input);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const model::Dimension& size = layer.input[declared_first + i];
    if (!size) {
      builder.refuse(layer, "adaptive pooling of a size that is not known", "give the input all its sizes");
      return input;
    }
    const std::int64_t axis = first + static_cast<std::int64_t>(i);
    const std::vector<Span> spans = adaptive_windows(*size, sizes[i]);
    input.name = is_average(layer) ? adaptive_means(builder, input.name, layer.input.size(), axis, *size, spans)
                                   : adaptive_maxima(builder, input.name, axis, spans);
  }
  input.mask.clear();
  return input;
}

}  // namespace neural::emit::onnx
