#include "neural/estimate/work.hpp"

#include "neural/estimate/formulas.hpp"

namespace neural::estimate {

using model::Activation;
using model::Layer;
using model::LayerKind;
using model::Parameter;
using model::Shape;

namespace {

Amount flops_of(Activation function, Amount numbers) {
  switch (function) {
    case Activation::linear:
      return 0;
    case Activation::softmax:
    case Activation::log_softmax:
      return 5 * numbers;
    default:
      return numbers;
  }
}

Work dense_work(const Layer& layer) {
  const Amount results = elements(layer.output);
  return {.flops = linear_flops(rows_of(layer.output), width_of(layer.input), width_of(layer.output),
                                layer.attributes.boolean(Parameter::use_bias)) +
                   activation_flops(layer.attributes, Parameter::activation, results),
          .kept = results};
}

}  // namespace

Amount elements(const Shape& shape) {
  Amount count = 1;
  for (const model::Dimension& size : shape) count *= size.value_or(1);
  return count;
}

Amount product(const std::vector<std::int64_t>& factors) {
  Amount result = 1;
  for (const std::int64_t factor : factors) result *= factor;
  return result;
}

Amount width_of(const Shape& shape) {
  return shape.back().value_or(1);
}

Amount rows_of(const Shape& shape) {
  return elements({shape.begin(), shape.end() - 1});
}

Amount activation_flops(const model::Attributes& attributes, Parameter parameter, Amount numbers) {
  const auto* function = std::get_if<Activation>(&attributes.at(parameter).value);
  return function == nullptr ? Amount(0) : flops_of(*function, numbers);
}

Amount linear_flops(Amount rows, Amount from, Amount to, bool has_bias) {
  return 2 * rows * from * to + (has_bias ? rows * to : Amount(0));
}

Amount normalization_flops(Amount numbers, bool scale, bool center) {
  return numbers * (5 + (scale ? 1 : 0) + (center ? 1 : 0));
}

Work work_of(const Layer& layer, Inputs inputs) {
  switch (layer.kind) {
    case LayerKind::Dense:
    case LayerKind::Output:
      return dense_work(layer);
    // Views of their input.
    case LayerKind::Flatten:
    case LayerKind::Reshape:
    case LayerKind::Identity:
      return {};
    // New tensors without arithmetic.
    case LayerKind::Embedding:
    case LayerKind::Permute:
    case LayerKind::RepeatVector:
    case LayerKind::ZeroPadding1D:
    case LayerKind::ZeroPadding2D:
    case LayerKind::ZeroPadding3D:
    case LayerKind::Cropping1D:
    case LayerKind::Cropping2D:
    case LayerKind::Cropping3D:
    case LayerKind::Concatenate:
      return elementwise_work(layer, 0);
    case LayerKind::Activation: {
      const Amount results = elements(layer.output);
      return {.flops = activation_flops(layer.attributes, Parameter::function, results), .kept = results};
    }
    case LayerKind::ReLU:
    case LayerKind::LeakyReLU:
    case LayerKind::PReLU:
    case LayerKind::ELU:
    case LayerKind::Dropout:
    case LayerKind::SpatialDropout1D:
    case LayerKind::SpatialDropout2D:
    case LayerKind::SpatialDropout3D:
    case LayerKind::GaussianDropout:
    case LayerKind::GaussianNoise:
      return elementwise_work(layer, 1);
    case LayerKind::Masking:
    case LayerKind::Rescaling:
      return elementwise_work(layer, 2);
    case LayerKind::AlphaDropout:
      return elementwise_work(layer, 3);
    case LayerKind::Softmax:
      return elementwise_work(layer, 5);
    case LayerKind::Lambda:
      return lambda_work(layer);
    case LayerKind::ActivityRegularization:
    case LayerKind::L1:
    case LayerKind::L2:
      return penalty_work(layer);
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
    case LayerKind::Conv3D:
      return convolution_work(layer);
    case LayerKind::Conv1DTranspose:
    case LayerKind::Conv2DTranspose:
    case LayerKind::Conv3DTranspose:
      return transposed_work(layer);
    case LayerKind::DepthwiseConv1D:
    case LayerKind::DepthwiseConv2D:
      return depthwise_work(layer);
    case LayerKind::SeparableConv1D:
    case LayerKind::SeparableConv2D:
      return separable_work(layer);
    case LayerKind::ConvLSTM2D:
    case LayerKind::ConvGRU2D:
      return recurrent_convolution_work(layer);
    case LayerKind::UpSampling1D:
    case LayerKind::UpSampling2D:
    case LayerKind::UpSampling3D:
      return up_sampling_work(layer);
    case LayerKind::MaxPooling1D:
    case LayerKind::MaxPooling2D:
    case LayerKind::MaxPooling3D:
    case LayerKind::AveragePooling1D:
    case LayerKind::AveragePooling2D:
    case LayerKind::AveragePooling3D:
      return pooling_work(layer);
    case LayerKind::GlobalAveragePooling1D:
    case LayerKind::GlobalAveragePooling2D:
    case LayerKind::GlobalAveragePooling3D:
    case LayerKind::GlobalMaxPooling1D:
    case LayerKind::GlobalMaxPooling2D:
    case LayerKind::GlobalMaxPooling3D:
      return global_pooling_work(layer);
    case LayerKind::AdaptiveAveragePooling1D:
    case LayerKind::AdaptiveAveragePooling2D:
    case LayerKind::AdaptiveAveragePooling3D:
    case LayerKind::AdaptiveMaxPooling1D:
    case LayerKind::AdaptiveMaxPooling2D:
    case LayerKind::AdaptiveMaxPooling3D:
      return adaptive_pooling_work(layer);
    case LayerKind::BatchNormalization:
    case LayerKind::LayerNormalization:
    case LayerKind::InstanceNormalization:
    case LayerKind::GroupNormalization:
      return normalization_work(layer);
    case LayerKind::RMSNormalization:
      return elementwise_work(layer, 4);
    case LayerKind::UnitNormalization:
      return elementwise_work(layer, 3);
    case LayerKind::LSTM:
    case LayerKind::GRU:
    case LayerKind::SimpleRNN:
      return recurrent_work(layer);
    case LayerKind::Bidirectional:
      return bidirectional_work(layer);
    case LayerKind::TimeDistributed:
      return time_distributed_work(layer);
    case LayerKind::Attention:
    case LayerKind::AdditiveAttention:
      return attention_work(layer, inputs);
    case LayerKind::MultiHeadAttention:
      return multi_head_attention_work(layer, inputs);
    case LayerKind::TransformerEncoder:
    case LayerKind::TransformerDecoder:
      return transformer_work(layer, inputs);
    case LayerKind::SqueezeExcitation:
      return squeeze_excitation_work(layer);
    case LayerKind::ResidualConnection:
      return residual_work(layer);
    case LayerKind::Add:
    case LayerKind::Multiply:
    case LayerKind::Average:
    case LayerKind::Maximum:
    case LayerKind::Subtract:
    case LayerKind::Minimum:
      return merge_work(layer, inputs);
    case LayerKind::Dot:
      return dot_work(layer, inputs);
    case LayerKind::CustomShape:
    case LayerKind::Custom:
      return {.kept = elements(layer.output), .is_known = false};
  }
  return {};
}

}  // namespace neural::estimate
