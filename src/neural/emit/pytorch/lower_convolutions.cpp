// Convolutions of every kind, over one to three axes.
#include <algorithm>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/activations.hpp"
#include "neural/emit/pytorch/initializers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/window_padding.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Parameter;

std::string zeros(std::size_t count) {
  return python_tuple(std::vector<std::int64_t>(count, 0));
}

std::int64_t channels_of(const model::Layer& layer) {
  const bool channels_first = is_channels_first(layer.attributes);
  const model::Dimension& channels = channels_first ? layer.input.front() : layer.input.back();
  NEURAL_CHECK(channels.has_value(), "a convolution needs a known number of channels");
  return *channels;
}

/// What the convolutions of torch.nn are told besides their numbers of channels.
std::vector<Argument> window_arguments(const std::vector<Window>& windows, std::string padding, std::int64_t groups,
                                       bool has_bias) {
  return {{"kernel_size", tuple_of(windows, &Window::size)},
          {"stride", tuple_of(windows, &Window::stride)},
          {"padding", std::move(padding)},
          {"dilation", tuple_of(windows, &Window::dilation)},
          {"groups", std::to_string(groups)},
          {"bias", python_bool(has_bias)}};
}

Expression convolution(std::string_view prefix, std::size_t axes, std::int64_t inputs, std::int64_t outputs,
                       std::vector<Argument> rest) {
  std::vector<Argument> arguments = {std::to_string(inputs), std::to_string(outputs)};
  arguments.insert(arguments.end(), rest.begin(), rest.end());
  return Expression::call(std::string(prefix) + std::to_string(axes) + "d", std::move(arguments));
}

/// `kernel` and, in the same module, `bias`.
void initialise_weights(ModuleBuilder& builder, const model::Layer& layer, const std::string& module,
                        std::string_view kernel, Fans fans, bool with_bias = true) {
  std::vector<TensorInitialisation> tensors;
  for (const model::Tensor& tensor : layer.tensors()) {
    const bool is_bias = tensor.name == "bias";
    if (is_bias ? !with_bias : tensor.name != kernel) continue;
    tensors.push_back(initialise(tensor, is_bias ? "bias" : "weight", fans));
    tensors.back().may_be_none = is_bias;
    if (is_bias) {
      builder.place(layer, tensor, module, "bias");
      continue;
    }
    std::vector<std::int64_t> axes = kernel_axes(tensor.shape.size());
    if (fans == Fans::kOfKeras) std::swap(axes[0], axes[1]);  // a depthwise kernel
    builder.place(layer, tensor, module, "weight", std::move(axes));
  }
  builder.initialise(module, std::move(tensors));
}

/// On a CPU the convolution of one channel that lies last comes out wrong where there is one window along the last axis
/// and a stride that would lead to a second (oneDNN, PyTorch 2.13). One channel lies both ways; the copy says it is
/// first. True if there is one.
bool copy_for_one_window(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Window>& windows) {
  if (!builder.lies_channels_first() || channels_of(layer) != 1) return false;
  if (windows.size() < 2 || windows.back().stride == 1) return false;
  const model::Dimension& places = layer.output[layer.output.size() - 2];
  if (places.value_or(1) > 1) return false;
  builder.apply(builder.x() + ".clone(memory_format=torch.contiguous_format)", "for oneDNN");
  return true;
}

void apply_module(ModuleBuilder& builder, const model::Layer& layer, const std::string& module,
                  model::Activation activation) {
  const int axis = builder.dimension(-1, layer.output.size());
  builder.apply(activate(activation, Expression::call("self." + module, {builder.x()}), axis));
}

}  // namespace

void lower_convolution(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation) {
  const model::Attributes& attributes = layer.attributes;
  const std::vector<Window> windows = windows_of(layer, Parameter::kernel_size);
  builder.to_channels_first_as_declared(layer);
  std::string padding = convolution_padding(builder, layer, windows);
  if (!copy_for_one_window(builder, layer, windows)) {
    copy_for_points(builder, windows, channels_of(layer) / attributes.integer(Parameter::groups), channels_of(layer));
  }
  const std::string module = builder.add(
      layer, convolution("nn.Conv", windows.size(), channels_of(layer), attributes.integer(Parameter::filters),
                         window_arguments(windows, std::move(padding), attributes.integer(Parameter::groups),
                                          attributes.boolean(Parameter::use_bias))));
  initialise_weights(builder, layer, module, "kernel", Fans::kOfTorch);
  apply_module(builder, layer, module, activation);
}

/// "valid" and "same" of Keras crop what the gradient of a padded convolution is; where both sides lose the same,
/// PyTorch's `padding` does it.
void lower_transposed_convolution(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation) {
  const model::Attributes& attributes = layer.attributes;
  const std::vector<Window> windows = windows_of(layer, Parameter::kernel_size);
  const std::vector<Crop> crops = crops_of(layer, windows);
  builder.to_channels_first_as_declared(layer);
  copy_for_points(builder, windows, attributes.integer(Parameter::filters) / attributes.integer(Parameter::groups),
                  channels_of(layer));
  std::vector<std::int64_t> paddings;
  std::vector<std::int64_t> added;
  std::string cut;
  for (const Crop& crop : crops) {
    const bool is_even = crop.before == crop.after;
    paddings.push_back(is_even ? crop.before : 0);
    added.push_back(crop.added);
    const std::string end = crop.after == 0 ? "" : "-" + std::to_string(crop.after);
    cut += is_even ? ", :" : ", " + std::to_string(crop.before) + ":" + end;
  }
  std::vector<Argument> arguments = window_arguments(
      windows, python_tuple(paddings), attributes.integer(Parameter::groups), attributes.boolean(Parameter::use_bias));
  arguments.insert(arguments.begin() + 3, Argument{"output_padding", python_tuple(added)});
  const std::string module =
      builder.add(layer, convolution("nn.ConvTranspose", windows.size(), channels_of(layer),
                                     attributes.integer(Parameter::filters), std::move(arguments)));
  initialise_weights(builder, layer, module, "kernel", Fans::kOfTorch);
  const bool crops_unevenly = cut.find_first_of("0123456789") != std::string::npos;
  if (!crops_unevenly) return apply_module(builder, layer, module, activation);
  builder.apply("self." + module + "(" + builder.x() + ")[:, :" + cut + "]", "\"same\"");
  if (activation == model::Activation::linear) return;
  builder.apply(activate(activation, builder.x(), builder.dimension(-1, layer.output.size())));
}

void lower_depthwise_convolution(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation) {
  const model::Attributes& attributes = layer.attributes;
  const std::vector<Window> windows = windows_of(layer, Parameter::kernel_size);
  builder.to_channels_first_as_declared(layer);
  std::string padding = convolution_padding(builder, layer, windows);
  if (!copy_for_one_window(builder, layer, windows)) copy_for_points(builder, windows, 1, channels_of(layer));
  const std::int64_t channels = channels_of(layer);
  const std::string module = builder.add(
      layer,
      convolution("nn.Conv", windows.size(), channels, channels * attributes.integer(Parameter::depth_multiplier),
                  window_arguments(windows, std::move(padding), channels, attributes.boolean(Parameter::use_bias))));
  initialise_weights(builder, layer, module, "kernel", Fans::kOfKeras);
  apply_module(builder, layer, module, activation);
}

void lower_separable_convolution(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation) {
  const model::Attributes& attributes = layer.attributes;
  const std::vector<Window> windows = windows_of(layer, Parameter::kernel_size);
  builder.to_channels_first_as_declared(layer);
  std::string padding = convolution_padding(builder, layer, windows);
  if (!copy_for_one_window(builder, layer, windows)) copy_for_points(builder, windows, 1, channels_of(layer));
  const std::int64_t channels = channels_of(layer);
  const std::int64_t between = channels * attributes.integer(Parameter::depth_multiplier);
  const std::string depthwise = builder.add(layer,
                                            convolution("nn.Conv", windows.size(), channels, between,
                                                        window_arguments(windows, std::move(padding), channels, false)),
                                            "_depthwise");
  initialise_weights(builder, layer, depthwise, "depthwise_kernel", Fans::kOfKeras, false);
  const std::vector<Window> points(windows.size());
  const std::string pointwise =
      builder.add(layer,
                  convolution("nn.Conv", windows.size(), between, attributes.integer(Parameter::filters),
                              window_arguments(points, zeros(windows.size()), attributes.integer(Parameter::groups),
                                               attributes.boolean(Parameter::use_bias))),
                  "_pointwise");
  initialise_weights(builder, layer, pointwise, "pointwise_kernel", Fans::kOfTorch);
  builder.call(depthwise);
  apply_module(builder, layer, pointwise, activation);
}

}  // namespace neural::emit::pytorch
