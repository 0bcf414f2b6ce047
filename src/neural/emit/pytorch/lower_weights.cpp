// Dense and Conv2D.
#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/activations.hpp"
#include "neural/emit/pytorch/initializers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/padding.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Parameter;

/// Kernel and bias; `bias_may_be_none` by the type of the module's attribute.
void initialise_weights(ModuleBuilder& builder, const model::Layer& layer, const std::string& module,
                        bool bias_may_be_none) {
  std::vector<TensorInitialisation> tensors;
  for (const model::Tensor& tensor : layer.tensors()) {
    const bool is_kernel = tensor.name == "kernel";
    tensors.push_back(initialise(tensor, is_kernel ? "weight" : "bias"));
    tensors.back().may_be_none = !is_kernel && bias_may_be_none;
  }
  builder.initialise(module, std::move(tensors));
}

std::string tuple_of(const std::vector<Window>& windows, std::int64_t Window::* member) {
  std::vector<std::int64_t> values;
  for (const Window& window : windows) values.push_back(window.*member);
  return python_tuple(values);
}

/// The `padding` argument of a convolution; where it cannot say what is needed, a statement pads before it.
std::string convolution_padding(ModuleBuilder& builder, const std::vector<Padding>& paddings) {
  std::vector<std::int64_t> both;
  for (const Padding& padding : paddings) both.push_back(padding.before);
  if (std::all_of(paddings.begin(), paddings.end(), [](const Padding& each) { return each.is_symmetric(); })) {
    return python_tuple(both);
  }
  std::vector<std::int64_t> sides;  // the last axis comes first
  for (auto padding = paddings.rbegin(); padding != paddings.rend(); ++padding) {
    sides.insert(sides.end(), {padding->before, padding->after});
  }
  builder.apply(Expression::call("nn.functional.pad", {"x", python_tuple(sides)}), "\"same\"");
  return python_tuple(std::vector<std::int64_t>(paddings.size(), 0));
}

}  // namespace

void lower_dense(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation) {
  builder.to_declared_order();
  NEURAL_CHECK(layer.input.back().has_value(), "a dense layer needs a known width");
  const std::string module = builder.add(
      layer, Expression::call("nn.Linear", {std::to_string(*layer.input.back()),
                                            std::to_string(layer.attributes.integer(Parameter::units)),
                                            {"bias", python_bool(layer.attributes.boolean(Parameter::use_bias))}}));
  builder.take_layout(module);
  initialise_weights(builder, layer, module, false);
  builder.apply(activate(activation, Expression::call("self." + module, {"x"}), -1));
}

void lower_convolution(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation) {
  const bool channels_first = is_channels_first(layer.attributes);
  const std::vector<Window> windows = windows_of(layer, Parameter::kernel_size);
  const auto paddings = padding_of(layer, windows);
  if (!paddings) {
    return builder.refuse(layer, "padding=\"same\" with strides above 1 over a size that is not known",
                          "give the input its height and width, or use padding=\"valid\"");
  }
  if (channels_first) {
    builder.to_declared_order();
  } else {
    builder.to_channels_first();
  }
  const model::Dimension& channels = channels_first ? layer.input.front() : layer.input.back();
  NEURAL_CHECK(channels.has_value(), "a convolution needs a known number of channels");
  const std::string padding = convolution_padding(builder, *paddings);
  const std::string module = builder.add(
      layer, Expression::call("nn.Conv2d", {std::to_string(*channels),
                                            std::to_string(layer.attributes.integer(Parameter::filters)),
                                            {"kernel_size", tuple_of(windows, &Window::size)},
                                            {"stride", tuple_of(windows, &Window::stride)},
                                            {"padding", padding},
                                            {"dilation", tuple_of(windows, &Window::dilation)},
                                            {"groups", std::to_string(layer.attributes.integer(Parameter::groups))},
                                            {"bias", python_bool(layer.attributes.boolean(Parameter::use_bias))}}));
  initialise_weights(builder, layer, module, true);
  const int axis = builder.dimension(-1, layer.output.size());
  builder.apply(activate(activation, Expression::call("self." + module, {"x"}), axis));
}

}  // namespace neural::emit::pytorch
