#include <array>

#include "neural/model/catalogue/layer_parameters.hpp"
#include "neural/model/catalogue/layer_tables.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

constexpr std::array kActivationAliases = {ParameterAlias{"activation", Parameter::function},
                                           ParameterAlias{"negative_slope", Parameter::alpha}};
constexpr std::array kSlopeAlias = {ParameterAlias{"alpha", Parameter::negative_slope}};

/// Output = input, whatever its rank.
constexpr LayerRow same(std::string_view name, LayerKind kind, std::span<const ParameterSpec> parameters,
                        ShapeRule rule = same_shape) {
  return {.name = name, .kind = kind, .parameters = parameters, .keeps_shape = true, .shape_rule = rule};
}

constexpr LayerRow activation(std::string_view name, LayerKind kind, std::span<const ParameterSpec> parameters,
                              Activation function, ShapeRule rule = same_shape) {
  LayerRow row = same(name, kind, parameters, rule);
  row.activates = function;
  return row;
}

constexpr LayerRow dense(std::string_view name, LayerKind kind, std::span<const ParameterSpec> parameters) {
  return {.name = name,
          .kind = kind,
          .parameters = parameters,
          .keeps_rank = true,
          .flattens_input = true,
          .shape_rule = dense_shape,
          .partial_shape = dense_partial_shape};
}

constexpr LayerRow spatial_dropout(std::string_view name, LayerKind kind, std::string_view axes) {
  return {.name = name,
          .kind = kind,
          .parameters = parameters::kSpatialDropout,
          .input_axes = axes,
          .shape_rule = same_shape};
}

constexpr std::array kLayers = {
    dense("Dense", LayerKind::Dense, parameters::kDense),
    dense("Output", LayerKind::Output, parameters::kOutput),
    LayerRow{.name = "Embedding",
             .kind = LayerKind::Embedding,
             .parameters = parameters::kEmbedding,
             .shape_rule = embedding_shape},
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
    LayerRow{.name = "Permute",
             .kind = LayerKind::Permute,
             .parameters = parameters::kPermute,
             .shape_rule = permute_shape,
             .partial_shape = permute_partial_shape},
    LayerRow{.name = "RepeatVector",
             .kind = LayerKind::RepeatVector,
             .parameters = parameters::kRepeatVector,
             .input_axes = "features",
             .shape_rule = repeat_vector_shape,
             .partial_shape = repeat_vector_partial_shape},

    LayerRow{.name = "Activation",
             .kind = LayerKind::Activation,
             .parameters = parameters::kActivation,
             .parameter_aliases = kActivationAliases,
             .keeps_shape = true,
             .shape_rule = same_shape,
             .complete = complete_activation},
    activation("ReLU", LayerKind::ReLU, parameters::kReLU, Activation::relu),
    LayerRow{.name = "LeakyReLU",
             .kind = LayerKind::LeakyReLU,
             .parameters = parameters::kLeakyReLU,
             .parameter_aliases = kSlopeAlias,
             .keeps_shape = true,
             .activates = Activation::leaky_relu,
             .shape_rule = same_shape},
    activation("PReLU", LayerKind::PReLU, parameters::kPReLU, Activation::leaky_relu, prelu_shape),
    activation("ELU", LayerKind::ELU, parameters::kELU, Activation::elu),
    activation("Softmax", LayerKind::Softmax, parameters::kSoftmax, Activation::softmax, softmax_shape),

    LayerRow{.name = "Lambda",
             .kind = LayerKind::Lambda,
             .parameters = parameters::kLambda,
             .keeps_rank = true,
             .shape_rule = lambda_shape,
             .complete = complete_lambda},
    LayerRow{.name = "Masking",
             .kind = LayerKind::Masking,
             .parameters = parameters::kMasking,
             .least_rank = 2,
             .keeps_rank = true,
             .shape_rule = same_shape},
    same("Rescaling", LayerKind::Rescaling, parameters::kRescaling),
    same("Identity", LayerKind::Identity, parameters::kNothing),

    same("Dropout", LayerKind::Dropout, parameters::kDropout, dropout_shape),
    spatial_dropout("SpatialDropout1D", LayerKind::SpatialDropout1D, "length channels"),
    spatial_dropout("SpatialDropout2D", LayerKind::SpatialDropout2D, "height width channels"),
    spatial_dropout("SpatialDropout3D", LayerKind::SpatialDropout3D, "depth height width channels"),
    same("GaussianDropout", LayerKind::GaussianDropout, parameters::kRandomDropout),
    same("AlphaDropout", LayerKind::AlphaDropout, parameters::kRandomDropout),
    same("GaussianNoise", LayerKind::GaussianNoise, parameters::kGaussianNoise),
    LayerRow{.name = "ActivityRegularization",
             .aliases = "L1L2",
             .kind = LayerKind::ActivityRegularization,
             .parameters = parameters::kActivityRegularization,
             .keeps_shape = true,
             .shape_rule = same_shape},
    same("L1", LayerKind::L1, parameters::kL1),
    same("L2", LayerKind::L2, parameters::kL2),

    same("BatchNormalization", LayerKind::BatchNormalization, parameters::kBatchNormalization,
         batch_normalization_shape),
    same("LayerNormalization", LayerKind::LayerNormalization, parameters::kLayerNormalization,
         layer_normalization_shape),
    LayerRow{.name = "InstanceNormalization",
             .kind = LayerKind::InstanceNormalization,
             .parameters = parameters::kInstanceNormalization,
             .least_rank = 2,
             .keeps_rank = true,
             .shape_rule = group_normalization_shape},
    LayerRow{.name = "GroupNormalization",
             .kind = LayerKind::GroupNormalization,
             .parameters = parameters::kGroupNormalization,
             .keeps_rank = true,
             .shape_rule = group_normalization_shape},
    same("RMSNormalization", LayerKind::RMSNormalization, parameters::kRMSNormalization, rms_normalization_shape),
    same("UnitNormalization", LayerKind::UnitNormalization, parameters::kUnitNormalization, unit_normalization_shape),
};

}  // namespace

std::span<const LayerRow> basic_layers() {
  return kLayers;
}

}  // namespace neural::model
