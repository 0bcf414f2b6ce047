// The layers of a graph in their order, and which variable holds what.
#include "neural/base/check.hpp"
#include "neural/emit/pytorch/activations.hpp"
#include "neural/emit/pytorch/masks.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/penalties.hpp"
#include "neural/model/catalogue/catalogue.hpp"
#include "neural/model/layer_queries.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Activation;
using model::LayerKind;
using model::Parameter;

constexpr std::string_view kFloat = "float32";

Activation activation_of(const model::Layer& layer, const Surroundings& surroundings) {
  return surroundings.activation_is_taken ? Activation::linear : layer.attributes.activation(Parameter::activation);
}

void lower_layer(ModuleBuilder& builder, const model::Layer& layer, const Surroundings& surroundings) {
  const auto activation = [&] { return activation_of(layer, surroundings); };
  switch (layer.kind) {
    case LayerKind::Dense:
    case LayerKind::Output:
      return lower_dense(builder, layer, activation());
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
    case LayerKind::Conv3D:
      return lower_convolution(builder, layer, activation());
    case LayerKind::Conv1DTranspose:
    case LayerKind::Conv2DTranspose:
    case LayerKind::Conv3DTranspose:
      return lower_transposed_convolution(builder, layer, activation());
    case LayerKind::DepthwiseConv1D:
    case LayerKind::DepthwiseConv2D:
      return lower_depthwise_convolution(builder, layer, activation());
    case LayerKind::SeparableConv1D:
    case LayerKind::SeparableConv2D:
      return lower_separable_convolution(builder, layer, activation());
    case LayerKind::MaxPooling1D:
    case LayerKind::MaxPooling2D:
    case LayerKind::MaxPooling3D:
    case LayerKind::AveragePooling1D:
    case LayerKind::AveragePooling2D:
    case LayerKind::AveragePooling3D:
      return lower_pooling(builder, layer);
    case LayerKind::GlobalAveragePooling1D:
    case LayerKind::GlobalAveragePooling2D:
    case LayerKind::GlobalAveragePooling3D:
    case LayerKind::GlobalMaxPooling1D:
    case LayerKind::GlobalMaxPooling2D:
    case LayerKind::GlobalMaxPooling3D:
      return lower_global_pooling(builder, layer);
    case LayerKind::AdaptiveAveragePooling1D:
    case LayerKind::AdaptiveAveragePooling2D:
    case LayerKind::AdaptiveAveragePooling3D:
    case LayerKind::AdaptiveMaxPooling1D:
    case LayerKind::AdaptiveMaxPooling2D:
    case LayerKind::AdaptiveMaxPooling3D:
      return lower_adaptive_pooling(builder, layer);
    case LayerKind::UpSampling1D:
    case LayerKind::UpSampling2D:
    case LayerKind::UpSampling3D:
    case LayerKind::ZeroPadding1D:
    case LayerKind::ZeroPadding2D:
    case LayerKind::ZeroPadding3D:
    case LayerKind::Cropping1D:
    case LayerKind::Cropping2D:
    case LayerKind::Cropping3D:
      return lower_sizes(builder, layer);
    case LayerKind::Flatten:
      return lower_flatten(builder, layer, surroundings.free_order);
    case LayerKind::Reshape:
      return lower_reshape(builder, layer);
    case LayerKind::Permute:
      return lower_permute(builder, layer);
    case LayerKind::RepeatVector:
      return lower_repeat(builder, layer);
    case LayerKind::Identity:
    case LayerKind::ActivityRegularization:  // penalise() does the rest
    case LayerKind::L1:
    case LayerKind::L2:
      return;
    case LayerKind::Embedding:
      return lower_embedding(builder, layer);
    case LayerKind::Dropout:
    case LayerKind::SpatialDropout1D:
    case LayerKind::SpatialDropout2D:
    case LayerKind::SpatialDropout3D:
    case LayerKind::GaussianDropout:
    case LayerKind::GaussianNoise:
    case LayerKind::AlphaDropout:
      return lower_dropout(builder, layer);
    case LayerKind::BatchNormalization:
      return lower_batch_normalization(builder, layer, surroundings.batch_size);
    case LayerKind::LayerNormalization:
    case LayerKind::GroupNormalization:
    case LayerKind::InstanceNormalization:
    case LayerKind::RMSNormalization:
    case LayerKind::UnitNormalization:
      return lower_normalization(builder, layer);
    case LayerKind::Activation:
    case LayerKind::ReLU:
    case LayerKind::LeakyReLU:
    case LayerKind::PReLU:
    case LayerKind::ELU:
    case LayerKind::Softmax:
    case LayerKind::Rescaling:
      if (!surroundings.activation_is_taken) lower_activation_layer(builder, layer);
      return;
    case LayerKind::ResidualConnection:
      return lower_residual(builder, layer, surroundings);
    case LayerKind::TimeDistributed:
      return lower_time_distributed(builder, layer, surroundings);
    case LayerKind::LSTM:
    case LayerKind::GRU:
    case LayerKind::SimpleRNN:
    case LayerKind::Bidirectional:
      return lower_recurrent(builder, layer);
    case LayerKind::ConvLSTM2D:
    case LayerKind::ConvGRU2D:
      return lower_recurrent_convolution(builder, layer);
    case LayerKind::Lambda:
      return lower_lambda(builder, layer);
    case LayerKind::Custom:
    case LayerKind::CustomShape:
      return lower_custom(builder, layer);
    case LayerKind::Masking:
      return lower_masking(builder, layer);
    case LayerKind::SqueezeExcitation:
      return lower_squeeze_excitation(builder, layer);
    case LayerKind::Attention:
    case LayerKind::AdditiveAttention:
    case LayerKind::MultiHeadAttention:
    case LayerKind::TransformerEncoder:
    case LayerKind::TransformerDecoder:
      lower_attention(builder, layer, {builder.flow()});
      return lower_block_behind(builder, layer, surroundings);
    default:
      NEURAL_CHECK(false, "a layer out of scope");
  }
}

/// Embedding looks whole numbers up, all others compute with real ones; layers inside of one see to it themselves.
void to_right_type(ModuleBuilder& builder, LayerKind kind) {
  if (kind == LayerKind::TimeDistributed || kind == LayerKind::ResidualConnection) return;
  if (keeps_elements(kind) || builder.flow().is_integer == (kind == LayerKind::Embedding)) return;
  builder.apply(builder.x() + (kind == LayerKind::Embedding ? ".long()" : ".float()"));
}

/// The layer in its own type: its inputs become that, its weights are, and what it gives is float32 again, unless only
/// the next layer takes it, in the same type.
void lower_typed(ModuleBuilder& builder, const model::Layer& layer, const Surroundings& surroundings, bool stays) {
  const std::string& type = layer.attributes.word(Parameter::dtype);
  const bool was_integer = builder.flow().is_integer;
  if (type == kFloat || (was_integer && keeps_elements(layer.kind))) return lower_layer(builder, layer, surroundings);
  LegalProgram& program = builder.program();
  if (layer.kind != LayerKind::Embedding && (was_integer || !surroundings.is_typed)) {
    builder.apply(builder.x() + ".to(torch." + type + ")");
  }
  const std::size_t modules_before = program.modules.size();
  lower_layer(builder, layer, surroundings);
  for (std::size_t i = modules_before; i < program.modules.size(); ++i) {
    program.typed.emplace_back(program.modules[i].name, type);
  }
  if (!stays) builder.apply(builder.x() + ".float()");
}

/// The layer at `index` is the only one to take what the layer before it gives, and takes it in the same type.
bool continues_type(const std::vector<model::Layer>& layers, std::size_t index, std::size_t input_count,
                    const std::vector<int>& reads) {
  if (index == 0 || index >= layers.size()) return false;
  const std::size_t before = input_count + index - 1;
  const model::Layer& layer = layers[index];
  return layer.inputs.size() == 1 && layer.inputs.front().index == before && reads[before] == 1 &&
         layer.attributes.word(Parameter::dtype) == layers[index - 1].attributes.word(Parameter::dtype);
}

/// The penalty on what the layer gives joins the others, a sum over samples.
void penalise(ModuleBuilder& builder, const model::Layer& layer, const Surroundings& surroundings) {
  const bool is_both_ways = layer.kind == LayerKind::Bidirectional;
  const model::Attributes& attributes = is_both_ways ? layer.wrapped->attributes : layer.attributes;
  std::string tensor = builder.x();
  if (surroundings.activation_is_taken && attributes.has(Parameter::activation)) {
    tensor = activate(attributes.activation(Parameter::activation), Expression(tensor), -1).flat();
  }
  const bool is_penalty =
      layer.kind == LayerKind::ActivityRegularization || layer.kind == LayerKind::L1 || layer.kind == LayerKind::L2;
  const model::Attribute* regularizer = attributes.find(Parameter::activity_regularizer);
  if (!is_penalty && (regularizer == nullptr || regularizer->is_none())) return;
  if (is_both_ways && layer.attributes.word(Parameter::merge_mode) != "concat") {
    return builder.refuse(layer, "`activity_regularizer` in a `Bidirectional` that does not concatenate",
                          "use merge_mode=\"concat\"");
  }
  std::string penalty = is_penalty ? penalty_of(attributes, tensor) : penalty_of(*regularizer, tensor);
  if (penalty.empty()) return;
  if (surroundings.steps != 1) {
    if (!surroundings.steps) {
      return builder.refuse(layer, "an activity penalty for each of an unknown number of steps",
                            "give the input of `TimeDistributed` a number of steps");
    }
    penalty = penalty.find(" + ") == std::string::npos ? penalty : "(" + penalty + ")";
    penalty += " / " + std::to_string(*surroundings.steps);
  }
  builder.program().has_activity = true;
  builder.assign("self.activity", "self.activity + " + penalty);
}

/// How often each tensor of a graph is taken; what the graph gives is taken once more.
std::vector<int> reads_of(const std::vector<model::Layer>& layers, std::size_t input_count) {
  std::vector<int> reads(input_count + layers.size());
  for (const model::Layer& layer : layers) {
    for (const model::TensorId input : layer.inputs) ++reads[input.index];
  }
  ++reads.back();
  return reads;
}

}  // namespace

Flow lower_graph(ModuleBuilder& builder, const std::vector<model::Layer>& layers, const std::vector<Flow>& inputs,
                 const Surroundings& surroundings) {
  const std::vector<int> reads = reads_of(layers, inputs.size());
  std::vector<Flow> flows = inputs;
  flows.reserve(inputs.size() + layers.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) builder.add_reads(inputs[i].variable, reads[i]);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const model::Layer& layer = layers[i];
    Surroundings here = surroundings;
    here.activation_is_taken = surroundings.activation_is_taken && i + 1 == layers.size();
    here.is_typed = continues_type(layers, i, inputs.size(), reads);
    here.free_order = layer.kind == LayerKind::Flatten && free_flatten_order(layers, inputs.size(), i);
    std::vector<Flow> sources;
    for (const model::TensorId input : layer.inputs) {
      sources.push_back(flows[input.index]);
      builder.take_read(sources.back().variable);
    }
    if (sources.size() == 1) {
      std::string target = builder.target_for(layer, sources.front());
      builder.begin(sources.front(), std::move(target));
      to_right_type(builder, layer.kind);
      if (!refuses_mask(builder, layer, builder.flow())) {
        lower_typed(builder, layer, here, continues_type(layers, i + 1, inputs.size(), reads));
      }
      builder.set_mask(mask_behind(builder, layer));
      builder.set_integer(sources.front().is_integer && keeps_elements(layer.kind));
    } else if (layer_row(layer.kind).takes == model::Takes::kOneOrTwo) {
      builder.begin(sources.front(), builder.target_for(layer, sources.front()));
      if (!refuses_mask(builder, layer, sources.front()) && !refuses_mask(builder, layer, sources.back())) {
        lower_attention(builder, layer, sources);
        lower_block_behind(builder, layer, here);
      }
    } else {
      lower_merge(builder, layer, std::move(sources));
    }
    builder.set_rank(layer.output.size());
    penalise(builder, layer, here);
    flows.push_back(builder.flow());
    builder.add_reads(flows.back().variable, reads[inputs.size() + i]);
  }
  return flows.back();
}

}  // namespace neural::emit::pytorch
