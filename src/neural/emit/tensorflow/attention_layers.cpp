// Attention and transformer blocks.
#include <fmt/format.h>

#include <array>

#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {

using model::LayerKind;
using model::Parameter;

namespace {

/// The layers of one block, as the function transformer_block names them.
constexpr std::array kBlockLayers = std::to_array<std::string_view>(
    {"_attention", "_attention_query", "_attention_value", "_cross_attention_query", "_cross_attention_value",
     "_dropout_1", "_add_1", "_norm_1", "_cross_attention", "_dropout_2", "_add_2", "_norm_2", "_feed_forward_1",
     "_feed_forward_2", "_dropout_3", "_add_3", "_norm_3"});

bool has_weights(std::string_view suffix) {
  return !suffix.starts_with("_dropout") && !suffix.starts_with("_add") && !suffix.ends_with("_query") &&
         !suffix.ends_with("_value");
}

}  // namespace

void Lowering::attention() {
  Arguments arguments = {{"use_scale", python_bool(attributes_.boolean(Parameter::use_scale))}};
  if (layer_.kind == LayerKind::Attention) {
    arguments.emplace_back("score_mode", python_string(attributes_.word(Parameter::score_mode)));
  }
  if (attributes_.number(Parameter::dropout) != 0) append_numbers(arguments, {Parameter::dropout});
  append_seed(arguments);
  const bool is_causal = attributes_.boolean(Parameter::causal);
  Arguments from = {Expression::list({inputs_.front(), inputs_.back()})};
  if (is_causal) from.emplace_back("use_causal_mask", "True");
  add_layer("layers." + std::string(kind_name()), std::move(arguments), {}, std::move(from));
}

/// Keras's MultiHeadAttention takes the mask off the tensors it is given, which others may take, too.
Lowering::Arguments Lowering::copied_inputs() {
  Arguments copies;
  for (const char* which : {"query", "value"}) {
    const std::string variable = session_.variables.variable(which, which);
    add_step(Step::Kind::kLayer,
             layer_call("layers.Rescaling", {"1.0"}, false, keras_name_of(std::string("_") + which)),
             {copies.empty() ? inputs_.front() : inputs_.back()}, variable);
    copies.emplace_back(variable);
  }
  return copies;
}

/// True, with E701, where Keras adds the biases of heads of one number each along the steps: it takes them for those of
/// channels that come first, where there are as many steps as heads.
bool Lowering::refuses_heads_of_one_number() {
  const std::int64_t heads = attributes_.integer(Parameter::num_heads);
  const bool is_transformer = layer_.kind != LayerKind::MultiHeadAttention;
  if (heads == 1 || (!is_transformer && !attributes_.boolean(Parameter::use_bias))) return false;
  const bool are_narrow = attributes_.integer(Parameter::key_dim) == 1 ||
                          (!is_transformer && attributes_.integer(Parameter::value_dim) == 1);
  const auto may_be_mistaken = [&](const model::Shape* shape) {
    if (shape == nullptr) return true;
    model::Dimension steps = shape->front();
    for (std::size_t axis = 1; is_transformer && steps && axis + 1 < shape->size(); ++axis) {
      steps = (*shape)[axis] ? model::Dimension(*steps * *(*shape)[axis]) : std::nullopt;
    }
    return steps.value_or(heads) == heads;
  };
  if (!are_narrow) return false;
  if (!may_be_mistaken(&layer_.input) && (inputs_.size() == 1 || !may_be_mistaken(memory_))) return false;
  refuse(fmt::format("{} heads of one number each for as many steps", heads),
         is_transformer ? "use a `key_dim` above 1" : "use a `key_dim` and a `value_dim` above 1, or use_bias=false");
  return true;
}

/// All axes but the last are positions, which is what Keras does of itself; its causal mask knows only one of them.
void Lowering::multi_head_attention() {
  const auto rank = static_cast<std::int64_t>(layer_.input.size());
  const bool is_causal = attributes_.boolean(Parameter::causal);
  if (is_causal && rank > 2) {
    refuse(fmt::format("`causal=true` over the positions of {}", model::to_string(layer_.input)),
           "bring the positions to one axis with `Reshape`");
    return;
  }
  if (refuses_heads_of_one_number()) return;
  Arguments arguments = {{"num_heads", std::to_string(attributes_.integer(Parameter::num_heads))},
                         {"key_dim", std::to_string(attributes_.integer(Parameter::key_dim))},
                         {"value_dim", std::to_string(attributes_.integer(Parameter::value_dim))}};
  if (attributes_.number(Parameter::dropout) != 0) append_numbers(arguments, {Parameter::dropout});
  append_flags(arguments, {Parameter::use_bias}, false);
  append_weights(arguments, kernel_roles(), false);
  append_seed(arguments);
  const std::string name = keras_name_of();
  if (!is_trainable()) session_.keras.frozen.push_back(name);
  Arguments from = session_.marks_steps ? copied_inputs() : Arguments{inputs_.front(), inputs_.back()};
  if (is_causal) from.emplace_back("use_causal_mask", "True");
  add_step(Step::Kind::kLayer, layer_call("layers.MultiHeadAttention", std::move(arguments), false, name),
           std::move(from));
  place_weights(name);
  add_activity_penalty();
}

/// The function transformer_block for each of the stacked blocks, and then what stands behind them. All axes but the
/// last are positions.
void Lowering::transformer() {
  const std::size_t rank = layer_.input.size();
  const bool has_memory = inputs_.size() > 1;
  const bool is_deep = rank > 2;
  model::Shape shape = layer_.input;
  if (is_deep && (model::has_unknown_size(layer_.input) || has_memory)) {
    refuse(fmt::format("the input {}", model::to_string(layer_.input)),
           has_memory ? "bring both inputs to two axes with `Reshape`" : "give every axis a size");
    return;
  }
  if (refuses_heads_of_one_number()) return;
  session_.keras.helpers.insert(session_.marks_steps ? Helper::kMaskedTransformerBlock : Helper::kTransformerBlock);
  const std::string width = std::to_string(*shape.back());
  if (is_deep) add_layer("layers.Reshape", {fmt::format("(-1, {})", width)}, "_to_positions");
  const std::int64_t count = attributes_.integer(Parameter::num_layers);
  const std::string memory = has_memory ? inputs_.back() : std::string();
  const std::string between =
      memory == kTensor ? session_.variables.variable("target", "target") : std::string(kTensor);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string name =
        session_.names.block(layer_.name + (count == 1 ? "" : fmt::format("_layer_{}", i)), kBlockLayers);
    Arguments arguments = {tensor_};
    if (has_memory) arguments.emplace_back(memory);
    arguments.insert(arguments.end(), {{"num_heads", std::to_string(attributes_.integer(Parameter::num_heads))},
                                       {"key_dim", std::to_string(attributes_.integer(Parameter::key_dim))},
                                       {"ff_dim", std::to_string(attributes_.integer(Parameter::ff_dim))},
                                       {"activation", activation_text(activation_of(Parameter::activation))}});
    append_numbers(arguments, {Parameter::dropout, Parameter::epsilon});
    arguments.emplace_back("norm_first", python_bool(attributes_.boolean(Parameter::norm_first)));
    arguments.emplace_back("causal", python_bool(layer_.kind == LayerKind::TransformerDecoder));
    if (const std::string dtype = dtype_text(); dtype != "float32") {
      arguments.emplace_back("dtype", python_string(dtype));
    }
    arguments.emplace_back("name", python_string(name));
    add_step(Step::Kind::kFunction, Expression::call("transformer_block", std::move(arguments)), {}, between);
    const std::string path = count == 1 ? "" : fmt::format("layer_{}/", i);
    for (const std::string_view suffix : kBlockLayers) {
      const bool is_self = suffix == "_attention" && layer_.kind == LayerKind::TransformerDecoder;
      place_weights(name + std::string(suffix), path + (is_self ? "self_attention" : std::string(suffix.substr(1))));
      const bool is_there = has_memory || (suffix != "_cross_attention" && !suffix.ends_with("_3"));
      if (!is_trainable() && is_there && has_weights(suffix))
        session_.keras.frozen.push_back(name + std::string(suffix));
    }
  }
  if (is_deep) add_layer("layers.Reshape", {python_shape(shape)}, "_from_positions");
  if (layer_.body() != nullptr) lower_graph(session_, layer_.body()->layers, {tensor_}, {nullptr}, kTensor);
}

}  // namespace neural::emit::tensorflow
