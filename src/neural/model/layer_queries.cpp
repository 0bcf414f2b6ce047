#include "neural/model/layer_queries.hpp"

namespace neural::model {

bool hands_mask_on(const Layer& layer) {
  switch (layer.kind) {
    case LayerKind::LSTM:
    case LayerKind::GRU:
    case LayerKind::SimpleRNN:
    case LayerKind::ConvLSTM2D:
      return layer.attributes.boolean(Parameter::return_sequences);
    case LayerKind::Bidirectional:
      return layer.wrapped->attributes.boolean(Parameter::return_sequences);
    case LayerKind::Masking:
    case LayerKind::Embedding:
    case LayerKind::Dense:
    case LayerKind::Output:
    case LayerKind::Activation:
    case LayerKind::ReLU:
    case LayerKind::LeakyReLU:
    case LayerKind::PReLU:
    case LayerKind::ELU:
    case LayerKind::Softmax:
    case LayerKind::Rescaling:
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
    case LayerKind::BatchNormalization:
    case LayerKind::LayerNormalization:
    case LayerKind::InstanceNormalization:
    case LayerKind::GroupNormalization:
    case LayerKind::UnitNormalization:
    case LayerKind::TimeDistributed:
    case LayerKind::Attention:
    case LayerKind::AdditiveAttention:
    case LayerKind::MultiHeadAttention:
    case LayerKind::TransformerEncoder:
    case LayerKind::TransformerDecoder:
    case LayerKind::ResidualConnection:
      return true;
    default:
      return false;
  }
}

}  // namespace neural::model
