// Recurrent layers, plain and convolutional, and both directions of them.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {

using model::LayerKind;
using model::Parameter;

namespace {

std::vector<Role> recurrent_roles(const model::Attributes& attributes) {
  std::vector<Role> roles = {"kernel", "recurrent"};
  if (attributes.boolean(Parameter::use_bias)) roles.emplace_back("bias");
  return roles;
}

/// One direction of a layer that goes both ways, with its tensors: "forward/layer_0/kernel" is its "layer_0/kernel".
model::Layer direction_of(const model::Layer& layer, const std::string& direction) {
  model::Layer one = *layer.wrapped;
  one.name = layer.name + "_" + direction;
  std::vector<model::Tensor> tensors;
  for (model::Tensor tensor : layer.tensors()) {
    if (!tensor.name.starts_with(direction + "/")) continue;
    tensor.name.erase(0, direction.size() + 1);
    tensors.push_back(std::move(tensor));
  }
  one.own_tensors = std::make_shared<const std::vector<model::Tensor>>(std::move(tensors));
  return one;
}

const char* merge_layer(const std::string& mode) {
  if (mode == "sum") return "layers.Add";
  if (mode == "mul") return "layers.Multiply";
  if (mode == "ave") return "layers.Average";
  return "layers.Concatenate";
}

}  // namespace

/// One layer in one direction.
Expression Lowering::recurrent_cell(bool sequences, bool backwards, const std::string& name) {
  Arguments arguments = {std::to_string(attributes_.integer(Parameter::units)),
                         {"activation", activation_text(activation_of(Parameter::activation))}};
  if (layer_.kind != LayerKind::SimpleRNN) {
    arguments.emplace_back("recurrent_activation", activation_text(activation_of(Parameter::recurrent_activation)));
  }
  append_flags(arguments, {Parameter::use_bias}, false);
  append_weights(arguments, recurrent_roles(attributes_), false);
  const bool has_bias = attributes_.boolean(Parameter::use_bias);
  if (layer_.kind == LayerKind::LSTM && has_bias) {
    arguments.emplace_back("unit_forget_bias", python_bool(attributes_.boolean(Parameter::unit_forget_bias)));
  }
  if (layer_.kind == LayerKind::GRU) {
    arguments.emplace_back("reset_after", python_bool(attributes_.boolean(Parameter::reset_after)));
  }
  for (const Parameter parameter : {Parameter::dropout, Parameter::recurrent_dropout}) {
    if (attributes_.number(parameter) != 0) append_numbers(arguments, {parameter});
  }
  append_seed(arguments);
  if (sequences) arguments.emplace_back("return_sequences", "True");
  if (backwards) arguments.emplace_back("go_backwards", "True");
  return layer_call("layers." + std::string(kind_name()), std::move(arguments), true, name);
}

void Lowering::recurrent() {
  const std::int64_t count = attributes_.integer(Parameter::num_layers);
  const bool backwards = attributes_.boolean(Parameter::go_backwards);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string suffix = count == 1 ? "" : fmt::format("_layer_{}", i);
    const std::string part = count == 1 ? "" : fmt::format("layer_{}", i);
    const bool sequences = i + 1 < count || attributes_.boolean(Parameter::return_sequences);
    if (!attributes_.boolean(Parameter::bidirectional)) {
      const std::string name = keras_name_of(suffix);
      add_step(Step::Kind::kLayer, recurrent_cell(sequences, backwards, name), {tensor_});
      place_weights(name, part);
      continue;
    }
    Arguments arguments = {recurrent_cell(sequences, backwards, keras_name_of(suffix + "_cell"))};
    arguments.emplace_back("merge_mode", "\"concat\"");
    if (backwards) {
      arguments.emplace_back("backward_layer", recurrent_cell(sequences, false, keras_name_of(suffix + "_forwards")));
    }
    const std::string name = keras_name_of(suffix);
    add_step(Step::Kind::kLayer, layer_call("layers.Bidirectional", std::move(arguments), false, name), {tensor_});
    place_weights(name, part);
  }
  add_activity_penalty();
}

Expression Lowering::recurrent_convolution_cell(bool backwards, const std::string& name) {
  const bool is_gru = layer_.kind == LayerKind::ConvGRU2D;
  if (is_gru) session_.keras.helpers.insert(Helper::kConvGru);
  Arguments arguments = {std::to_string(attributes_.integer(Parameter::filters))};
  append_kernel_window(arguments, padding_word(), attributes_.integers(Parameter::strides));
  arguments.emplace_back("activation", activation_text(activation_of(Parameter::activation)));
  arguments.emplace_back("recurrent_activation", activation_text(activation_of(Parameter::recurrent_activation)));
  append_flags(arguments, {Parameter::use_bias}, false);
  append_weights(arguments, recurrent_roles(attributes_), false);
  if (!is_gru && attributes_.boolean(Parameter::use_bias)) arguments.emplace_back("unit_forget_bias", "True");
  for (const Parameter parameter : {Parameter::dropout, Parameter::recurrent_dropout}) {
    if (attributes_.number(parameter) != 0) append_numbers(arguments, {parameter});
  }
  append_flags(arguments, {Parameter::return_sequences}, true);
  if (backwards) arguments.emplace_back("go_backwards", "True");
  if (!is_trainable()) session_.keras.frozen.push_back(name);
  return layer_call(is_gru ? "ConvGRU2D" : "layers.ConvLSTM2D", std::move(arguments), false, name);
}

void Lowering::recurrent_convolution() {
  if (attributes_.integer(Parameter::groups) != 1) {
    refuse(fmt::format("`groups={}`", attributes_.integer(Parameter::groups)), "leave it out");
    return;
  }
  if (model::has_unknown_size({layer_.input.begin() + 1, layer_.input.end()})) {
    refuse(fmt::format("the input {}", model::to_string(layer_.input)),
           "give every axis but the first, the steps, a size");
    return;
  }
  const bool turns = is_channels_first(attributes_);
  if (turns) add_layer("layers.Permute", {"(1, 3, 4, 2)"}, "_to_channels_last");
  const std::vector<std::int64_t> padding = padding_numbers(attributes_);
  if (!is_all(padding, 0)) {
    add_layer("layers.ZeroPadding3D", {{"padding", fmt::format("(0, {}, {})", padding[0], padding[1])}}, "_padding");
  }
  const std::string name = keras_name_of();
  add_step(Step::Kind::kLayer, recurrent_convolution_cell(attributes_.boolean(Parameter::go_backwards), name),
           {tensor_});
  place_weights(name);
  if (turns) {
    const bool sequences = attributes_.boolean(Parameter::return_sequences);
    add_layer("layers.Permute", {sequences ? "(1, 4, 2, 3)" : "(3, 1, 2)"}, "_to_channels_first");
  }
  add_activity_penalty();
}

/// Keras has a wrapper for a single layer; a stack, or a layer of several steps, is put together from both directions.
void Lowering::bidirectional() {
  const model::Layer& wrapped = *layer_.wrapped;
  const model::Attributes& inner = wrapped.attributes;
  const std::string& mode = attributes_.word(Parameter::merge_mode);
  const bool sequences = inner.boolean(Parameter::return_sequences);
  const bool is_plain = inner.has(Parameter::units) && inner.integer(Parameter::num_layers) == 1 &&
                        !inner.boolean(Parameter::bidirectional) && inner.at(Parameter::activity_regularizer).is_none();
  if (is_plain) {
    Lowering one(session_, wrapped, inputs_);
    const bool backwards = inner.boolean(Parameter::go_backwards);
    Arguments arguments = {one.recurrent_cell(sequences, backwards, one.keras_name_of())};
    arguments.emplace_back("merge_mode", python_string(mode));
    if (backwards) {
      arguments.emplace_back("backward_layer", one.recurrent_cell(sequences, false, one.keras_name_of("_forwards")));
    }
    const std::string name = keras_name_of();
    add_step(Step::Kind::kLayer, layer_call("layers.Bidirectional", std::move(arguments), false, name), {tensor_});
    return place_weights(name);
  }
  if (session_.masked.contains(inputs_.front())) {
    refuse("a stack over masked steps", "use `bidirectional=true` and `num_layers` of the layer inside");
    return;
  }
  const std::string forward = session_.variables.variable("forward", "forward");
  const std::string backward = session_.variables.variable("backward", "backward");
  session_.keras.modules.insert(Module::kOps);
  add_step(Step::Kind::kFunction, Expression::call("ops.flip", {inputs_.front(), {"axis", "1"}}), {}, backward);
  // The second direction goes first: its input is a variable of its own, which the other one leaves alone.
  for (const bool is_forward : {true, false}) {
    const std::string direction = is_forward ? "forward" : "backward";
    const model::Layer one = direction_of(layer_, direction);
    const std::string& variable = is_forward ? forward : backward;
    Lowering(session_, one, {is_forward ? inputs_.front() : backward}, path_ + direction + "/").lower(variable);
  }
  if (sequences) {
    add_step(Step::Kind::kFunction, Expression::call("ops.flip", {backward, {"axis", "1"}}), {}, backward);
  }
  Arguments arguments;
  if (mode == "concat") arguments.emplace_back("axis", "-1");
  add_layer(merge_layer(mode), std::move(arguments), "_merge", {Expression::list({forward, backward})});
}

}  // namespace neural::emit::tensorflow
