// Convolutions and pooling.
#include <fmt/format.h>

#include <algorithm>

#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {
namespace {

using model::Activation;
using model::Attributes;
using model::Parameter;
using Integers = std::vector<std::int64_t>;

bool is_all(const Integers& values, std::int64_t value) {
  return std::all_of(values.begin(), values.end(), [&](std::int64_t each) { return each == value; });
}

/// The integers of `padding` where it is given by numbers; empty for a word.
Integers padding_numbers(const Attributes& attributes) {
  const auto* numbers = std::get_if<Integers>(&attributes.at(Parameter::padding).value);
  return numbers ? *numbers : Integers{};
}

std::string padding_word(const Attributes& attributes) {
  return padding_numbers(attributes).empty() ? python_string(attributes.word(Parameter::padding)) : "\"valid\"";
}

}  // namespace

void Lowering::convolution() {
  // TensorFlow has no gradient of a channels_first convolution on a CPU.
  const bool turns = is_channels_first(attributes_);
  if (turns) add_layer("layers.Permute", {"(2, 3, 1)"}, "_to_channels_last");
  const Integers padding = padding_numbers(attributes_);
  if (!is_all(padding, 0)) add_layer("layers.ZeroPadding2D", {{"padding", python_tuple(padding)}}, "_padding");

  std::vector<Argument> arguments = {std::to_string(attributes_.integer(Parameter::filters)),
                                     python_tuple(attributes_.integers(Parameter::kernel_size)),
                                     {"strides", python_tuple(attributes_.integers(Parameter::strides))},
                                     {"padding", padding_word(attributes_)}};
  const Integers& dilation = attributes_.integers(Parameter::dilation_rate);
  if (!is_all(dilation, 1)) arguments.emplace_back("dilation_rate", python_tuple(dilation));
  const std::int64_t groups = attributes_.integer(Parameter::groups);
  if (groups != 1) arguments.emplace_back("groups", std::to_string(groups));
  const Activation activation = activation_of(Parameter::activation);
  const bool separate = turns && activation != Activation::linear;
  if (activation != Activation::linear && !separate) arguments.emplace_back("activation", activation_text(activation));
  if (!attributes_.boolean(Parameter::use_bias)) arguments.emplace_back("use_bias", "False");
  append_tensors(arguments);
  add_layer("layers.Conv2D", std::move(arguments));

  if (turns) add_layer("layers.Permute", {"(3, 1, 2)"}, "_to_channels_first");
  // A softmax goes along the last axis, which is another one before the axes are turned back.
  if (separate) add_activation(activation, "_activation");
}

void Lowering::add_pooling(std::string callee, const char* padding) {
  const Integers& pool_size = attributes_.integers(Parameter::pool_size);
  const bool follows = attributes_.at(Parameter::strides).is_none();
  const Integers& strides = follows ? pool_size : attributes_.integers(Parameter::strides);
  std::vector<Argument> arguments = {python_tuple(pool_size), {"strides", python_tuple(strides)}, {"padding", padding}};
  append_data_format(arguments);
  add_layer(std::move(callee), std::move(arguments));
}

void Lowering::max_pooling() {
  const Integers padding = padding_numbers(attributes_);
  if (!is_all(padding, 0)) {
    std::string sizes;
    for (const std::int64_t size : padding) sizes += fmt::format(", ({0}, {0})", size);
    const char* widths = is_channels_first(attributes_) ? "((0, 0), (0, 0){})" : "((0, 0){}, (0, 0))";
    add_function("ops.pad", {fmt::format(fmt::runtime(widths), sizes), {"constant_values", "-np.inf"}});
  }
  add_pooling("layers.MaxPooling2D", padding_word(attributes_).c_str());
}

void Lowering::average_pooling() {
  const Integers padding = padding_numbers(attributes_);
  if (!is_all(padding, 0)) {
    refuse(fmt::format("`padding={}`", python_tuple(padding)), "use `padding=\"same\"` or `padding=\"valid\"`");
    return;
  }
  add_pooling("layers.AveragePooling2D", padding_word(attributes_).c_str());
}

void Lowering::global_average_pooling() {
  std::vector<Argument> arguments;
  append_data_format(arguments);
  if (attributes_.boolean(Parameter::keepdims)) arguments.emplace_back("keepdims", "True");
  add_layer("layers.GlobalAveragePooling2D", std::move(arguments));
}

}  // namespace neural::emit::tensorflow
