// Merges, and layers made of others: squeeze and excitation, residual connections, one layer for every step.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/model/layer_queries.hpp"

namespace neural::emit::tensorflow {

using model::LayerKind;
using model::Parameter;
using Integers = std::vector<std::int64_t>;

namespace {

/// A layer that looks beyond its sample, or may: Keras then must not see one step at a time.
bool sees_batch(const model::Layer& layer) {
  const model::Attribute* regularizer = layer.attributes.find(Parameter::activity_regularizer);
  return (regularizer != nullptr && !regularizer->is_none()) || layer.kind == LayerKind::BatchNormalization ||
         layer.kind == LayerKind::Custom || layer.kind == LayerKind::CustomShape ||
         layer.kind == LayerKind::ActivityRegularization || layer.kind == LayerKind::L1 || layer.kind == LayerKind::L2;
}

/// A loop, which Keras would write out once for each step around it.
bool is_loop(const model::Layer& layer) {
  return layer.kind == LayerKind::LSTM || layer.kind == LayerKind::GRU || layer.kind == LayerKind::SimpleRNN ||
         layer.kind == LayerKind::ConvLSTM2D || layer.kind == LayerKind::ConvGRU2D;
}

/// `(-1, 28, 28, 1)`: the steps of all samples one behind the other.
std::string steps_shape(std::span<const model::Dimension> sizes) {
  std::string text = "(-1";
  for (const model::Dimension& size : sizes) text += fmt::format(", {}", *size);
  return text + (sizes.empty() ? ",)" : ")");
}

}  // namespace

// ---- merges ----

/// Keras takes what is added last for a bias where it can be squeezed to a line as long as the first one's last axis:
/// of
/// `[16, 16] + [16, 1]`, a batch as large as a layer is wide, it would add the column as a row. The other way round it
/// cannot be mistaken.
void Lowering::put_narrow_inputs_first() {
  const auto is_narrow = [&](std::size_t i) { return shapes_[i] != nullptr && *shapes_[i] != layer_.output; };
  std::vector<std::string> narrow, others;
  for (std::size_t i = 0; i < inputs_.size(); ++i) (is_narrow(i) ? narrow : others).push_back(inputs_[i]);
  inputs_ = std::move(narrow);
  inputs_.insert(inputs_.end(), others.begin(), others.end());
}

void Lowering::merge() {
  if (layer_.kind == LayerKind::Add || layer_.kind == LayerKind::Average) put_narrow_inputs_first();
  Arguments arguments;
  if (layer_.kind == LayerKind::Concatenate) {
    arguments.emplace_back("axis", std::to_string(attributes_.integer(Parameter::axis)));
  } else if (layer_.kind == LayerKind::Dot) {
    const Integers& axes = attributes_.integers(Parameter::axes);
    arguments.emplace_back("axes", axes.size() == 1 ? std::to_string(axes.front()) : python_tuple(axes));
    append_flags(arguments, {Parameter::normalize}, true);
  }
  add_layer("layers." + std::string(kind_name()), std::move(arguments), {},
            {Expression::list({inputs_.begin(), inputs_.end()})});
}

void Lowering::squeeze_excitation() {
  const std::string weights = session_.variables.variable("weights", "weights");
  std::string axes = "(";
  for (std::size_t i = 1; i < layer_.input.size(); ++i) axes += fmt::format("{}{}", i == 1 ? "" : ", ", i);
  axes += layer_.input.size() == 2 ? ",)" : ")";
  session_.keras.modules.insert(Module::kOps);
  add_step(Step::Kind::kFunction, Expression::call("ops.mean", {inputs_.front(), {"axis", axes}, {"keepdims", "True"}}),
           {}, weights);
  const std::vector<model::Tensor>& tensors = layer_.tensors();  // kernel and bias of squeeze and of excite
  const std::pair<const char*, Expression> parts[] = {
      {"_squeeze", activation_text(activation_of(Parameter::activation))}, {"_excite", "\"sigmoid\""}};
  std::size_t next = 0;
  for (const auto& [suffix, activation] : parts) {
    const model::Tensor& kernel = tensors[next++];
    const model::Tensor& bias = tensors[next++];
    Arguments arguments = {std::to_string(kernel.shape.back()),
                           {"activation", activation},
                           {"kernel_initializer", initializer(kernel.initializer)},
                           {"bias_initializer", initializer(bias.initializer)}};
    const std::string name = keras_name_of(suffix);
    add_step(Step::Kind::kLayer, layer_call("layers.Dense", std::move(arguments), true, name), {weights}, weights);
    place_weights(name, std::string_view(suffix).substr(1));
  }
  if (session_.marks_steps) {  // the layer Multiply takes a step that does not count for ones
    return add_step(Step::Kind::kFunction, Expression::call("ops.multiply", {inputs_.front(), weights}), {});
  }
  add_step(Step::Kind::kLayer, layer_call("layers.Multiply", {}, false, keras_name_of()),
           {Expression::list({inputs_.front(), weights})});
}

// ---- residual connections ----

void Lowering::residual() {
  const model::Shortcut& shortcut = *layer_.parts->shortcut;
  const std::size_t axes = shortcut.strides.size();
  if (axes > 3 && (shortcut.projects || shortcut.crops())) {
    refuse(fmt::format("a shortcut of {} axes", layer_.input.size()), "let the body keep the shape");
    return;
  }
  const std::string input = inputs_.front();
  if (session_.shortcuts.size() == session_.depth) {
    session_.shortcuts.push_back(session_.variables.variable("shortcut", "shortcut"));
  }
  std::string past = session_.shortcuts[session_.depth++];
  if (shortcut.projects) {
    const model::Tensor& kernel = layer_.tensors().front();
    Arguments arguments = {std::to_string(kernel.shape.back())};
    if (axes > 0) {
      arguments.emplace_back(python_tuple(Integers(axes, 1)));
      arguments.insert(arguments.end(), {{"strides", python_tuple(shortcut.strides)}, {"padding", "\"valid\""}});
    }
    arguments.insert(arguments.end(), {{"use_bias", "False"}, {"kernel_initializer", initializer(kernel.initializer)}});
    const std::string callee = axes == 0 ? "layers.Dense" : fmt::format("layers.Conv{}D", axes);
    const std::string name = keras_name_of("_shortcut");
    add_step(Step::Kind::kLayer, layer_call(callee, std::move(arguments), true, name), {input}, past);
    place_weights(name, "shortcut");
  }
  if (shortcut.crops()) {
    Integers cuts;
    for (const auto& [before, behind] : shortcut.cropping) cuts.insert(cuts.end(), {before, behind});
    add_step(Step::Kind::kLayer,
             layer_call(fmt::format("layers.Cropping{}D", axes), {{"cropping", pairs_text(cuts)}}, false,
                        keras_name_of("_cropping")),
             {shortcut.projects ? past : input}, past);
  }
  const bool is_plain = !shortcut.projects && !shortcut.crops();
  if (is_plain && input != kTensor) past = input;
  if (is_plain && input == kTensor) add_step(Step::Kind::kFunction, std::string(kTensor), {}, past);
  lower_graph(session_, layer_.body()->layers, {input}, {&layer_.input}, kTensor);
  --session_.depth;
  add_layer("layers.Add", {}, {}, {Expression::list({past, std::string(kTensor)})});
}

// ---- one layer for every step ----

/// Layers that are plain layers of Keras are wrapped one by one. Others, loops and those that see the batch, are
/// applied to the steps of all samples together.
void Lowering::time_distributed() {
  const model::Layer& wrapped = *layer_.wrapped;
  const std::string input = inputs_.front();
  const std::string flowing(kTensor);
  std::vector<Step> inside;
  std::vector<Step>* const outside = std::exchange(session_.steps, &inside);
  const std::size_t frozen = session_.keras.frozen.size();
  const bool is_masked = session_.masked.contains(input);
  session_.masked.erase(flowing);  // a step as a sample has no steps of its own
  Lowering(session_, wrapped, {flowing}).lower(kTensor);
  if (attributes_.number(Parameter::dropout) != 0) {
    tensor_ = flowing;
    add_layer("layers.Dropout", {python_number(attributes_.number(Parameter::dropout))}, "_dropout");
  }
  if (layer_.body() != nullptr) lower_graph(session_, layer_.body()->layers, {flowing}, {nullptr}, kTensor);
  session_.steps = outside;
  tensor_ = input;

  const bool has_sizes = !model::has_unknown_size(layer_.input) && !model::has_unknown_size(layer_.output);
  const bool is_wrapped = !holds(layer_, sees_batch) && !(has_sizes && holds(layer_, is_loop)) &&
                          session_.keras.frozen.size() == frozen &&
                          std::all_of(inside.begin(), inside.end(), [&](const Step& step) {
                            return step.kind == Step::Kind::kLayer && step.from.size() == 1 &&
                                   step.from.front().value.flat() == flowing && step.to == flowing;
                          });
  if (is_wrapped) {
    const bool counts_steps = layer_.input.front().has_value();
    if (!counts_steps) session_.keras.helpers.insert(Helper::kTimeDistributed);
    const char* const callee = counts_steps ? "layers.TimeDistributed" : "TimeDistributed";
    for (std::size_t i = 0; i < inside.size(); ++i) {
      const std::string name = keras_name_of(i == 0 ? "" : fmt::format("_{}", i + 1));
      add_step(Step::Kind::kLayer, layer_call(callee, {std::move(inside[i].expression)}, false, name), {tensor_});
      for (LayerWeights& weights : inside[i].weights) session_.steps->back().weights.push_back({name, weights.names});
    }
    return;
  }
  if (is_masked) {
    refuse(fmt::format("masked steps around `{}`", layer_kind_name(wrapped.kind)),
           "end the mask before it, for example by `Reshape` to the same shape");
    return;
  }
  if (!has_sizes) {
    refuse(fmt::format("`{}` for the steps of {}", layer_kind_name(wrapped.kind), model::to_string(layer_.input)),
           "give every axis a size");
    return;
  }
  add_function("ops.reshape", {steps_shape(std::span(layer_.input).subspan(1))});
  for (Step& step : inside) session_.steps->push_back(std::move(step));
  tensor_ = flowing;
  add_function("ops.reshape", {steps_shape(layer_.output)});
}

}  // namespace neural::emit::tensorflow
