// The parameters of each layer, in the order of the attributes in the Model.
#pragma once

#include "neural/model/catalogue/parameter_groups.hpp"

namespace neural::model::parameters {

/// Layers without parameters of their own.
inline constexpr auto kNothing = kBaseGroup;

// ---- dense layers, shapes, activations ----

inline constexpr auto kDense = concatenate(
    std::array{required(P::units, T::kPositiveInteger).positional().shaping(), activation(Activation::linear)},
    kKernelGroup, kBaseGroup);

/// An activation of None is chosen by the loss (rule O).
inline constexpr auto kOutput = concatenate(
    std::array{
        required(P::units, T::kPositiveInteger).positional().shaping(),
        optional(P::activation, T::kActivation, std::monostate{})
            .skippable()
            .or_none()
            .meaning("function applied to the result; `None`: the one the loss wants"),
    },
    kKernelGroup, kBaseGroup);

inline constexpr auto kEmbedding = concatenate(
    std::array{
        required(P::input_dim, T::kPositiveInteger).positional(),
        required(P::output_dim, T::kPositiveInteger).positional().shaping(),
        initializer(P::embeddings_initializer, InitializerKind::random_uniform),
        regularizer(P::embeddings_regularizer),
        constraint(P::embeddings_constraint),
        flag(P::mask_zero, false),
    },
    kBaseGroup);

inline constexpr auto kFlatten = concatenate(kDataFormatGroup, kBaseGroup);
inline constexpr auto kReshape =
    concatenate(std::array{required(P::target_shape, T::kShape).positional().shaping()}, kBaseGroup);
inline constexpr auto kPermute =
    concatenate(std::array{required(P::dims, T::kShape).positional().shaping()}, kBaseGroup);
inline constexpr auto kRepeatVector =
    concatenate(std::array{required(P::n, T::kPositiveInteger).positional().shaping()}, kBaseGroup);

inline constexpr auto kActivation = concatenate(
    std::array{
        required(P::function, T::kActivation).positional(),
        optional(P::alpha, T::kNumber, std::monostate{})
            .skippable()
            .or_none()
            .meaning("slope of `leaky_relu` below zero (0.2), factor of `elu` and `celu` (1)"),
    },
    kBaseGroup);

inline constexpr auto kReLU = concatenate(
    std::array{
        optional(P::max_value, T::kNonNegativeNumber, std::monostate{}).skippable().or_none(),
        optional(P::negative_slope, T::kNonNegativeNumber, 0.0).skippable(),
        optional(P::threshold, T::kNonNegativeNumber, 0.0).skippable(),
    },
    kBaseGroup);

inline constexpr auto kLeakyReLU =
    concatenate(std::array{optional(P::negative_slope, T::kNonNegativeNumber, 0.3).skippable()}, kBaseGroup);

inline constexpr auto kPReLU = concatenate(
    std::array{
        initializer(P::alpha_initializer, InitializerKind::zeros),
        regularizer(P::alpha_regularizer),
        constraint(P::alpha_constraint),
        optional(P::shared_axes, T::kAxes, std::monostate{}).or_none(),
    },
    kBaseGroup);

inline constexpr auto kELU =
    concatenate(std::array{optional(P::alpha, T::kNumber, 1.0).skippable().meaning("factor below zero")}, kBaseGroup);

inline constexpr auto kSoftmax =
    concatenate(std::array{optional(P::axis, T::kInteger, std::int64_t{-1}).skippable()}, kBaseGroup);

inline constexpr auto kLambda = concatenate(
    std::array{
        required(P::function, T::kText).positional().meaning("a name for the input and an expression: `\"x: x * 2\"`"),
        optional(P::output_shape, T::kShape, std::monostate{}).or_none().shaping(),
    },
    kBaseGroup);

inline constexpr auto kMasking =
    concatenate(std::array{optional(P::mask_value, T::kNumber, 0.0).skippable()}, kBaseGroup);
inline constexpr auto kRescaling =
    concatenate(std::array{required(P::scale, T::kNumber).positional().meaning("the factor"),
                           optional(P::offset, T::kNumber, 0.0).skippable()},
                kBaseGroup);

// ---- convolutions ----

inline constexpr auto kConvolution = concatenate(kConvolutionGroup, kBaseGroup);

inline constexpr auto kTransposed = concatenate(
    convolution_group(Activation::linear, kTransposedPadding),
    std::array{optional(P::output_padding, T::kNonNegativeIntegers, std::monostate{}).or_none().shaping()}, kBaseGroup);

inline constexpr auto kDepthwise = concatenate(kDepthwiseGroup, kBaseGroup);

inline constexpr auto kSeparable =
    concatenate(kConvolutionGroup,
                std::array{
                    optional(P::depth_multiplier, T::kPositiveInteger, std::int64_t{1}),
                    initializer(P::depthwise_initializer, InitializerKind::glorot_uniform),
                    initializer(P::pointwise_initializer, InitializerKind::glorot_uniform),
                },
                kBaseGroup);

inline constexpr auto kRecurrentConvolution =
    concatenate(convolution_group(Activation::tanh),
                std::array{
                    flag(P::return_sequences, false).shaping(),
                    flag(P::go_backwards, false),
                    flag(P::stateful, false),
                    optional(P::recurrent_activation, T::kActivation, Activation::sigmoid),
                    initializer(P::recurrent_initializer, InitializerKind::orthogonal),
                    optional(P::dropout, T::kProbability, 0.0),
                    optional(P::recurrent_dropout, T::kProbability, 0.0),
                },
                kBaseGroup);

// ---- sizes of the spatial axes ----

inline constexpr auto kUpSampling = concatenate(
    std::array{
        optional(P::size, T::kPositiveIntegers, std::int64_t{2}).skippable().shaping(),
        choice(P::interpolation, "nearest bilinear", "nearest"),
    },
    kDataFormatGroup, kBaseGroup);

inline constexpr auto kZeroPadding = concatenate(
    std::array{optional(P::padding, T::kPads, std::int64_t{1}).skippable().shaping().meaning("zeros at each end")},
    kDataFormatGroup, kBaseGroup);

constexpr auto cropping(std::int64_t fallback) {
  return concatenate(std::array{optional(P::cropping, T::kPads, fallback).skippable().shaping()}, kDataFormatGroup,
                     kBaseGroup);
}
inline constexpr auto kCropping = cropping(1);
inline constexpr auto kCropping2D = cropping(0);

inline constexpr auto kPooling = concatenate(kPoolingGroup, kBaseGroup);
inline constexpr auto kGlobalPooling =
    concatenate(std::array{flag(P::keepdims, false).shaping()}, kDataFormatGroup, kBaseGroup);
inline constexpr auto kAdaptivePooling = concatenate(
    std::array{required(P::output_size, T::kPositiveIntegers).positional().shaping()}, kDataFormatGroup, kBaseGroup);

// ---- noise and penalties ----

inline constexpr auto kDropout = concatenate(
    std::array{
        required(P::rate, T::kProbability).positional(),
        optional(P::noise_shape, T::kShape, std::monostate{}).or_none(),
        seed(),
    },
    kBaseGroup);
inline constexpr auto kSpatialDropout =
    concatenate(std::array{required(P::rate, T::kProbability).positional(), seed()}, kDataFormatGroup, kBaseGroup);
inline constexpr auto kRandomDropout =
    concatenate(std::array{required(P::rate, T::kProbability).positional(), seed()}, kBaseGroup);
inline constexpr auto kGaussianNoise = concatenate(
    std::array{required(P::stddev, T::kNonNegativeNumber).positional().meaning("standard deviation of the noise"),
               seed()},
    kBaseGroup);

constexpr ParameterSpec penalty(Parameter parameter, double fallback) {
  return optional(parameter, ValueType::kNonNegativeNumber, fallback)
      .skippable()
      .meaning(parameter == Parameter::l1 ? "strength of Σ abs(x)" : "strength of Σ x²");
}
inline constexpr auto kActivityRegularization =
    concatenate(std::array{penalty(P::l1, 0.0), penalty(P::l2, 0.0)}, kBaseGroup);
inline constexpr auto kL1 = concatenate(std::array{penalty(P::l1, 0.01)}, kBaseGroup);
inline constexpr auto kL2 = concatenate(std::array{penalty(P::l2, 0.01)}, kBaseGroup);

// ---- normalisations ----

constexpr ParameterSpec axes(std::string_view meaning = "axes to normalise along") {
  return optional(Parameter::axis, ValueType::kAxes, std::int64_t{-1}).skippable().meaning(meaning);
}
constexpr ParameterSpec channel_axis() {
  return optional(Parameter::axis, ValueType::kInteger, std::int64_t{-1}).meaning("axis of the channels");
}
constexpr ParameterSpec epsilon(double fallback) {
  return optional(Parameter::epsilon, ValueType::kPositiveNumber, fallback);
}

inline constexpr auto kBatchNormalization = concatenate(
    std::array{
        axes("axes that keep statistics of their own: the channels"),
        optional(P::momentum, T::kProbability, 0.99).meaning("weight of the old moving average"),
        epsilon(0.001),
        initializer(P::moving_mean_initializer, InitializerKind::zeros),
        initializer(P::moving_variance_initializer, InitializerKind::ones),
    },
    kAffineGroup, kBaseGroup);
inline constexpr auto kLayerNormalization = concatenate(std::array{axes(), epsilon(0.001)}, kAffineGroup, kBaseGroup);
inline constexpr auto kInstanceNormalization =
    concatenate(std::array{channel_axis(), epsilon(0.001)}, kAffineGroup, kBaseGroup);
inline constexpr auto kGroupNormalization = concatenate(
    std::array{
        optional(P::groups, T::kPositiveInteger, std::int64_t{32}).skippable().meaning("groups of channels"),
        channel_axis(),
        epsilon(0.001),
    },
    kAffineGroup, kBaseGroup);
inline constexpr auto kRMSNormalization = concatenate(std::array{axes(), epsilon(1e-6)}, kBaseGroup);
inline constexpr auto kUnitNormalization = concatenate(std::array{axes()}, kBaseGroup);

// ---- sequences and attention ----

inline constexpr auto kLSTM = concatenate(kRecurrentGroup, std::array{flag(P::unit_forget_bias, true)}, kBaseGroup);
inline constexpr auto kGRU = concatenate(kRecurrentGroup, std::array{flag(P::reset_after, true)}, kBaseGroup);
inline constexpr auto kSimpleRNN = concatenate(kRecurrentGroup, kBaseGroup);

inline constexpr auto kBidirectional = concatenate(
    std::array{
        required(P::layer, T::kLayer).positional().shaping().meaning("a recurrent layer"),
        choice(P::merge_mode, "concat sum mul ave", "concat").skippable().shaping(),
    },
    kBaseGroup);
inline constexpr auto kTimeDistributed = concatenate(
    std::array{
        required(P::layer, T::kLayer).positional().shaping(),
        optional(P::dropout, T::kProbability, 0.0).meaning("rate of a `Dropout` behind the layer"),
    },
    kBaseGroup);

constexpr ParameterSpec attention_dropout() {
  return optional(Parameter::dropout, ValueType::kProbability, 0.0).meaning("share of the attention that is dropped");
}

inline constexpr auto kAttention = concatenate(
    std::array{
        flag(P::use_scale, false),
        choice(P::score_mode, "dot concat", "dot"),
        attention_dropout(),
        flag(P::causal, false),
        seed(),
    },
    kBaseGroup);
inline constexpr auto kAdditiveAttention = concatenate(
    std::array{
        flag(P::use_scale, true).meaning("whether each element of the sum has a learned factor"),
        attention_dropout(),
        flag(P::causal, false),
        seed(),
    },
    kBaseGroup);
inline constexpr auto kMultiHeadAttention = concatenate(
    std::array{
        required(P::num_heads, T::kPositiveInteger).positional(),
        optional(P::key_dim, T::kPositiveInteger, std::monostate{}).skippable().or_none(),
        optional(P::value_dim, T::kPositiveInteger, std::monostate{}).or_none(),
        attention_dropout(),
        flag(P::causal, false),
        seed(),
    },
    kKernelGroup, kBaseGroup);
inline constexpr auto kTransformer = concatenate(kTransformerGroup, kBaseGroup);

// ---- blocks and merges ----

inline constexpr auto kSqueezeExcitation = concatenate(
    std::array{
        optional(P::ratio, T::kPositiveInteger, std::int64_t{16}).skippable(),
        optional(P::activation, T::kActivation, Activation::relu).meaning("function of the hidden layer"),
    },
    kBaseGroup);
inline constexpr auto kResidualConnection =
    concatenate(std::array{choice(P::projection, "auto none", "auto")}, kBaseGroup);
inline constexpr auto kConcatenate =
    concatenate(std::array{optional(P::axis, T::kInteger, std::int64_t{-1}).skippable().shaping()}, kBaseGroup);
inline constexpr auto kDot = concatenate(
    std::array{
        optional(P::axes, T::kAxes, std::int64_t{-1}).skippable().shaping(),
        flag(P::normalize, false),
    },
    kBaseGroup);
inline constexpr auto kCustomShape = concatenate(
    std::array{
        required(P::layer, T::kAny).positional().meaning("anything: it is kept for the backend"),
        required(P::shape, T::kShape).positional().shaping(),
    },
    kBaseGroup);

/// Layers without built-in meaning take these, and anything else besides.
inline constexpr auto kOpaque =
    concatenate(std::array{optional(P::output_shape, T::kShape, std::monostate{}).or_none().shaping()}, kBaseGroup);

}  // namespace neural::model::parameters
