// MaxPooling2D, AveragePooling2D, GlobalAveragePooling2D.
#include <algorithm>

#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/padding.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Parameter;

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

Expression pooling_module(bool is_average, const std::vector<Window>& windows, const PoolingPlan& plan) {
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
  if (is_average) arguments.emplace_back("count_include_pad", "False");
  return Expression::call(is_average ? "nn.AvgPool2d" : "nn.MaxPool2d", std::move(arguments));
}

}  // namespace

void lower_pooling(ModuleBuilder& builder, const model::Layer& layer) {
  const std::vector<Window> windows = windows_of(layer, Parameter::pool_size);
  const auto paddings = padding_of(layer, windows);
  if (!paddings) {
    return builder.refuse(layer, "padding=\"same\" with strides above 1 over a size that is not known",
                          "give the input its height and width, or use padding=\"valid\"");
  }
  const PoolingPlan plan = plan_pooling(windows, *paddings);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (plan.padding[i] * 2 > windows[i].size) {
      return builder.refuse(layer, "padding by more than half of pool_size", "pad by at most half of pool_size");
    }
  }
  if (is_channels_first(layer.attributes)) {
    builder.to_declared_order();
  } else {
    builder.to_channels_first();
  }
  const bool is_average = layer.kind == model::LayerKind::AveragePooling2D;
  const std::string module = builder.add(layer, pooling_module(is_average, windows, plan));
  builder.apply("self." + module + "(x)" + slice_of(plan));
}

void lower_global_pooling(ModuleBuilder& builder, const model::Layer& layer) {
  if (is_channels_first(layer.attributes)) builder.to_declared_order();
  const bool lies_first = builder.lies_channels_first() || is_channels_first(layer.attributes);
  const bool keeps = layer.attributes.boolean(Parameter::keepdims);
  builder.apply(
      Expression::call("x.mean", {{"dim", lies_first ? "(2, 3)" : "(1, 2)"}, {"keepdim", python_bool(keeps)}}));
  if (!keeps) builder.forget_order();
}

}  // namespace neural::emit::pytorch
