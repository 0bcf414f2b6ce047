// Convolutions of all kinds. TensorFlow has no gradient of a channels_first convolution on a CPU: they are turned.
#include <fmt/format.h>

#include <algorithm>

#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/model/window_padding.hpp"

namespace neural::emit::tensorflow {

using model::Crop;
using model::Padding;
using model::Window;

using model::Activation;
using model::Parameter;
using Integers = std::vector<std::int64_t>;

namespace {

/// The layer of this name for so many spatial axes: "layers.ZeroPadding2D".
std::string for_axes(std::string_view name, std::size_t axes) {
  return fmt::format("layers.{}{}D", name, axes);
}

/// A number on both sides of each axis: `(1, 2)`, and `1` of a single axis.
std::string sides_text(const Integers& sizes) {
  return sizes.size() == 1 ? std::to_string(sizes.front()) : python_tuple(sizes);
}

constexpr std::int64_t kManyChannels = 8;  // a vector of AVX2

std::int64_t channels_of(const model::Layer& layer) {
  return *(is_channels_first(layer.attributes) ? layer.input.front() : layer.input.back());
}

/// Windows of single points with strides over two axes, which read fewer channels than a vector holds.
bool strides_over_few_points(const model::Attributes& attributes, std::int64_t channels) {
  const Integers& kernel = attributes.integers(Parameter::kernel_size);
  return kernel.size() == 2 && channels < kManyChannels && is_all(kernel, 1) &&
         !is_all(attributes.integers(Parameter::strides), 1);
}

}  // namespace

Integers padding_numbers(const model::Attributes& attributes) {
  const auto* numbers = std::get_if<Integers>(&attributes.at(Parameter::padding).value);
  return numbers ? *numbers : Integers{};
}

std::string Lowering::padding_word() const {
  if (!padding_numbers(attributes_).empty()) return "\"valid\"";
  return python_string(attributes_.word(Parameter::padding));
}

void Lowering::turn_to_channels_last() {
  if (!is_channels_first(attributes_)) return;
  Integers order;
  for (std::size_t i = 2; i <= layer_.input.size(); ++i) order.push_back(static_cast<std::int64_t>(i));
  order.push_back(1);
  add_layer("layers.Permute", {python_tuple(order)}, "_to_channels_last");
}

void Lowering::turn_to_channels_first() {
  if (!is_channels_first(attributes_)) return;
  Integers order = {static_cast<std::int64_t>(layer_.input.size())};
  for (std::size_t i = 1; i < layer_.input.size(); ++i) order.push_back(static_cast<std::int64_t>(i));
  add_layer("layers.Permute", {python_tuple(order)}, "_to_channels_first");
}

void Lowering::pad_input() {
  const Integers padding = padding_numbers(attributes_);
  if (is_all(padding, 0)) return;
  add_layer(for_axes("ZeroPadding", spatial_rank()), {{"padding", sides_text(padding)}}, "_padding");
}

/// With oneDNN on, on a CPU without AVX-512, TensorFlow 2.21 gets the weight gradient of a Conv2D wrong whose windows
/// are single points with strides and read less than a vector of channels; it writes behind its memory, too (oneDNN
/// issue 6035). So the points are picked by a layer of their own. The strides that are left to the layer itself.
Integers Lowering::pick_points(std::int64_t channels) {
  const Integers& strides = attributes_.integers(Parameter::strides);
  if (!strides_over_few_points(attributes_, channels)) return strides;
  add_layer("layers.MaxPooling2D", {"1", {"strides", python_tuple(strides)}}, "_points");
  return Integers(strides.size(), 1);
}

void Lowering::append_kernel_window(Arguments& arguments, const std::string& padding, const Integers& strides) {
  arguments.emplace_back(python_tuple(attributes_.integers(Parameter::kernel_size)));
  arguments.emplace_back("strides", python_tuple(strides));
  arguments.emplace_back("padding", padding);
  const Integers& dilation = attributes_.integers(Parameter::dilation_rate);
  if (!is_all(dilation, 1)) arguments.emplace_back("dilation_rate", python_tuple(dilation));
}

/// The word of the layer's own padding; a causal one, which Keras has for Conv1D only, becomes a layer before it.
std::string Lowering::pad_causally() {
  const bool is_causal = padding_numbers(attributes_).empty() && attributes_.word(Parameter::padding) == "causal";
  if (!is_causal) return padding_word();
  const std::int64_t reach = attributes_.integers(Parameter::kernel_size)[0] - 1;
  const std::int64_t before = reach * attributes_.integers(Parameter::dilation_rate)[0];
  add_layer("layers.ZeroPadding1D", {{"padding", fmt::format("({}, 0)", before)}}, "_padding");
  return "\"valid\"";
}

/// The word of the layer's own padding. When it predicts, TensorFlow takes the padding in front of a Conv3D into it and
/// loses "same" over it, so there what "same" adds is a layer, too.
std::string Lowering::pad_volume() {
  const bool is_lost = layer_.kind == model::LayerKind::Conv3D && session_.padded.contains(inputs_.front()) &&
                       !is_channels_first(attributes_) && padding_word() == "\"same\"";
  if (!is_lost) return padding_word();
  const auto paddings = padding_of(layer_, windows_of(layer_, Parameter::kernel_size));
  if (!paddings) {
    refuse("`padding=\"same\"` behind a `ZeroPadding3D`, of a size that is not known,",
           "write `padding=\"valid\"` and what is to be added into the `ZeroPadding3D`");
    return "\"valid\"";
  }
  Integers numbers;
  for (const Padding& padding : *paddings) numbers.insert(numbers.end(), {padding.before, padding.after});
  if (!is_all(numbers, 0)) add_layer("layers.ZeroPadding3D", {{"padding", pairs_text(numbers)}}, "_padding");
  return "\"valid\"";
}

/// True if the activation is a layer behind the turn of the axes.
bool Lowering::has_separate_activation() const {
  return is_channels_first(attributes_) && activation_of(Parameter::activation) != Activation::linear;
}

/// Turns the axes back. A softmax goes along the last axis, so an activation comes behind that.
void Lowering::finish_convolution() {
  if (!is_channels_first(attributes_)) return;
  turn_to_channels_first();
  const Activation activation = activation_of(Parameter::activation);
  if (activation == Activation::linear) return;
  add_activation(activation, "_activation");
  add_activity_penalty();
}

void Lowering::convolution() {
  turn_to_channels_last();
  pad_input();
  Arguments arguments = {std::to_string(attributes_.integer(Parameter::filters))};
  const std::int64_t groups = attributes_.integer(Parameter::groups);
  const std::string padding = pad_volume();
  append_kernel_window(arguments, padding, pick_points(groups == 1 ? channels_of(layer_) : kManyChannels));
  if (groups != 1) arguments.emplace_back("groups", std::to_string(groups));
  if (!has_separate_activation()) append_activation(arguments);
  append_flags(arguments, {Parameter::use_bias}, false);
  append_weights(arguments, kernel_roles(), !has_separate_activation());
  add_layer("layers." + std::string(kind_name()), std::move(arguments));
  finish_convolution();
}

void Lowering::transposed_convolution() {
  if (attributes_.integer(Parameter::groups) != 1) {
    refuse(fmt::format("`groups={}`", attributes_.integer(Parameter::groups)),
           "leave it out, or use a convolution with groups behind an `UpSampling`");
    return;
  }
  const Integers cut = padding_numbers(attributes_);
  const auto* extra = std::get_if<Integers>(&attributes_.at(Parameter::output_padding).value);
  const Integers& kernel = attributes_.integers(Parameter::kernel_size);
  const bool is_same = cut.empty() && attributes_.word(Parameter::padding) == "same";
  for (std::size_t i = 0; is_same && extra != nullptr && i < kernel.size(); ++i) {
    if ((*extra)[i] == 0 && (kernel[i] - 1) * attributes_.integers(Parameter::dilation_rate)[i] % 2 == 1) {
      refuse(fmt::format("`output_padding={}` with `padding=\"same\"` and an even window", sides_text(*extra)),
             "leave `output_padding` out, or use an odd `kernel_size`");
      return;
    }
  }
  if (!is_all(attributes_.integers(Parameter::dilation_rate), 1)) {
    session_.keras.onednn_for = "transposed convolutions with a dilation";
  }
  turn_to_channels_last();
  Arguments arguments = {std::to_string(attributes_.integer(Parameter::filters))};
  const Integers& strides = attributes_.integers(Parameter::strides);
  append_kernel_window(arguments, padding_word(), strides);
  if (strides_over_few_points(attributes_, attributes_.integer(Parameter::filters))) session_.spread_points = &layer_;
  if (extra != nullptr || !cut.empty()) {
    // Without it Keras fills up to the stride, and what a padding in numbers cuts off would be another piece.
    arguments.emplace_back("output_padding", python_tuple(extra != nullptr ? *extra : Integers(cut.size(), 0)));
  }
  const bool cuts = !is_all(cut, 0);
  if (!has_separate_activation()) append_activation(arguments);
  append_flags(arguments, {Parameter::use_bias}, false);
  append_weights(arguments, kernel_roles(), !cuts && !has_separate_activation());
  add_layer("layers." + std::string(kind_name()), std::move(arguments));
  if (cuts) {
    add_layer(for_axes("Cropping", spatial_rank()), {{"cropping", sides_text(cut)}}, "_cropping");
    if (!has_separate_activation()) add_activity_penalty();
  }
  finish_convolution();
}

void Lowering::depthwise_convolution() {
  turn_to_channels_last();
  pad_input();
  Arguments arguments;
  const std::string padding = pad_causally();
  append_kernel_window(arguments, padding, pick_points(channels_of(layer_) == 1 ? 1 : kManyChannels));
  arguments.emplace_back("depth_multiplier", std::to_string(attributes_.integer(Parameter::depth_multiplier)));
  if (!has_separate_activation()) append_activation(arguments);
  append_flags(arguments, {Parameter::use_bias}, false);
  append_weights(arguments, kernel_roles("depthwise"), !has_separate_activation());
  add_layer("layers." + std::string(kind_name()), std::move(arguments));
  finish_convolution();
}

/// With groups, which Keras does not have here, the two convolutions are layers of their own.
void Lowering::separable_convolution() {
  turn_to_channels_last();
  pad_input();
  const std::string padding = pad_causally();
  const std::string filters = std::to_string(attributes_.integer(Parameter::filters));
  const Argument multiplier = {"depth_multiplier", std::to_string(attributes_.integer(Parameter::depth_multiplier))};
  const std::int64_t groups = attributes_.integer(Parameter::groups);
  const bool is_one = groups == 1;
  std::vector<Role> roles = {{"depthwise", "depthwise", "kernel"}};
  std::string callee = "layers." + std::string(kind_name());
  Arguments arguments;
  if (is_one) {
    roles.emplace_back("pointwise", "pointwise", "kernel");
    arguments.emplace_back(filters);
    append_kernel_window(arguments, padding, attributes_.integers(Parameter::strides));
    arguments.push_back(multiplier);
  } else {
    append_kernel_window(arguments, padding, attributes_.integers(Parameter::strides));
    arguments.insert(arguments.end(), {multiplier, {"use_bias", "False"}});
    append_weights(arguments, roles, false);
    if (!is_trainable()) arguments.emplace_back("trainable", "False");
    add_layer(for_axes("DepthwiseConv", spatial_rank()), std::move(arguments), "_depthwise");
    callee = for_axes("Conv", spatial_rank());
    roles = {{"kernel", "pointwise", "kernel"}};
    const std::string ones = python_tuple(Integers(spatial_rank(), 1));
    arguments = {filters, ones, {"strides", ones}, {"padding", "\"valid\""}, {"groups", std::to_string(groups)}};
  }
  if (!has_separate_activation()) append_activation(arguments);
  append_flags(arguments, {Parameter::use_bias}, false);
  if (attributes_.boolean(Parameter::use_bias)) roles.emplace_back("bias");
  append_weights(arguments, roles, !has_separate_activation());
  add_layer(std::move(callee), std::move(arguments));
  finish_convolution();
}

}  // namespace neural::emit::tensorflow
