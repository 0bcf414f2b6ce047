// Which layer is lowered how.
#include "neural/base/check.hpp"
#include "neural/emit/onnx/lowering.hpp"
#include "neural/model/catalogue/catalogue.hpp"
#include "neural/model/layer_queries.hpp"

namespace neural::emit::onnx {
namespace {

using model::LayerKind;
using model::Parameter;

/// Embedding looks whole numbers up, all others compute with real ones; layers inside of one see to it themselves.
void to_right_type(GraphBuilder& builder, LayerKind kind, Value& value) {
  if (kind == LayerKind::TimeDistributed || kind == LayerKind::ResidualConnection || keeps_elements(kind)) return;
  const bool wants_integer = kind == LayerKind::Embedding;
  if (value.is_integer != wants_integer) {
    const ElementType type = wants_integer ? ElementType::kInt64 : ElementType::kFloat;
    value.name = builder.add("Cast", {value.name}, {{"to", static_cast<int>(type)}});
  }
  value.is_integer = false;
}

Value dispatch(GraphBuilder& builder, const model::Layer& layer, Value input) {
  switch (layer.kind) {
    case LayerKind::Dense:
    case LayerKind::Output:
      return lower_dense(builder, layer, std::move(input));
    case LayerKind::Embedding:
      return lower_embedding(builder, layer, std::move(input));
    case LayerKind::Flatten:
      return lower_flatten(builder, layer, std::move(input));
    case LayerKind::Reshape:
      return lower_reshape(builder, layer, std::move(input));
    case LayerKind::Permute:
      return lower_permute(builder, layer, std::move(input));
    case LayerKind::RepeatVector:
      return lower_repeat(builder, layer, std::move(input));
    case LayerKind::Masking:
      return lower_masking(builder, layer, std::move(input));
    case LayerKind::Lambda:
      return lower_lambda(builder, layer, std::move(input));
    case LayerKind::Activation:
    case LayerKind::ReLU:
    case LayerKind::LeakyReLU:
    case LayerKind::PReLU:
    case LayerKind::ELU:
    case LayerKind::Softmax:
    case LayerKind::Rescaling:
      return lower_activation_layer(builder, layer, std::move(input));
    case LayerKind::Identity:
    case LayerKind::Dropout:
    case LayerKind::SpatialDropout1D:
    case LayerKind::SpatialDropout2D:
    case LayerKind::SpatialDropout3D:
    case LayerKind::GaussianDropout:
    case LayerKind::AlphaDropout:
    case LayerKind::GaussianNoise:
    case LayerKind::ActivityRegularization:
    case LayerKind::L1:
    case LayerKind::L2:
      return input;
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
    case LayerKind::Conv3D:
      return lower_convolution(builder, layer, std::move(input));
    case LayerKind::Conv1DTranspose:
    case LayerKind::Conv2DTranspose:
    case LayerKind::Conv3DTranspose:
      return lower_transposed_convolution(builder, layer, std::move(input));
    case LayerKind::DepthwiseConv1D:
    case LayerKind::DepthwiseConv2D:
      return lower_depthwise_convolution(builder, layer, std::move(input));
    case LayerKind::SeparableConv1D:
    case LayerKind::SeparableConv2D:
      return lower_separable_convolution(builder, layer, std::move(input));
    case LayerKind::ConvLSTM2D:
    case LayerKind::ConvGRU2D:
      return lower_recurrent_convolution(builder, layer, std::move(input));
    case LayerKind::UpSampling1D:
    case LayerKind::UpSampling2D:
    case LayerKind::UpSampling3D:
    case LayerKind::ZeroPadding1D:
    case LayerKind::ZeroPadding2D:
    case LayerKind::ZeroPadding3D:
    case LayerKind::Cropping1D:
    case LayerKind::Cropping2D:
    case LayerKind::Cropping3D:
      return lower_sizes(builder, layer, std::move(input));
    case LayerKind::MaxPooling1D:
    case LayerKind::MaxPooling2D:
    case LayerKind::MaxPooling3D:
    case LayerKind::AveragePooling1D:
    case LayerKind::AveragePooling2D:
    case LayerKind::AveragePooling3D:
      return lower_pooling(builder, layer, std::move(input));
    case LayerKind::GlobalAveragePooling1D:
    case LayerKind::GlobalAveragePooling2D:
    case LayerKind::GlobalAveragePooling3D:
    case LayerKind::GlobalMaxPooling1D:
    case LayerKind::GlobalMaxPooling2D:
    case LayerKind::GlobalMaxPooling3D:
      return lower_global_pooling(builder, layer, std::move(input));
    case LayerKind::AdaptiveAveragePooling1D:
    case LayerKind::AdaptiveAveragePooling2D:
    case LayerKind::AdaptiveAveragePooling3D:
    case LayerKind::AdaptiveMaxPooling1D:
    case LayerKind::AdaptiveMaxPooling2D:
    case LayerKind::AdaptiveMaxPooling3D:
      return lower_adaptive_pooling(builder, layer, std::move(input));
    case LayerKind::BatchNormalization:
      return lower_batch_normalization(builder, layer, std::move(input));
    case LayerKind::LayerNormalization:
    case LayerKind::InstanceNormalization:
    case LayerKind::GroupNormalization:
    case LayerKind::RMSNormalization:
    case LayerKind::UnitNormalization:
      return lower_normalization(builder, layer, std::move(input));
    case LayerKind::LSTM:
    case LayerKind::GRU:
    case LayerKind::SimpleRNN:
    case LayerKind::Bidirectional:
      return lower_recurrent(builder, layer, std::move(input));
    case LayerKind::TimeDistributed:
      return lower_time_distributed(builder, layer, std::move(input));
    case LayerKind::ResidualConnection:
      return lower_residual(builder, layer, std::move(input));
    case LayerKind::SqueezeExcitation:
      return lower_squeeze_excitation(builder, layer, std::move(input));
    case LayerKind::Attention:
    case LayerKind::AdditiveAttention:
    case LayerKind::MultiHeadAttention:
    case LayerKind::TransformerEncoder:
    case LayerKind::TransformerDecoder:
      return lower_attention(builder, layer, {std::move(input)});
    case LayerKind::Add:
    case LayerKind::Multiply:
    case LayerKind::Average:
    case LayerKind::Maximum:
    case LayerKind::Subtract:
    case LayerKind::Minimum:
    case LayerKind::Concatenate:
    case LayerKind::Dot:
    case LayerKind::CustomShape:
    case LayerKind::Custom:
      NEURAL_CHECK(false, "no layer of one input, or one without meaning");
  }
  return input;
}

/// The graph computes in float32: more than was asked for is a deviation, less is not possible.
bool has_right_type(GraphBuilder& builder, const model::Layer& layer) {
  const std::string& type = layer.attributes.word(Parameter::dtype);
  if (type == "float32") return true;
  if (type == "float64") {
    builder.refuse(layer, "`dtype=float64`", "leave it out: the graph computes in float32");
    return false;
  }
  builder.deviate(layer, "`dtype=" + type + "`", "the graph computes in float32, which is more exact",
                  "there is nothing to do, unless the speed of " + type + " is wanted");
  return true;
}

}  // namespace

Value lower_layer(GraphBuilder& builder, const model::Layer& layer, Value input) {
  builder.set_layer(layer);
  if (!has_right_type(builder, layer)) return input;
  if (layer.kind == LayerKind::Softmax && !input.mask.empty()) {
    builder.refuse(layer, "`Softmax` of masked steps", "use `Activation(\"softmax\")`, which does not look at masks");
    return input;
  }
  const bool was_integer = input.is_integer;
  to_right_type(builder, layer.kind, input);
  Value result = dispatch(builder, layer, std::move(input));
  result.rank = layer.output.size();
  if (!hands_mask_on(layer)) result.mask.clear();
  result.is_integer = was_integer && keeps_elements(layer.kind);
  return result;
}

Value lower_graph(GraphBuilder& builder, const std::vector<model::Layer>& layers, std::vector<Value> values) {
  values.reserve(values.size() + layers.size());
  for (const model::Layer& layer : layers) {
    std::vector<Value> inputs;
    for (const model::TensorId input : layer.inputs) inputs.push_back(values[input.index]);
    if (inputs.size() == 1) {
      values.push_back(lower_layer(builder, layer, std::move(inputs.front())));
      continue;
    }
    builder.set_layer(layer);
    for (Value& input : inputs) to_right_type(builder, layer.kind, input);
    const bool attends = layer_row(layer.kind).takes == model::Takes::kOneOrTwo;
    values.push_back(attends ? lower_attention(builder, layer, inputs)
                             : lower_merge(builder, layer, std::move(inputs)));
    values.back().rank = layer.output.size();
  }
  return values.back();
}

}  // namespace neural::emit::onnx
