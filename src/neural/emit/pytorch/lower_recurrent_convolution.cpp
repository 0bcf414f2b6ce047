// ConvLSTM2D and ConvGRU2D, alone or both ways.
#include <fmt/format.h>

#include "neural/emit/pytorch/activations.hpp"
#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/recurrent_helpers.hpp"
#include "neural/emit/pytorch/recurrent_modules.hpp"
#include "neural/emit/pytorch/window_padding.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::LayerKind;
using model::Parameter;

/// The steps are not one of the axes that the windows slide over.
std::vector<Window> windows_of_image(const model::Layer& cell) {
  model::Layer image = cell;
  image.input.erase(image.input.begin());
  return windows_of(image, Parameter::kernel_size);
}

/// Keras drops nothing from a ConvLSTM2D at a rate of 1.
std::string rate_of(const model::Layer& cell, Parameter dropout) {
  const double rate = cell.attributes.number(dropout);
  return python_number(rate == 1 && cell.kind == LayerKind::ConvLSTM2D ? 0 : rate);
}

/// The module whose tensors begin with `path`; kernels and biases begin as the tensors do, the forget gate with 1.
std::string add_module(ModuleBuilder& builder, const model::Layer& outer, const model::Layer& cell,
                       const std::string& path, const std::string& ending, const std::string& padding) {
  const model::Attributes& attributes = cell.attributes;
  const bool is_lstm = cell.kind == LayerKind::ConvLSTM2D;
  require(builder.program(), is_lstm ? conv_lstm() : conv_gru());
  const std::vector<Window> windows = windows_of_image(cell);
  const std::int64_t filters = attributes.integer(Parameter::filters);
  const model::Dimension channels = is_channels_first(attributes) ? outer.input[1] : outer.input[3];
  constexpr int kChannels = 1;  // of [n, channels, height, width]
  const std::string module = builder.add(
      outer,
      Expression::call(
          is_lstm ? "ConvLSTM" : "ConvGRU",
          {std::to_string(channels.value_or(0)),
           std::to_string(filters),
           {"kernel_size", tuple_of(windows, &Window::size)},
           {"stride", tuple_of(windows, &Window::stride)},
           {"padding", padding},
           {"dilation", tuple_of(windows, &Window::dilation)},
           {"activation", function_text(attributes.activation(Parameter::activation), kChannels)},
           {"recurrent_activation", function_text(attributes.activation(Parameter::recurrent_activation), kChannels)},
           {"bias", python_bool(attributes.boolean(Parameter::use_bias))},
           {"dropout", rate_of(cell, Parameter::dropout)},
           {"recurrent_dropout", rate_of(cell, Parameter::recurrent_dropout)}}),
      ending);
  std::vector<std::string>& lines = builder.program().modules.back().then;
  lines.push_back("for name, parameter in self." + module + ".named_parameters():");
  for (const model::Tensor& tensor : outer.tensors()) {
    if (!tensor.name.starts_with(path)) continue;
    const bool is_bias = tensor.name.ends_with("bias");
    const std::string parameter = tensor.name.ends_with("recurrent_kernel") ? "state.weight"
                                  : is_bias                                 ? "inputs.bias"
                                                                            : "inputs.weight";
    builder.place(outer, tensor, module, parameter, is_bias ? std::vector<std::int64_t>{} : kernel_axes(4));
    lines.push_back(fmt::format("    {} name == \"{}\":", lines.size() == 1 ? "if" : "elif", parameter));
    for (const std::string& line : beginning_of_parameter(tensor, is_lstm && is_bias ? filters : 0)) {
      lines.push_back("        " + line);
    }
  }
  return module;
}

/// One way over the steps of the current tensor; what it gives has its axes as declared.
void run(ModuleBuilder& builder, const model::Layer& outer, const model::Layer& cell, const std::string& path,
         const std::string& ending) {
  const model::Attributes& attributes = cell.attributes;
  const bool turns = !is_channels_first(attributes);
  const bool sequences = attributes.boolean(Parameter::return_sequences);
  if (turns) builder.apply(builder.x() + ".permute(0, 1, 4, 2, 3)", "steps, channels, height, width");
  if (attributes.boolean(Parameter::go_backwards)) builder.apply(builder.x() + ".flip(1)", "backwards");
  const std::vector<Window> windows = windows_of_image(cell);
  const std::string padding = convolution_padding(builder, cell, windows);
  if (cell.kind == LayerKind::ConvGRU2D) {  // the products of ConvLSTM read a copy anyway
    const std::int64_t channels = cell.input[turns ? 3 : 1].value_or(0);
    copy_for_points(builder, windows, channels, channels);
  }
  const std::string module = add_module(builder, outer, cell, path, ending, padding);
  builder.apply("self." + module + "(" + builder.x() + ")" + (sequences ? "" : "[:, -1]"));
  if (turns)
    builder.apply(builder.x() + (sequences ? ".permute(0, 1, 3, 4, 2)" : ".permute(0, 2, 3, 1)"), "channels last");
}

}  // namespace

void lower_recurrent_convolution(ModuleBuilder& builder, const model::Layer& layer) {
  const bool is_wrapped = layer.kind == LayerKind::Bidirectional;
  model::Layer cell = is_wrapped ? *layer.wrapped : layer;
  cell.input = layer.input;
  if (const std::int64_t groups = cell.attributes.integer(Parameter::groups); groups != 1) {
    return builder.refuse(layer, fmt::format("`groups={}` of `{}`", groups, layer_kind_name(cell.kind)),
                          "leave it out");
  }
  builder.to_declared_order();
  if (!is_wrapped) return run(builder, layer, cell, "", "");
  const auto [input, target] = std::pair(builder.flow(), builder.target());
  const bool sequences = cell.attributes.boolean(Parameter::return_sequences);
  const std::string forward = builder.fresh_variable("forward");
  builder.begin(input, forward);
  run(builder, layer, cell, "forward/", "_forward");
  builder.begin(input, target);
  builder.apply(builder.x() + ".flip(1)", "backwards");
  run(builder, layer, cell, "backward/", "_backward");
  if (sequences) builder.apply(builder.x() + ".flip(1)");
  merge_ways(builder, forward, layer.attributes.word(Parameter::merge_mode));
}

}  // namespace neural::emit::pytorch
