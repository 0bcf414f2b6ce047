#include <array>

#include "neural/model/catalogue/layer_parameters.hpp"
#include "neural/model/catalogue/layer_tables.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

constexpr LayerRow recurrent(std::string_view name, std::string_view aliases, LayerKind kind,
                             std::span<const ParameterSpec> parameters) {
  return {.name = name,
          .aliases = aliases,
          .kind = kind,
          .parameters = parameters,
          .input_axes = "time features",
          .is_recurrent = true,
          .shape_rule = recurrent_shape,
          .partial_shape = recurrent_partial_shape,
          .complete = complete_recurrent};
}

constexpr LayerRow recurrent_convolution(std::string_view name, LayerKind kind) {
  return {.name = name,
          .kind = kind,
          .parameters = parameters::kRecurrentConvolution,
          .input_axes = "time height width channels",
          .is_recurrent = true,
          .shape_rule = recurrent_convolution_shape,
          .complete = complete_recurrent_convolution};
}

/// Takes one tensor, or a query and a value.
constexpr LayerRow attention(std::string_view name, LayerKind kind, std::span<const ParameterSpec> parameters,
                             ShapeRule rule) {
  return {.name = name,
          .kind = kind,
          .parameters = parameters,
          .least_rank = 2,
          .keeps_rank = true,
          .takes = Takes::kOneOrTwo,
          .shape_rule = rule};
}

constexpr LayerRow merge(std::string_view name, LayerKind kind, ShapeRule rule = elementwise_merge_shape,
                         std::span<const ParameterSpec> parameters = parameters::kNothing) {
  return {.name = name,
          .kind = kind,
          .parameters = parameters,
          .keeps_rank = true,
          .takes = Takes::kAll,
          .shape_rule = rule};
}

constexpr LayerRow opaque(std::string_view name, std::string_view aliases = {}) {
  return {.name = name,
          .aliases = aliases,
          .kind = LayerKind::Custom,
          .parameters = parameters::kOpaque,
          .keeps_rank = true,
          .block = BlockUse::kUnused,
          .is_opaque = true,
          .shape_rule = opaque_shape};
}

constexpr LayerRow kCustomLayer = opaque("Custom");

constexpr std::array kLayers = {
    recurrent("LSTM", "CuDNNLSTM LSTMCell LSTMDropoutWrapper", LayerKind::LSTM, parameters::kLSTM),
    recurrent("GRU", "CuDNNGRU GRUCell GRUDropoutWrapper", LayerKind::GRU, parameters::kGRU),
    recurrent("SimpleRNN", "RNN RNNCell SimpleRNNCell SimpleRNNDropoutWrapper", LayerKind::SimpleRNN,
              parameters::kSimpleRNN),
    recurrent_convolution("ConvLSTM2D", LayerKind::ConvLSTM2D),
    recurrent_convolution("ConvGRU2D", LayerKind::ConvGRU2D),
    LayerRow{.name = "Bidirectional", .kind = LayerKind::Bidirectional, .parameters = parameters::kBidirectional},
    LayerRow{.name = "TimeDistributed",
             .kind = LayerKind::TimeDistributed,
             .parameters = parameters::kTimeDistributed,
             .least_rank = 2,
             .block = BlockUse::kSteps},

    attention("Attention", LayerKind::Attention, parameters::kAttention, attention_shape),
    attention("AdditiveAttention", LayerKind::AdditiveAttention, parameters::kAdditiveAttention, attention_shape),
    attention("MultiHeadAttention", LayerKind::MultiHeadAttention, parameters::kMultiHeadAttention,
              multi_head_attention_shape),
    LayerRow{.name = "TransformerEncoder",
             .aliases = "Transformer",
             .kind = LayerKind::TransformerEncoder,
             .parameters = parameters::kTransformer,
             .least_rank = 2,
             .keeps_rank = true,
             .block = BlockUse::kAfter,
             .shape_rule = transformer_shape},
    LayerRow{.name = "TransformerDecoder",
             .kind = LayerKind::TransformerDecoder,
             .parameters = parameters::kTransformer,
             .least_rank = 2,
             .keeps_rank = true,
             .takes = Takes::kOneOrTwo,
             .block = BlockUse::kAfter,
             .shape_rule = transformer_shape},

    LayerRow{.name = "SqueezeExcitation",
             .kind = LayerKind::SqueezeExcitation,
             .parameters = parameters::kSqueezeExcitation,
             .least_rank = 2,
             .keeps_rank = true,
             .shape_rule = squeeze_excitation_shape},
    LayerRow{.name = "ResidualConnection",
             .aliases = "Residual",
             .kind = LayerKind::ResidualConnection,
             .parameters = parameters::kResidualConnection,
             .keeps_rank = true,
             .block = BlockUse::kResidual},

    merge("Add", LayerKind::Add),
    merge("Multiply", LayerKind::Multiply),
    merge("Average", LayerKind::Average),
    merge("Maximum", LayerKind::Maximum),
    merge("Subtract", LayerKind::Subtract),
    merge("Minimum", LayerKind::Minimum),
    merge("Concatenate", LayerKind::Concatenate, concatenate_shape, parameters::kConcatenate),
    merge("Dot", LayerKind::Dot, dot_shape, parameters::kDot),

    LayerRow{.name = "CustomShape",
             .kind = LayerKind::CustomShape,
             .parameters = parameters::kCustomShape,
             .shape_rule = custom_shape,
             .partial_shape = custom_partial_shape},
    opaque("Inception", "InceptionModule"),
    opaque("GraphConv"),
    opaque("GraphAttention"),
    opaque("CapsuleLayer"),
    opaque("QuantumLayer"),
    opaque("DynamicLayer"),
};

}  // namespace

std::span<const LayerRow> block_layers() {
  return kLayers;
}

const LayerRow& custom_layer_row() {
  return kCustomLayer;
}

}  // namespace neural::model
