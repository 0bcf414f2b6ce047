// Pooling over windows, over everything, and adaptive, along one to three axes.
#include <fmt/format.h>

#include <algorithm>

#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/window_padding.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Parameter;

bool is_average(const model::Layer& layer) {
  return std::string_view(layer_kind_name(layer.kind)).find("Average") != std::string_view::npos;
}

/// What makes PyTorch's pooling place its windows as wanted: it pads both sides alike, never by more than half a
/// window, and leaves padding out of maximum and average.
struct PoolingPlan {
  std::vector<std::int64_t> padding;
  bool ceil_mode = false;         ///< lets the last window reach over the end
  std::vector<bool> drops_first;  ///< axes whose first output is one too many
};

/// Where "same" adds one element more after than before: with a stride above 1 windows may reach over the end; with a
/// stride of 1 (and thus a window of even size) half a window on both sides gives one output too many, the first.
PoolingPlan plan_pooling(const std::vector<Window>& windows, const std::vector<Padding>& paddings) {
  PoolingPlan plan;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const bool uneven = !paddings[i].is_symmetric();
    const bool drops_first = uneven && windows[i].stride == 1;
    plan.padding.push_back(drops_first ? paddings[i].after : paddings[i].before);
    plan.drops_first.push_back(drops_first);
    plan.ceil_mode = plan.ceil_mode || (uneven && !drops_first);
  }
  return plan;
}

/// "[:, :, 1:, 1:]", or nothing.
std::string slice_of(const PoolingPlan& plan) {
  std::size_t axes = plan.drops_first.size();
  while (axes > 0 && !plan.drops_first[axes - 1]) --axes;
  if (axes == 0) return "";
  std::string slice = "[:, :";
  for (std::size_t i = 0; i < axes; ++i) slice += plan.drops_first[i] ? ", 1:" : ", :";
  return slice + "]";
}

Expression pooling_module(bool averages, const std::vector<Window>& windows, const PoolingPlan& plan) {
  std::vector<std::int64_t> sizes;
  std::vector<std::int64_t> strides;
  for (const Window& window : windows) {
    sizes.push_back(window.size);
    strides.push_back(window.stride);
  }
  std::vector<Argument> arguments = {{"kernel_size", python_tuple(sizes)},
                                     {"stride", python_tuple(strides)},
                                     {"padding", python_tuple(plan.padding)},
                                     {"ceil_mode", python_bool(plan.ceil_mode)}};
  if (averages) arguments.emplace_back("count_include_pad", "False");
  const std::string name = averages ? "nn.AvgPool" : "nn.MaxPool";
  return Expression::call(name + std::to_string(windows.size()) + "d", std::move(arguments));
}

/// True where PyTorch's pooling cannot pad by itself: in front only, or so that a window is longer than what is padded.
bool pads_before(const model::Layer& layer, const std::vector<Window>& windows, const PoolingPlan& plan) {
  const auto* word = std::get_if<std::string>(&layer.attributes.at(Parameter::padding).value);
  if (word != nullptr && *word == "causal") return windows.front().size > 1;
  const bool forgets_padding = is_average(layer) && windows.size() == 3;  // PyTorch's check of AvgPool3d does
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const std::int64_t added = forgets_padding ? 0 : 2 * plan.padding[i];
    if (windows[i].input && windows[i].size > *windows[i].input + added) return true;
  }
  return false;
}

/// A statement pads, by what "same" comes to where sizes are not known: before a maximum with -inf; an average is
/// divided by the share of its window that lies inside.
void lower_padded_pooling(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Window>& windows,
                          const std::optional<std::vector<Padding>>& paddings) {
  const PoolingPlan unpadded = {std::vector<std::int64_t>(windows.size(), 0), false, {}};
  const bool averages = is_average(layer);
  const std::string module = builder.add(layer, pooling_module(averages, windows, unpadded));
  const std::string x = builder.x();
  const auto pad = [&](const std::string& tensor) {
    if (!paddings) return pad_same(builder, tensor, windows, averages ? "0.0" : "-torch.inf");
    std::vector<Argument> arguments = {tensor, sides_of(*paddings)};
    if (!averages) arguments.emplace_back("value", "-torch.inf");
    return Expression::call("nn.functional.pad", std::move(arguments));
  };
  Expression pooled = Expression::call("self." + module, {pad(x)});
  const auto* word = std::get_if<std::string>(&layer.attributes.at(Parameter::padding).value);
  const std::string comment = word != nullptr ? "\"" + *word + "\"" : "padding";
  if (!averages) return builder.apply(std::move(pooled), comment);
  const Expression share = Expression::call("self." + module, {pad("torch.ones_like(" + x + "[:1, :1])")});
  builder.apply(pooled.flat() + " / " + share.flat(), comment);
}

}  // namespace

void lower_pooling(ModuleBuilder& builder, const model::Layer& layer) {
  const std::vector<Window> windows = windows_of(layer, Parameter::pool_size);
  const auto paddings = padding_of(layer, windows);
  if (!paddings) {
    builder.to_channels_first_as_declared(layer);
    return lower_padded_pooling(builder, layer, windows, paddings);
  }
  const PoolingPlan plan = plan_pooling(windows, *paddings);
  if (pads_before(layer, windows, plan)) {
    builder.to_channels_first_as_declared(layer);
    return lower_padded_pooling(builder, layer, windows, paddings);
  }
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (plan.padding[i] * 2 > windows[i].size) {
      return builder.refuse(layer, "padding by more than half of pool_size", "pad by at most half of pool_size");
    }
  }
  builder.to_channels_first_as_declared(layer);
  const std::string module = builder.add(layer, pooling_module(is_average(layer), windows, plan));
  builder.apply("self." + module + "(" + builder.x() + ")" + slice_of(plan));
}

void lower_global_pooling(ModuleBuilder& builder, const model::Layer& layer) {
  if (is_channels_first(layer.attributes)) builder.to_declared_order();
  const bool lies_first = builder.lies_channels_first() || is_channels_first(layer.attributes);
  const bool keeps = layer.attributes.boolean(Parameter::keepdims);
  std::vector<std::int64_t> axes;
  for (std::size_t axis = 1; axis < layer.input.size(); ++axis) {
    axes.push_back(static_cast<std::int64_t>(axis) + (lies_first ? 1 : 0));
  }
  const std::string dim = axes.size() == 1 ? std::to_string(axes.front()) : python_tuple(axes);
  if (const auto& mask = builder.flow().mask; mask && layer.kind == model::LayerKind::GlobalAveragePooling1D) {
    builder.to_declared_order();
    const std::string counted = mask->variable + ".unsqueeze(-1)";
    const std::string dim_of_steps = std::string("dim=1, keepdim=") + python_bool(keeps);
    return builder.apply(
        fmt::format("torch.where({0}, {1}, 0.0).sum({2}) / {0}.sum({2})", counted, builder.x(), dim_of_steps));
  }
  builder.apply(Expression::call(builder.x() + (is_average(layer) ? ".mean" : ".amax"),
                                 {{"dim", dim}, {"keepdim", python_bool(keeps)}}));
  if (!keeps) builder.forget_order();
}

void lower_adaptive_pooling(ModuleBuilder& builder, const model::Layer& layer) {
  const std::vector<std::int64_t>& sizes = layer.attributes.integers(Parameter::output_size);
  builder.to_channels_first_as_declared(layer);
  const std::string name = is_average(layer) ? "nn.AdaptiveAvgPool" : "nn.AdaptiveMaxPool";
  builder.call(builder.add(layer, Expression::call(name + std::to_string(sizes.size()) + "d", {python_tuple(sizes)})));
}

}  // namespace neural::emit::pytorch
