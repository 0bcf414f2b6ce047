#include "neural/model/weight_limits.hpp"

namespace neural::model {

std::optional<Limits> limits_of(LayerKind kind, std::string_view tensor) {
  const std::string_view name = tensor.substr(tensor.rfind('/') + 1);
  if (name == "bias") return Limits{Parameter::bias_regularizer, Parameter::bias_constraint};
  if (kind == LayerKind::DepthwiseConv1D || kind == LayerKind::DepthwiseConv2D) {
    return Limits{Parameter::depthwise_regularizer, Parameter::depthwise_constraint};
  }
  if (name == "recurrent_kernel") return Limits{Parameter::recurrent_regularizer, Parameter::recurrent_constraint};
  if (name.ends_with("kernel")) return Limits{Parameter::kernel_regularizer, Parameter::kernel_constraint};
  if (name == "gamma") return Limits{Parameter::gamma_regularizer, Parameter::gamma_constraint};
  if (name == "beta") return Limits{Parameter::beta_regularizer, Parameter::beta_constraint};
  if (name == "alpha") return Limits{Parameter::alpha_regularizer, Parameter::alpha_constraint};
  if (name == "embeddings") return Limits{Parameter::embeddings_regularizer, Parameter::embeddings_constraint};
  return std::nullopt;
}

}  // namespace neural::model
