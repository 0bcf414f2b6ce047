// Attention, transformer blocks, squeeze and excitation.
#include "neural/base/check.hpp"
#include "neural/emit/pytorch/activations.hpp"
#include "neural/emit/pytorch/attention_helpers.hpp"
#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/initializers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::LayerKind;
using model::Parameter;

bool is_refused(ModuleBuilder& builder, const model::Layer& layer) {
  if (!layer.attributes.has(Parameter::seed) || layer.attributes.at(Parameter::seed).is_none()) return false;
  if (layer.attributes.number(Parameter::dropout) == 0) return false;
  builder.refuse(layer, "a `seed` of its own for `" + std::string(layer_kind_name(layer.kind)) + "`",
                 "leave it out, and set `seed` in train { }");
  return true;
}

/// "attention/query/kernel" -> where that tensor of a projection, a dense layer or a normalisation lives.
void place_part(ModuleBuilder& builder, const model::Layer& layer, const model::Tensor& tensor,
                const std::string& module) {
  const std::size_t slash = tensor.name.rfind('/');
  const std::string part = tensor.name.substr(slash + 1);
  std::string path = tensor.name.substr(0, slash);
  for (char& each : path) each = each == '/' ? '.' : each;
  if (path.starts_with("layer_")) path.erase(0, std::string_view("layer_").size());  // of a ModuleList
  const bool is_output = path.ends_with("output");
  const std::string parameter = module + "." + path;
  if (part == "bias" || part == "beta") return builder.place(layer, tensor, parameter, "bias");
  if (part == "gamma") return builder.place(layer, tensor, parameter, "weight");
  if (tensor.shape.size() == 2) return builder.place(layer, tensor, parameter, "weight", {1, 0});
  builder.place(layer, tensor, parameter, "weight",
                is_output ? std::vector<std::int64_t>{2, 0, 1} : std::vector<std::int64_t>{1, 2, 0});
}

/// The kernels and biases of the projections begin as the attributes say.
void initialise_projections(ModuleBuilder& builder, const model::Layer& layer, const std::string& module) {
  for (const char* part : {"query", "key", "value", "output"}) {
    std::vector<TensorInitialisation> tensors;
    for (const model::Tensor& tensor : layer.tensors()) {
      if (!tensor.name.starts_with(std::string(part) + "/")) continue;
      const bool is_bias = tensor.name.ends_with("bias");  // of two axes in Keras, heads and size
      tensors.push_back(initialise(tensor, is_bias ? "bias" : "weight", is_bias ? Fans::kOfKeras : Fans::kOfTorch));
    }
    builder.initialise(module + "." + part, std::move(tensors));
  }
}

/// All kernels begin with glorot_uniform, all biases with zeros.
void initialise_linear_maps(ModuleBuilder& builder, const std::string& module) {
  std::vector<std::string>& lines = builder.program().modules.back().then;
  lines.insert(lines.end(), {"for part in self." + module + ".modules():", "    if isinstance(part, nn.Linear):",
                             "        nn.init.xavier_uniform_(part.weight)", "        nn.init.zeros_(part.bias)"});
}

std::string number_at(const model::Layer& layer, Parameter parameter) {
  return python_number(layer.attributes.number(parameter));
}

std::string integer_at(const model::Layer& layer, Parameter parameter) {
  return std::to_string(layer.attributes.integer(parameter));
}

Argument flag_at(const model::Layer& layer, Parameter parameter) {
  return {std::string(parameter_name(parameter)), python_bool(layer.attributes.boolean(parameter))};
}

/// The width of the last tensor of the sources: of the values.
std::int64_t width_of(const model::Tensor& kernel) {
  return kernel.shape.front();
}

const model::Tensor& tensor_named(const model::Layer& layer, std::string_view end) {
  for (const model::Tensor& tensor : layer.tensors()) {
    if (tensor.name.ends_with(end)) return tensor;
  }
  NEURAL_CHECK(false, end);
  return layer.tensors().front();
}

std::string add_multi_head(ModuleBuilder& builder, const model::Layer& layer) {
  require(builder.program(), multi_head_attention(builder.expects_masks()));
  return builder.add(layer, Expression::call("MultiHeadAttention",
                                             {std::to_string(width_of(tensor_named(layer, "query/kernel"))),
                                              std::to_string(width_of(tensor_named(layer, "value/kernel"))),
                                              {"heads", integer_at(layer, Parameter::num_heads)},
                                              {"key_dim", integer_at(layer, Parameter::key_dim)},
                                              {"value_dim", integer_at(layer, Parameter::value_dim)},
                                              {"bias", python_bool(layer.attributes.boolean(Parameter::use_bias))},
                                              {"dropout", number_at(layer, Parameter::dropout)},
                                              flag_at(layer, Parameter::causal)}));
}

/// Attention without projections.
std::string add_plain(ModuleBuilder& builder, const model::Layer& layer) {
  const bool is_additive = layer.kind == LayerKind::AdditiveAttention;
  const bool concatenates = !is_additive && layer.attributes.word(Parameter::score_mode) == "concat";
  const bool scales = layer.attributes.boolean(Parameter::use_scale);
  const PlainAttention attention = is_additive    ? PlainAttention::kAdditive
                                   : concatenates ? PlainAttention::kConcat
                                                  : PlainAttention::kDot;
  require(builder.program(), plain_attention(attention, builder.expects_masks()));
  std::vector<Argument> arguments;
  if (is_additive) {
    arguments.emplace_back("width", scales ? std::to_string(layer.tensors().front().shape.front()) : "None");
  } else {
    arguments.emplace_back("use_scale", python_bool(scales));
  }
  arguments.emplace_back("dropout", number_at(layer, Parameter::dropout));
  arguments.push_back(flag_at(layer, Parameter::causal));
  const std::string module = builder.add(layer, Expression::call(class_of(attention), std::move(arguments)));
  for (const model::Tensor& tensor : layer.tensors()) {
    builder.place(layer, tensor, module, tensor.name);
    if (tensor.initializer.kind == model::InitializerKind::ones) continue;
    TensorInitialisation beginning = initialise(tensor, tensor.name, Fans::kOfKeras);
    beginning.may_be_none = tensor.name == "scale";
    builder.initialise(module, {std::move(beginning)});
  }
  return module;
}

/// One block or, with num_layers, several.
std::string add_transformer(ModuleBuilder& builder, const model::Layer& layer, bool has_memory) {
  const bool is_decoder = layer.kind == LayerKind::TransformerDecoder;
  require(builder.program(), multi_head_attention(builder.expects_masks()));
  require(builder.program(), is_decoder ? transformer_decoder(has_memory, builder.expects_masks())
                                        : transformer_encoder(builder.expects_masks()));
  const std::string name = !is_decoder ? "TransformerEncoder" : has_memory ? "TransformerDecoder" : "CausalTransformer";
  std::vector<Argument> arguments = {integer_at(layer, Parameter::d_model)};
  if (has_memory) {
    arguments.emplace_back(std::to_string(width_of(tensor_named(layer, "cross_attention/value/kernel"))));
  }
  arguments.insert(arguments.end(),
                   {{"heads", integer_at(layer, Parameter::num_heads)},
                    {"key_dim", integer_at(layer, Parameter::key_dim)},
                    {"inner", integer_at(layer, Parameter::ff_dim)},
                    {"activation", function_text(layer.attributes.activation(Parameter::activation), -1)},
                    {"dropout", number_at(layer, Parameter::dropout)},
                    {"eps", number_at(layer, Parameter::epsilon)},
                    flag_at(layer, Parameter::norm_first)});
  const std::int64_t count = layer.attributes.integer(Parameter::num_layers);
  if (count == 1) return builder.add(layer, Expression::call(name, std::move(arguments)));
  std::vector<Argument> blocks;
  for (std::int64_t i = 0; i < count; ++i) blocks.emplace_back(Expression::call(name, arguments));
  return builder.add(layer, Expression::call("nn.ModuleList", {Expression::list(std::move(blocks))}));
}

/// The masks that the sources have, as arguments.
std::vector<Argument> masks_of(const std::vector<Flow>& sources, bool is_transformer) {
  std::vector<Argument> masks;
  const char* const first = is_transformer ? "mask" : "query_mask";
  const char* const second = is_transformer ? "memory_mask" : "value_mask";
  if (sources.front().mask) masks.emplace_back(first, sources.front().mask->variable);
  if (sources.back().mask && (!is_transformer || sources.size() > 1)) {
    masks.emplace_back(second, sources.back().mask->variable);
  }
  return masks;
}

/// The second of two tensors, as the layer takes it. It is kept where the first goes on in its variable.
std::string memory_of(ModuleBuilder& builder, const std::vector<Flow>& sources, const std::string& ending,
                      bool is_read_again) {
  if (sources.size() == 1) return {};
  const std::string text = declared(sources.back()) + ending;
  if (sources.front().variable != sources.back().variable || (!is_read_again && ending.empty())) return text;
  const std::string variable = builder.fresh_variable("memory");
  builder.assign(variable, text);
  return variable;
}

}  // namespace

void lower_attention(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Flow>& sources) {
  if (is_refused(builder, layer)) return;
  const bool is_transformer =
      layer.kind == LayerKind::TransformerEncoder || layer.kind == LayerKind::TransformerDecoder;
  const bool is_plain = layer.kind == LayerKind::Attention || layer.kind == LayerKind::AdditiveAttention;
  const bool has_two = sources.size() > 1;
  const bool joins_positions = !is_plain && layer.input.size() > 2;
  const std::string ending = joins_positions ? ".flatten(1, -2)" : "";
  const std::int64_t count = is_transformer ? layer.attributes.integer(Parameter::num_layers) : 1;
  const std::string memory = memory_of(builder, sources, ending, count > 1);
  const std::string shape = joins_positions ? builder.fresh_variable("shape") : "";
  if (joins_positions || count > 1) builder.to_declared_order();
  if (joins_positions) {
    builder.assign(shape, builder.x() + ".shape");
    builder.apply(builder.x() + ending, "one axis of positions");
  }
  const std::string query = declared(builder.flow());
  builder.forget_order();

  const std::string module = is_transformer ? add_transformer(builder, layer, has_two)
                             : is_plain     ? add_plain(builder, layer)
                                            : add_multi_head(builder, layer);
  if (!is_plain) {
    for (const model::Tensor& tensor : layer.tensors()) place_part(builder, layer, tensor, module);
  }
  if (is_transformer) initialise_linear_maps(builder, module);
  if (layer.kind == LayerKind::MultiHeadAttention) initialise_projections(builder, layer, module);
  const std::vector<Argument> masks = masks_of(sources, is_transformer);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string& x = i == 0 ? query : builder.x();
    std::vector<Argument> arguments = {x};
    if (has_two) {
      arguments.emplace_back(memory);
    } else if (!is_transformer) {
      arguments.emplace_back(x);
    }
    arguments.insert(arguments.end(), masks.begin(), masks.end());
    const std::string block = count == 1 ? "" : "[" + std::to_string(i) + "]";
    builder.apply(Expression::call("self." + module + block, std::move(arguments)));
  }
  if (joins_positions) builder.apply(builder.x() + ".reshape(" + shape + ")");
}

void lower_squeeze_excitation(ModuleBuilder& builder, const model::Layer& layer) {
  const model::Tensor& squeeze = tensor_named(layer, "squeeze/kernel");
  builder.to_declared_order();
  require(builder.program(), squeeze_excitation());
  const std::string module = builder.add(
      layer, Expression::call("SqueezeExcitation",
                              {std::to_string(squeeze.shape.front()),
                               std::to_string(squeeze.shape.back()),
                               {"activation", function_text(layer.attributes.activation(Parameter::activation), -1)}}));
  for (const model::Tensor& tensor : layer.tensors()) place_part(builder, layer, tensor, module);
  initialise_linear_maps(builder, module);
  builder.call(module);
}

}  // namespace neural::emit::pytorch
