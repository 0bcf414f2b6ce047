// The layers of the language.
#include <array>

#include "neural/base/check.hpp"
#include "neural/model/catalogue/catalogue.hpp"
#include "neural/model/catalogue/layer_parameters.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

constexpr std::array kActivationAliases = {ParameterAlias{"activation", Parameter::function},
                                           ParameterAlias{"negative_slope", Parameter::alpha}};

constexpr std::string_view kImageAxes = "height width channels";

constexpr std::array kLayers = {
    LayerRow{.name = "Dense",
             .kind = LayerKind::Dense,
             .parameters = parameters::kDense,
             .flattens_input = true,
             .shape_rule = dense_shape,
             .partial_shape = dense_partial_shape},
    LayerRow{.name = "Output",
             .kind = LayerKind::Output,
             .parameters = parameters::kOutput,
             .flattens_input = true,
             .shape_rule = dense_shape,
             .partial_shape = dense_partial_shape},
    LayerRow{.name = "Conv2D",
             .kind = LayerKind::Conv2D,
             .parameters = parameters::kConv2D,
             .input_axes = kImageAxes,
             .shape_rule = convolution_shape,
             .complete = complete_convolution},
    LayerRow{.name = "MaxPooling2D",
             .aliases = "MaxPool2D",
             .kind = LayerKind::MaxPooling2D,
             .parameters = parameters::kPooling2D,
             .input_axes = kImageAxes,
             .shape_rule = pooling_shape,
             .complete = complete_pooling},
    LayerRow{.name = "AveragePooling2D",
             .aliases = "AvgPool2D",
             .kind = LayerKind::AveragePooling2D,
             .parameters = parameters::kPooling2D,
             .input_axes = kImageAxes,
             .shape_rule = pooling_shape,
             .complete = complete_pooling},
    LayerRow{.name = "GlobalAveragePooling2D",
             .aliases = "GlobalAvgPool2D",
             .kind = LayerKind::GlobalAveragePooling2D,
             .parameters = parameters::kGlobalPooling,
             .input_axes = kImageAxes,
             .shape_rule = global_pooling_shape,
             .partial_shape = global_pooling_partial_shape},
    LayerRow{.name = "Flatten",
             .kind = LayerKind::Flatten,
             .parameters = parameters::kFlatten,
             .shape_rule = flatten_shape,
             .partial_shape = flatten_partial_shape},
    LayerRow{.name = "Reshape",
             .kind = LayerKind::Reshape,
             .parameters = parameters::kReshape,
             .shape_rule = reshape_shape,
             .partial_shape = reshape_partial_shape},
    LayerRow{.name = "Dropout",
             .kind = LayerKind::Dropout,
             .parameters = parameters::kDropout,
             .keeps_shape = true,
             .shape_rule = dropout_shape},
    LayerRow{.name = "BatchNormalization",
             .kind = LayerKind::BatchNormalization,
             .parameters = parameters::kBatchNormalization,
             .keeps_shape = true,
             .shape_rule = batch_normalization_shape},
    LayerRow{.name = "Activation",
             .kind = LayerKind::Activation,
             .parameters = parameters::kActivation,
             .parameter_aliases = kActivationAliases,
             .keeps_shape = true,
             .shape_rule = same_shape,
             .complete = complete_activation},
    LayerRow{.name = "ReLU",
             .kind = LayerKind::ReLU,
             .parameters = parameters::kReLU,
             .keeps_shape = true,
             .activates = Activation::relu,
             .shape_rule = same_shape},
    LayerRow{.name = "Softmax",
             .kind = LayerKind::Softmax,
             .parameters = parameters::kSoftmax,
             .keeps_shape = true,
             .activates = Activation::softmax,
             .shape_rule = softmax_shape},

    // Not available yet.
    LayerRow{.name = "Embedding"},
    LayerRow{.name = "Permute"},
    LayerRow{.name = "RepeatVector"},
    LayerRow{.name = "LeakyReLU"},
    LayerRow{.name = "PReLU"},
    LayerRow{.name = "ELU"},
    LayerRow{.name = "Lambda"},
    LayerRow{.name = "Masking"},
    LayerRow{.name = "Rescaling"},
    LayerRow{.name = "Identity"},
    LayerRow{.name = "Conv1D"},
    LayerRow{.name = "Conv3D"},
    LayerRow{.name = "Conv1DTranspose"},
    LayerRow{.name = "Conv2DTranspose"},
    LayerRow{.name = "Conv3DTranspose"},
    LayerRow{.name = "DepthwiseConv1D"},
    LayerRow{.name = "DepthwiseConv2D"},
    LayerRow{.name = "SeparableConv1D"},
    LayerRow{.name = "SeparableConv2D"},
    LayerRow{.name = "ConvLSTM2D"},
    LayerRow{.name = "ConvGRU2D"},
    LayerRow{.name = "UpSampling1D"},
    LayerRow{.name = "UpSampling2D"},
    LayerRow{.name = "UpSampling3D"},
    LayerRow{.name = "ZeroPadding1D"},
    LayerRow{.name = "ZeroPadding2D"},
    LayerRow{.name = "ZeroPadding3D"},
    LayerRow{.name = "Cropping1D"},
    LayerRow{.name = "Cropping2D"},
    LayerRow{.name = "Cropping3D"},
    LayerRow{.name = "MaxPooling1D", .aliases = "MaxPool1D"},
    LayerRow{.name = "MaxPooling3D", .aliases = "MaxPool3D"},
    LayerRow{.name = "AveragePooling1D", .aliases = "AvgPool1D"},
    LayerRow{.name = "AveragePooling3D", .aliases = "AvgPool3D"},
    LayerRow{.name = "GlobalAveragePooling1D", .aliases = "GlobalAvgPool1D"},
    LayerRow{.name = "GlobalAveragePooling3D"},
    LayerRow{.name = "GlobalMaxPooling1D", .aliases = "GlobalMaxPool1D"},
    LayerRow{.name = "GlobalMaxPooling2D", .aliases = "GlobalMaxPool2D"},
    LayerRow{.name = "GlobalMaxPooling3D"},
    LayerRow{.name = "AdaptiveAveragePooling1D"},
    LayerRow{.name = "AdaptiveAveragePooling2D"},
    LayerRow{.name = "AdaptiveAveragePooling3D"},
    LayerRow{.name = "AdaptiveMaxPooling1D"},
    LayerRow{.name = "AdaptiveMaxPooling2D"},
    LayerRow{.name = "AdaptiveMaxPooling3D"},
    LayerRow{.name = "SpatialDropout1D"},
    LayerRow{.name = "SpatialDropout2D"},
    LayerRow{.name = "SpatialDropout3D"},
    LayerRow{.name = "GaussianDropout"},
    LayerRow{.name = "AlphaDropout"},
    LayerRow{.name = "GaussianNoise"},
    LayerRow{.name = "ActivityRegularization", .aliases = "L1L2"},
    LayerRow{.name = "L1"},
    LayerRow{.name = "L2"},
    LayerRow{.name = "LayerNormalization"},
    LayerRow{.name = "InstanceNormalization"},
    LayerRow{.name = "GroupNormalization"},
    LayerRow{.name = "RMSNormalization"},
    LayerRow{.name = "UnitNormalization"},
    LayerRow{.name = "LSTM", .aliases = "CuDNNLSTM LSTMCell LSTMDropoutWrapper"},
    LayerRow{.name = "GRU", .aliases = "CuDNNGRU GRUCell GRUDropoutWrapper"},
    LayerRow{.name = "SimpleRNN", .aliases = "RNN RNNCell SimpleRNNCell SimpleRNNDropoutWrapper"},
    LayerRow{.name = "Bidirectional"},
    LayerRow{.name = "TimeDistributed"},
    LayerRow{.name = "Attention"},
    LayerRow{.name = "AdditiveAttention"},
    LayerRow{.name = "MultiHeadAttention"},
    LayerRow{.name = "TransformerEncoder", .aliases = "Transformer"},
    LayerRow{.name = "TransformerDecoder"},
    LayerRow{.name = "SqueezeExcitation"},
    LayerRow{.name = "ResidualConnection", .aliases = "Residual"},
    LayerRow{.name = "Add"},
    LayerRow{.name = "Multiply"},
    LayerRow{.name = "Average"},
    LayerRow{.name = "Maximum"},
    LayerRow{.name = "Subtract"},
    LayerRow{.name = "Minimum"},
    LayerRow{.name = "Concatenate"},
    LayerRow{.name = "Dot"},
    LayerRow{.name = "CustomShape"},
    LayerRow{.name = "Inception", .aliases = "InceptionModule"},
    LayerRow{.name = "GraphConv"},
    LayerRow{.name = "GraphAttention"},
    LayerRow{.name = "CapsuleLayer"},
    LayerRow{.name = "QuantumLayer"},
    LayerRow{.name = "DynamicLayer"},
};

constexpr std::array kParameterAliases = {
    ParameterAlias{"kernel", Parameter::kernel_size},
    ParameterAlias{"stride", Parameter::strides},
    ParameterAlias{"pool", Parameter::pool_size},
    ParameterAlias{"p", Parameter::rate},
};

constexpr std::array kIgnoredParameters = {
    IgnoredParameter{"input_shape"},  IgnoredParameter{"batch_input_shape"},  IgnoredParameter{"input_length"},
    IgnoredParameter{"weights"},      IgnoredParameter{"return_state", true}, IgnoredParameter{"stateful", true},
    IgnoredParameter{"unroll", true}, IgnoredParameter{"time_major", true},
};

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::span<const LayerRow> layer_rows() {
  return kLayers;
}
std::span<const ParameterAlias> layer_parameter_aliases() {
  return kParameterAliases;
}
std::span<const IgnoredParameter> ignored_layer_parameters() {
  return kIgnoredParameters;
}

const NameIndex<LayerRow>& layer_names() {
  static const NameIndex<LayerRow> index(layer_rows());
  return index;
}

const LayerRow& layer_row(LayerKind kind) {
  const NameIndex<LayerRow>::Found found = layer_names().find(layer_kind_name(kind));
  NEURAL_CHECK(found.row != nullptr && found.row->kind == kind, layer_kind_name(kind));
  return *found.row;
}

bool is_custom_layer_name(std::string_view name) {
  if (name.empty() || name.front() < 'A' || name.front() > 'Z' || !name.ends_with("Layer")) return false;
  for (const char c : name) {
    if (!is_letter_or_digit(c)) return false;
  }
  return true;
}

}  // namespace neural::model
