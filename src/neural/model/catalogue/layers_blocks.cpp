#include <array>

#include "neural/model/catalogue/layer_parameters.hpp"
#include "neural/model/catalogue/layer_tables.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

constexpr std::string_view kTwoAxesToSame = "two axes or more → the same";
constexpr std::string_view kTwoToFirst = "(…, positions, width), or two such → the first";

constexpr LayerRow recurrent(std::string_view name, std::string_view aliases, LayerKind kind, std::string_view summary,
                             std::span<const ParameterSpec> parameters) {
  return {.name = name,
          .aliases = aliases,
          .kind = kind,
          .summary = summary,
          .shapes = "(time, features) → (units), or (time, units) with return_sequences",
          .parameters = parameters,
          .input_axes = "time features",
          .is_recurrent = true,
          .shape_rule = recurrent_shape,
          .partial_shape = recurrent_partial_shape,
          .complete = complete_recurrent};
}

constexpr LayerRow recurrent_convolution(std::string_view name, LayerKind kind, std::string_view summary) {
  return {.name = name,
          .kind = kind,
          .summary = summary,
          .shapes = "(time, height, width, channels) → (height′, width′, filters), behind time with return_sequences",
          .parameters = parameters::kRecurrentConvolution,
          .input_axes = "time height width channels",
          .is_recurrent = true,
          .shape_rule = recurrent_convolution_shape,
          .complete = complete_recurrent_convolution};
}

/// Takes one tensor, or a query and a value.
constexpr LayerRow attention(std::string_view name, LayerKind kind, std::string_view summary,
                             std::span<const ParameterSpec> parameters, ShapeRule rule) {
  return {.name = name,
          .kind = kind,
          .summary = summary,
          .shapes = kTwoToFirst,
          .parameters = parameters,
          .least_rank = 2,
          .keeps_rank = true,
          .takes = Takes::kOneOrTwo,
          .shape_rule = rule};
}

constexpr LayerRow merge(std::string_view name, LayerKind kind, std::string_view summary,
                         ShapeRule rule = elementwise_merge_shape,
                         std::span<const ParameterSpec> parameters = parameters::kNothing,
                         std::string_view shapes = "equal shapes, or 1 on an axis → that shape") {
  return {.name = name,
          .kind = kind,
          .summary = summary,
          .shapes = shapes,
          .parameters = parameters,
          .keeps_rank = true,
          .takes = Takes::kAll,
          .shape_rule = rule};
}

constexpr LayerRow opaque(std::string_view name, std::string_view aliases = {}) {
  return {.name = name,
          .aliases = aliases,
          .kind = LayerKind::Custom,
          .summary = "a layer of your own; takes any further arguments",
          .shapes = "any → the same, or output_shape",
          .parameters = parameters::kOpaque,
          .keeps_rank = true,
          .block = BlockUse::kUnused,
          .is_opaque = true,
          .shape_rule = opaque_shape};
}

constexpr LayerRow kCustomLayer = opaque("Custom");

constexpr std::array kLayers = {
    recurrent("LSTM", "CuDNNLSTM LSTMCell LSTMDropoutWrapper", LayerKind::LSTM, "long short-term memory: three gates",
              parameters::kLSTM),
    recurrent("GRU", "CuDNNGRU GRUCell GRUDropoutWrapper", LayerKind::GRU, "gated recurrent unit: two gates",
              parameters::kGRU),
    recurrent("SimpleRNN", "RNN RNNCell SimpleRNNCell SimpleRNNDropoutWrapper", LayerKind::SimpleRNN,
              "h ← activation(x · kernel + h · recurrent_kernel + bias)", parameters::kSimpleRNN),
    recurrent_convolution("ConvLSTM2D", LayerKind::ConvLSTM2D, "an LSTM with convolutions for products"),
    recurrent_convolution("ConvGRU2D", LayerKind::ConvGRU2D,
                          "a GRU (reset_after=false) with convolutions for products"),
    LayerRow{.name = "Bidirectional",
             .kind = LayerKind::Bidirectional,
             .summary = "runs a recurrent layer forwards and a second one backwards",
             .shapes = "that of the layer; its last axis twice as long with `concat`",
             .parameters = parameters::kBidirectional},
    LayerRow{.name = "TimeDistributed",
             .kind = LayerKind::TimeDistributed,
             .summary = "applies a layer, and a block behind it, to each step",
             .shapes = "(time, …) → (time, what the layer makes of …)",
             .parameters = parameters::kTimeDistributed,
             .least_rank = 2,
             .block = BlockUse::kSteps},

    attention("Attention", LayerKind::Attention, "softmax(scores of query and value) · value", parameters::kAttention,
              attention_shape),
    attention("AdditiveAttention", LayerKind::AdditiveAttention, "attention with the scores Σ scale · tanh(q + v)",
              parameters::kAdditiveAttention, attention_shape),
    attention("MultiHeadAttention", LayerKind::MultiHeadAttention,
              "attention in several heads with learned projections", parameters::kMultiHeadAttention,
              multi_head_attention_shape),
    LayerRow{.name = "TransformerEncoder",
             .aliases = "Transformer",
             .kind = LayerKind::TransformerEncoder,
             .summary = "self-attention and two dense layers, each with a shortcut and a normalisation",
             .shapes = "(…, positions, width) → the same, or what a block makes of it",
             .parameters = parameters::kTransformer,
             .least_rank = 2,
             .keeps_rank = true,
             .block = BlockUse::kAfter,
             .shape_rule = transformer_shape},
    LayerRow{.name = "TransformerDecoder",
             .kind = LayerKind::TransformerDecoder,
             .summary = "an encoder with causal attention, and attention to a second tensor where one is open",
             .shapes = kTwoToFirst,
             .parameters = parameters::kTransformer,
             .least_rank = 2,
             .keeps_rank = true,
             .takes = Takes::kOneOrTwo,
             .block = BlockUse::kAfter,
             .shape_rule = transformer_shape},

    LayerRow{.name = "SqueezeExcitation",
             .kind = LayerKind::SqueezeExcitation,
             .summary = "weighs each channel by what all positions say together",
             .shapes = kTwoAxesToSame,
             .parameters = parameters::kSqueezeExcitation,
             .least_rank = 2,
             .keeps_rank = true,
             .shape_rule = squeeze_excitation_shape},
    LayerRow{.name = "ResidualConnection",
             .aliases = "Residual",
             .kind = LayerKind::ResidualConnection,
             .summary = "x + block(x)",
             .shapes = "any → that of the block",
             .parameters = parameters::kResidualConnection,
             .keeps_rank = true,
             .block = BlockUse::kResidual},

    merge("Add", LayerKind::Add, "the sum"),
    merge("Multiply", LayerKind::Multiply, "the product, element by element"),
    merge("Average", LayerKind::Average, "the mean"),
    merge("Maximum", LayerKind::Maximum, "the largest element at each place"),
    merge("Subtract", LayerKind::Subtract, "the first of two less the second"),
    merge("Minimum", LayerKind::Minimum, "the smallest element at each place"),
    merge("Concatenate", LayerKind::Concatenate, "one behind the other along an axis", concatenate_shape,
          parameters::kConcatenate, "equal shapes but for one axis → the sum of its sizes there"),
    merge("Dot", LayerKind::Dot, "the product of two tensors, summed along an axis of each", dot_shape,
          parameters::kDot, "(a, n), (b, n) → (a, b)"),

    LayerRow{.name = "CustomShape",
             .kind = LayerKind::CustomShape,
             .summary = "a layer of your own with the shape of its result",
             .shapes = "any → shape",
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
