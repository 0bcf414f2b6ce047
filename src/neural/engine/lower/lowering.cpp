#include "neural/engine/lower/lowering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/engine/lower/supported.hpp"
#include "neural/model/catalogue/catalogue.hpp"
#include "neural/model/layer_queries.hpp"
#include "neural/weights/weights.hpp"

namespace neural::engine {

using model::LayerKind;
using model::Parameter;

Lowering::Lowering(const model::Model& model, Builder& builder, bool trains, syntax::DiagnosticList& diagnostics)
    : model_(model), builder_(builder), trains_(trains), diagnostics_(diagnostics) {
  for (const weights::NamedTensor& tensor : weights::tensors_of(model)) {
    weights_.emplace(tensor.name, builder.state(tensor.name, tensor.tensor->shape, tensor.tensor->trainable));
  }
}

ValueId Lowering::weight(const model::Layer& layer, std::string_view tensor) const {
  const auto found = weights_.find(fmt::format("{}/{}", layer.name, tensor));
  NEURAL_CHECK(found != weights_.end(), "a weight that the Model does not have");
  return found->second;
}

bool Lowering::has_weight(const model::Layer& layer, std::string_view tensor) const {
  return weights_.contains(fmt::format("{}/{}", layer.name, tensor));
}

ValueId Lowering::random(const Shape& shape, Random::Kind kind, std::optional<std::int64_t> seed) {
  Random action{kind, next_stream_++, std::nullopt};
  if (seed) action.seed = static_cast<std::uint64_t>(*seed);
  return builder_.random(shape, action);
}

void Lowering::refuse(const model::Layer& layer, const std::string& what, std::string help) {
  engine::refuse(diagnostics_, layer, what, std::move(help));
}

namespace {

Flow dispatch(Lowering& lowering, const model::Layer& layer, Flow input, bool leaves_out) {
  switch (layer.kind) {
    case LayerKind::Dense:
    case LayerKind::Output:
      return lower_dense(lowering, layer, input, leaves_out);
    case LayerKind::Embedding:
    case LayerKind::Flatten:
    case LayerKind::Reshape:
    case LayerKind::Permute:
    case LayerKind::RepeatVector:
    case LayerKind::Masking:
      return lower_shape(lowering, layer, input);
    case LayerKind::Lambda:
      return lower_lambda(lowering, layer, input);
    case LayerKind::Activation:
    case LayerKind::ReLU:
    case LayerKind::LeakyReLU:
    case LayerKind::PReLU:
    case LayerKind::ELU:
    case LayerKind::Softmax:
    case LayerKind::Rescaling:
      return leaves_out ? input : lower_activation(lowering, layer, input);
    case LayerKind::Identity:
    case LayerKind::ActivityRegularization:  // their penalty is all they are
    case LayerKind::L1:
    case LayerKind::L2:
      return input;
    case LayerKind::Dropout:
    case LayerKind::SpatialDropout1D:
    case LayerKind::SpatialDropout2D:
    case LayerKind::SpatialDropout3D:
    case LayerKind::GaussianDropout:
    case LayerKind::AlphaDropout:
    case LayerKind::GaussianNoise:
      return lowering.trains() ? lower_dropout(lowering, layer, input) : input;
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
    case LayerKind::Conv3D:
    case LayerKind::Conv1DTranspose:
    case LayerKind::Conv2DTranspose:
    case LayerKind::Conv3DTranspose:
    case LayerKind::DepthwiseConv1D:
    case LayerKind::DepthwiseConv2D:
    case LayerKind::SeparableConv1D:
    case LayerKind::SeparableConv2D:
      return lower_convolution(lowering, layer, input, leaves_out);
    case LayerKind::ConvLSTM2D:
    case LayerKind::ConvGRU2D:
      return lower_recurrent_convolution(lowering, layer, input);
    case LayerKind::UpSampling1D:
    case LayerKind::UpSampling2D:
    case LayerKind::UpSampling3D:
    case LayerKind::ZeroPadding1D:
    case LayerKind::ZeroPadding2D:
    case LayerKind::ZeroPadding3D:
    case LayerKind::Cropping1D:
    case LayerKind::Cropping2D:
    case LayerKind::Cropping3D:
      return lower_sizes(lowering, layer, input);
    case LayerKind::MaxPooling1D:
    case LayerKind::MaxPooling2D:
    case LayerKind::MaxPooling3D:
    case LayerKind::AveragePooling1D:
    case LayerKind::AveragePooling2D:
    case LayerKind::AveragePooling3D:
    case LayerKind::GlobalAveragePooling1D:
    case LayerKind::GlobalAveragePooling2D:
    case LayerKind::GlobalAveragePooling3D:
    case LayerKind::GlobalMaxPooling1D:
    case LayerKind::GlobalMaxPooling2D:
    case LayerKind::GlobalMaxPooling3D:
    case LayerKind::AdaptiveAveragePooling1D:
    case LayerKind::AdaptiveAveragePooling2D:
    case LayerKind::AdaptiveAveragePooling3D:
    case LayerKind::AdaptiveMaxPooling1D:
    case LayerKind::AdaptiveMaxPooling2D:
    case LayerKind::AdaptiveMaxPooling3D:
      return lower_pooling(lowering, layer, input);
    case LayerKind::BatchNormalization:
    case LayerKind::LayerNormalization:
    case LayerKind::InstanceNormalization:
    case LayerKind::GroupNormalization:
    case LayerKind::RMSNormalization:
    case LayerKind::UnitNormalization:
      return lower_normalization(lowering, layer, input);
    case LayerKind::LSTM:
    case LayerKind::GRU:
    case LayerKind::SimpleRNN:
    case LayerKind::Bidirectional:
      return lower_recurrent(lowering, layer, input);
    case LayerKind::TimeDistributed:
      return lower_time_distributed(lowering, layer, input, leaves_out);
    case LayerKind::ResidualConnection:
      return lower_residual(lowering, layer, input);
    case LayerKind::SqueezeExcitation:
      return lower_squeeze_excitation(lowering, layer, input);
    case LayerKind::Attention:
    case LayerKind::AdditiveAttention:
    case LayerKind::MultiHeadAttention:
    case LayerKind::TransformerEncoder:
    case LayerKind::TransformerDecoder:
      return lower_attention(lowering, layer, {input}, leaves_out);
    case LayerKind::Add:
    case LayerKind::Multiply:
    case LayerKind::Average:
    case LayerKind::Maximum:
    case LayerKind::Subtract:
    case LayerKind::Minimum:
    case LayerKind::Concatenate:
    case LayerKind::Dot:
      return lower_merge(lowering, layer, {input});
    case LayerKind::CustomShape:
    case LayerKind::Custom:
      NEURAL_CHECK(false, "what is not supported is refused before");
      return input;
  }
  return input;
}

/// Embedding looks whole numbers up, all others compute with real ones; layers inside of one see to it themselves.
void to_right_type(Lowering& lowering, LayerKind kind, Flow& flow) {
  if (kind == LayerKind::Embedding || kind == LayerKind::TimeDistributed || kind == LayerKind::ResidualConnection)
    return;
  if (!model::keeps_elements(kind)) flow.value = lowering.builder().to_real(flow.value);
}

double share(const model::Attributes& parameters, Parameter parameter) {
  return parameters.has(parameter) ? parameters.number(parameter) : 0;
}

/// l1 · Σ |x| + l2 · Σ x², a sample: Keras divides the penalty on activity by the batch.
void penalise_activity(Lowering& lowering, const model::Attributes& parameters, ValueId x) {
  Builder& builder = lowering.builder();
  const double l1 = share(parameters, Parameter::l1);
  const double l2 = share(parameters, Parameter::l2);
  if (l1 == 0 && l2 == 0) return;
  const ValueId each =
      builder.elementwise({x}, [&](std::span<const Term> in) { return l1 * abs(in[0]) + l2 * in[0] * in[0]; });
  std::vector<int> axes;
  for (int axis = 0; axis < builder.rank(x); ++axis) axes.push_back(axis);
  const ValueId sum = builder.reshape(builder.sum(each, axes), {1});
  lowering.add_penalty(builder.scale(sum, 1 / static_cast<double>(builder.shape(x).front())));
}

void penalise(Lowering& lowering, const model::Layer& layer, ValueId x) {
  if (!lowering.trains()) return;
  const bool is_penalty =
      layer.kind == LayerKind::ActivityRegularization || layer.kind == LayerKind::L1 || layer.kind == LayerKind::L2;
  if (is_penalty) return penalise_activity(lowering, layer.attributes, x);
  const model::Attribute* regularizer = layer.attributes.find(Parameter::activity_regularizer);
  if (regularizer == nullptr || regularizer->is_none()) return;
  penalise_activity(lowering, std::get<model::Regularizer>(regularizer->value).parameters, x);
}

}  // namespace

Flow lower_layer(Lowering& lowering, const model::Layer& layer, Flow input, bool leaves_out) {
  lowering.builder().set_origin(layer.name);
  to_right_type(lowering, layer.kind, input);
  const bool hands_on = model::hands_mask_on(layer);
  Flow result = dispatch(lowering, layer, input, leaves_out);
  const bool makes_mask = layer.kind == LayerKind::Masking || layer.kind == LayerKind::Embedding;
  if (!hands_on && !makes_mask) result.mask = {};
  penalise(lowering, layer, result.value);
  return result;
}

Flow lower_layers(Lowering& lowering, const std::vector<model::Layer>& layers, std::vector<Flow> flows,
                  bool leaves_out) {
  for (const model::Layer& layer : layers) {
    std::vector<Flow> inputs;
    for (const model::TensorId input : layer.inputs) inputs.push_back(flows[input.index]);
    const bool is_last = &layer == &layers.back();
    if (inputs.size() == 1) {
      flows.push_back(lower_layer(lowering, layer, inputs.front(), leaves_out && is_last));
      continue;
    }
    lowering.builder().set_origin(layer.name);
    for (Flow& input : inputs) to_right_type(lowering, layer.kind, input);
    const bool attends = model::layer_row(layer.kind).takes == model::Takes::kOneOrTwo;
    flows.push_back(attends ? lower_attention(lowering, layer, inputs, leaves_out && is_last)
                            : lower_merge(lowering, layer, inputs));
    penalise(lowering, layer, flows.back().value);
  }
  return flows.back();
}

ValueId linear(Builder& builder, ValueId x, ValueId kernel, std::optional<ValueId> bias) {
  // All leading axes are rows of one product.
  const Shape shape = builder.shape(x);
  const Shape rows = {element_count({shape.begin(), shape.end() - 1}), shape.back()};
  ValueId y = builder.matmul(builder.reshape(x, rows), kernel);
  if (bias) y = builder.add(y, *bias);
  Shape result = shape;
  result.back() = builder.shape(kernel).back();
  return builder.reshape(y, result);
}

ValueId spread_mask(Builder& builder, ValueId mask, ValueId like) {
  Shape shape = builder.shape(mask);
  shape.resize(builder.shape(like).size(), 1);
  return builder.reshape(mask, shape);
}

ValueId where_counts(Builder& builder, ValueId mask, ValueId x, ValueId otherwise) {
  return builder.elementwise({spread_mask(builder, mask, x), x, otherwise},
                             [](std::span<const Term> in) { return select(in[0], in[1], in[2]); });
}

ValueId mask_of_any(Builder& builder, const std::vector<Flow>& flows) {
  ValueId mask = flows.front().mask;
  for (std::size_t i = 1; i < flows.size() && mask; ++i) {
    if (!flows[i].is_masked()) return {};
    if (flows[i].mask == mask) continue;
    mask = builder.elementwise({mask, flows[i].mask}, [](std::span<const Term> in) { return max(in[0], in[1]); });
  }
  return mask;
}

ValueId channels_last(Lowering& lowering, const model::Layer& layer, ValueId x) {
  if (!model::is_channels_first(layer.attributes) || lowering.builder().rank(x) < 3) return x;
  std::vector<int> axes = {0};
  for (int axis = 2; axis < lowering.builder().rank(x); ++axis) axes.push_back(axis);
  axes.push_back(1);
  return lowering.builder().transpose(x, std::move(axes));
}

ValueId as_declared(Lowering& lowering, const model::Layer& layer, ValueId x) {
  if (!model::is_channels_first(layer.attributes) || lowering.builder().rank(x) < 3) return x;
  const int rank = lowering.builder().rank(x);
  std::vector<int> axes = {0, rank - 1};
  for (int axis = 1; axis < rank - 1; ++axis) axes.push_back(axis);
  return lowering.builder().transpose(x, std::move(axes));
}

}  // namespace neural::engine
