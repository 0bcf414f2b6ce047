#include <array>

#include "neural/model/catalogue/layer_parameters.hpp"
#include "neural/model/catalogue/layer_tables.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

constexpr std::array kActivationAliases = {ParameterAlias{"activation", Parameter::function},
                                           ParameterAlias{"negative_slope", Parameter::alpha}};
constexpr std::array kSlopeAlias = {ParameterAlias{"alpha", Parameter::negative_slope}};

constexpr std::string_view kAnyToSame = "any → the same";
constexpr std::string_view kTwoAxesToSame = "two axes or more → the same";

/// Output = input, whatever its rank.
constexpr LayerRow same(std::string_view name, LayerKind kind, std::string_view summary,
                        std::span<const ParameterSpec> parameters, ShapeRule rule = same_shape) {
  return {.name = name,
          .kind = kind,
          .summary = summary,
          .shapes = kAnyToSame,
          .parameters = parameters,
          .keeps_shape = true,
          .shape_rule = rule};
}

constexpr LayerRow activation(std::string_view name, LayerKind kind, std::string_view summary,
                              std::span<const ParameterSpec> parameters, Activation function,
                              ShapeRule rule = same_shape) {
  LayerRow row = same(name, kind, summary, parameters, rule);
  row.activates = function;
  return row;
}

constexpr LayerRow dense(std::string_view name, LayerKind kind, std::string_view summary,
                         std::span<const ParameterSpec> parameters) {
  return {.name = name,
          .kind = kind,
          .summary = summary,
          .shapes = "(…, features) → (…, units)",
          .parameters = parameters,
          .keeps_rank = true,
          .flattens_input = true,
          .shape_rule = dense_shape,
          .partial_shape = dense_partial_shape};
}

constexpr LayerRow spatial_dropout(std::string_view name, LayerKind kind, std::string_view axes,
                                   std::string_view shapes) {
  return {.name = name,
          .kind = kind,
          .summary = "drops whole channels in training, and makes up for it in those that are left",
          .shapes = shapes,
          .parameters = parameters::kSpatialDropout,
          .input_axes = axes,
          .shape_rule = same_shape};
}

constexpr std::array kLayers = {
    dense("Dense", LayerKind::Dense, "activation(x · kernel + bias), over the last axis", parameters::kDense),
    dense("Output", LayerKind::Output, "a `Dense` that ends the network; the loss chooses its activation",
          parameters::kOutput),
    LayerRow{.name = "Embedding",
             .kind = LayerKind::Embedding,
             .summary = "looks up a learned vector for each id",
             .shapes = "ids (…) → (…, output_dim)",
             .parameters = parameters::kEmbedding,
             .shape_rule = embedding_shape},
    LayerRow{.name = "Flatten",
             .kind = LayerKind::Flatten,
             .summary = "one axis instead of all, the last axis running fastest",
             .shapes = "(a, b, …) → (a·b·…)",
             .parameters = parameters::kFlatten,
             .shape_rule = flatten_shape,
             .partial_shape = flatten_partial_shape},
    LayerRow{.name = "Reshape",
             .kind = LayerKind::Reshape,
             .summary = "the same elements in another shape",
             .shapes = "any → target_shape",
             .parameters = parameters::kReshape,
             .shape_rule = reshape_shape,
             .partial_shape = reshape_partial_shape},
    LayerRow{.name = "Permute",
             .kind = LayerKind::Permute,
             .summary = "the axes in another order",
             .shapes = "any → its axes as `dims` has them",
             .parameters = parameters::kPermute,
             .shape_rule = permute_shape,
             .partial_shape = permute_partial_shape},
    LayerRow{.name = "RepeatVector",
             .kind = LayerKind::RepeatVector,
             .summary = "n copies of a vector, one behind the other",
             .shapes = "(features) → (n, features)",
             .parameters = parameters::kRepeatVector,
             .input_axes = "features",
             .shape_rule = repeat_vector_shape,
             .partial_shape = repeat_vector_partial_shape},

    LayerRow{.name = "Activation",
             .kind = LayerKind::Activation,
             .summary = "applies a function",
             .shapes = kAnyToSame,
             .parameters = parameters::kActivation,
             .parameter_aliases = kActivationAliases,
             .keeps_shape = true,
             .shape_rule = same_shape,
             .complete = complete_activation},
    activation("ReLU", LayerKind::ReLU, "max(x, 0), with an upper limit, a slope and a threshold if wanted",
               parameters::kReLU, Activation::relu),
    LayerRow{.name = "LeakyReLU",
             .kind = LayerKind::LeakyReLU,
             .summary = "x where x > 0, else negative_slope · x",
             .shapes = kAnyToSame,
             .parameters = parameters::kLeakyReLU,
             .parameter_aliases = kSlopeAlias,
             .keeps_shape = true,
             .activates = Activation::leaky_relu,
             .shape_rule = same_shape},
    activation("PReLU", LayerKind::PReLU, "x where x > 0, else a · x, with a slope a learned for each element",
               parameters::kPReLU, Activation::leaky_relu, prelu_shape),
    activation("ELU", LayerKind::ELU, "x where x > 0, else alpha · (exp(x) − 1)", parameters::kELU, Activation::elu),
    activation("Softmax", LayerKind::Softmax, "exp(x) / Σ exp(x) along an axis", parameters::kSoftmax,
               Activation::softmax, softmax_shape),

    LayerRow{.name = "Lambda",
             .kind = LayerKind::Lambda,
             .summary = "applies the expression of a text to each element",
             .shapes = "any → the same, or output_shape",
             .parameters = parameters::kLambda,
             .keeps_rank = true,
             .shape_rule = lambda_shape,
             .complete = complete_lambda},
    LayerRow{.name = "Masking",
             .kind = LayerKind::Masking,
             .summary = "marks steps as padding, which later layers and the loss skip",
             .shapes = kTwoAxesToSame,
             .parameters = parameters::kMasking,
             .least_rank = 2,
             .keeps_rank = true,
             .shape_rule = same_shape},
    same("Rescaling", LayerKind::Rescaling, "x · scale + offset", parameters::kRescaling),
    same("Identity", LayerKind::Identity, "x", parameters::kNothing),

    same("Dropout", LayerKind::Dropout, "drops values in training, and divides those that are left by 1 − rate",
         parameters::kDropout, dropout_shape),
    spatial_dropout("SpatialDropout1D", LayerKind::SpatialDropout1D, "length channels",
                    "(length, channels) → the same"),
    spatial_dropout("SpatialDropout2D", LayerKind::SpatialDropout2D, "height width channels",
                    "(height, width, channels) → the same"),
    spatial_dropout("SpatialDropout3D", LayerKind::SpatialDropout3D, "depth height width channels",
                    "(depth, height, width, channels) → the same"),
    same("GaussianDropout", LayerKind::GaussianDropout,
         "multiplies by normal noise of mean 1 and variance rate / (1 − rate) in training", parameters::kRandomDropout),
    same("AlphaDropout", LayerKind::AlphaDropout,
         "dropout that keeps mean and variance behind `selu`: drops to its lowest value", parameters::kRandomDropout),
    same("GaussianNoise", LayerKind::GaussianNoise, "adds normal noise of mean 0 in training",
         parameters::kGaussianNoise),
    LayerRow{.name = "ActivityRegularization",
             .aliases = "L1L2",
             .kind = LayerKind::ActivityRegularization,
             .summary = "x; adds l1 · Σ abs(x) + l2 · Σ x² to the loss",
             .shapes = kAnyToSame,
             .parameters = parameters::kActivityRegularization,
             .keeps_shape = true,
             .shape_rule = same_shape},
    same("L1", LayerKind::L1, "x; adds l1 · Σ abs(x) to the loss", parameters::kL1),
    same("L2", LayerKind::L2, "x; adds l2 · Σ x² to the loss", parameters::kL2),

    same("BatchNormalization", LayerKind::BatchNormalization,
         "normalises each channel by its mean and variance in the batch, and later by their moving averages",
         parameters::kBatchNormalization, batch_normalization_shape),
    same("LayerNormalization", LayerKind::LayerNormalization,
         "normalises each sample by its mean and variance along `axis`", parameters::kLayerNormalization,
         layer_normalization_shape),
    LayerRow{.name = "InstanceNormalization",
             .kind = LayerKind::InstanceNormalization,
             .summary = "normalises each channel of each sample",
             .shapes = kTwoAxesToSame,
             .parameters = parameters::kInstanceNormalization,
             .least_rank = 2,
             .keeps_rank = true,
             .shape_rule = group_normalization_shape},
    LayerRow{.name = "GroupNormalization",
             .kind = LayerKind::GroupNormalization,
             .summary = "normalises each group of channels of each sample",
             .shapes = "(…, channels), which groups divides → the same",
             .parameters = parameters::kGroupNormalization,
             .keeps_rank = true,
             .shape_rule = group_normalization_shape},
    same("RMSNormalization", LayerKind::RMSNormalization, "x / √(mean of x² along `axis` + epsilon) · γ",
         parameters::kRMSNormalization, rms_normalization_shape),
    same("UnitNormalization", LayerKind::UnitNormalization, "x / √(Σ x² along `axis`)", parameters::kUnitNormalization,
         unit_normalization_shape),
};

}  // namespace

std::span<const LayerRow> basic_layers() {
  return kLayers;
}

}  // namespace neural::model
