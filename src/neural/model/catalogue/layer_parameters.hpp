// The parameters of the layers: groups shared by many rows, and one array a layer. The order is the order of the
// attributes in the Model.
#pragma once

#include "neural/model/catalogue/parameter_spec.hpp"

namespace neural::model::parameters {

using P = Parameter;
using T = ValueType;

/// Every layer.
inline constexpr std::array kBaseGroup = {
    optional(P::name, T::kText, std::monostate{}).or_none(),
    optional(P::trainable, T::kBoolean, true),
    choice(P::dtype, "float16 bfloat16 float32 float64", "float32"),
};

inline constexpr std::array kDataFormatGroup = {
    choice(P::data_format, "channels_last channels_first", "channels_last").shaping(),
};

/// Layers with a kernel and a bias.
inline constexpr std::array kKernelGroup = {
    optional(P::use_bias, T::kBoolean, true),
    optional(P::kernel_initializer, T::kInitializer, InitializerKind::glorot_uniform),
    optional(P::bias_initializer, T::kInitializer, InitializerKind::zeros),
    optional(P::kernel_regularizer, T::kRegularizer, std::monostate{}).or_none(),
    optional(P::bias_regularizer, T::kRegularizer, std::monostate{}).or_none(),
    optional(P::activity_regularizer, T::kRegularizer, std::monostate{}).or_none(),
    optional(P::kernel_constraint, T::kConstraint, std::monostate{}).or_none(),
    optional(P::bias_constraint, T::kConstraint, std::monostate{}).or_none(),
};

/// `causal` is for one spatial axis only.
inline constexpr ParameterSpec kPadding = {.parameter = P::padding,
                                           .type = T::kPadding,
                                           .fallback = std::string_view("valid"),
                                           .slot = Slot::kSkippable,
                                           .decides_shape = true,
                                           .words = "same valid causal"};

inline constexpr auto kConvolutionGroup = concatenate(
    std::array{
        required(P::filters, T::kPositiveInteger).positional().shaping(),
        optional(P::kernel_size, T::kPositiveIntegers, std::int64_t{3}).positional().shaping(),
        optional(P::strides, T::kPositiveIntegers, std::int64_t{1}).skippable().shaping(),
        optional(P::activation, T::kActivation, Activation::linear).skippable().or_none(),
        kPadding,
        optional(P::dilation_rate, T::kPositiveIntegers, std::int64_t{1}).shaping(),
        optional(P::groups, T::kPositiveInteger, std::int64_t{1}).shaping(),
    },
    kDataFormatGroup, kKernelGroup);

/// strides of None follow pool_size.
inline constexpr auto kPoolingGroup = concatenate(
    std::array{
        optional(P::pool_size, T::kPositiveIntegers, std::int64_t{2}).skippable().shaping(),
        optional(P::strides, T::kPositiveIntegers, std::monostate{}).skippable().or_none().shaping(),
        kPadding,
    },
    kDataFormatGroup);

/// Normalisations with a learned scale and shift.
inline constexpr std::array kAffineGroup = {
    optional(P::center, T::kBoolean, true),
    optional(P::scale, T::kBoolean, true),
    optional(P::beta_initializer, T::kInitializer, InitializerKind::zeros),
    optional(P::gamma_initializer, T::kInitializer, InitializerKind::ones),
    optional(P::beta_regularizer, T::kRegularizer, std::monostate{}).or_none(),
    optional(P::gamma_regularizer, T::kRegularizer, std::monostate{}).or_none(),
    optional(P::beta_constraint, T::kConstraint, std::monostate{}).or_none(),
    optional(P::gamma_constraint, T::kConstraint, std::monostate{}).or_none(),
};

inline constexpr auto kDense = concatenate(
    std::array{
        required(P::units, T::kPositiveInteger).positional().shaping(),
        optional(P::activation, T::kActivation, Activation::linear).skippable().or_none(),
    },
    kKernelGroup, kBaseGroup);

/// An activation of None is chosen by the loss (rule O).
inline constexpr auto kOutput = concatenate(
    std::array{
        required(P::units, T::kPositiveInteger).positional().shaping(),
        optional(P::activation, T::kActivation, std::monostate{}).skippable().or_none(),
    },
    kKernelGroup, kBaseGroup);

inline constexpr auto kConv2D = concatenate(kConvolutionGroup, kBaseGroup);
inline constexpr auto kPooling2D = concatenate(kPoolingGroup, kBaseGroup);

inline constexpr auto kGlobalPooling =
    concatenate(std::array{optional(P::keepdims, T::kBoolean, false).shaping()}, kDataFormatGroup, kBaseGroup);

inline constexpr auto kFlatten = concatenate(kDataFormatGroup, kBaseGroup);

inline constexpr auto kReshape =
    concatenate(std::array{required(P::target_shape, T::kShape).positional().shaping()}, kBaseGroup);

inline constexpr auto kDropout = concatenate(
    std::array{
        required(P::rate, T::kProbability).positional(),
        optional(P::noise_shape, T::kShape, std::monostate{}).or_none(),
        optional(P::seed, T::kNonNegativeInteger, std::monostate{}).or_none(),
    },
    kBaseGroup);

inline constexpr auto kBatchNormalization = concatenate(
    std::array{
        optional(P::axis, T::kAxes, std::int64_t{-1}).skippable(),
        optional(P::momentum, T::kProbability, 0.99),
        optional(P::epsilon, T::kPositiveNumber, 0.001),
        optional(P::moving_mean_initializer, T::kInitializer, InitializerKind::zeros),
        optional(P::moving_variance_initializer, T::kInitializer, InitializerKind::ones),
    },
    kAffineGroup, kBaseGroup);

inline constexpr auto kActivation = concatenate(
    std::array{
        required(P::function, T::kActivation).positional(),
        optional(P::alpha, T::kNumber, std::monostate{}).skippable().or_none(),
    },
    kBaseGroup);

inline constexpr auto kReLU = concatenate(
    std::array{
        optional(P::max_value, T::kNonNegativeNumber, std::monostate{}).skippable().or_none(),
        optional(P::negative_slope, T::kNonNegativeNumber, 0.0).skippable(),
        optional(P::threshold, T::kNonNegativeNumber, 0.0).skippable(),
    },
    kBaseGroup);

inline constexpr auto kSoftmax =
    concatenate(std::array{optional(P::axis, T::kInteger, std::int64_t{-1}).skippable()}, kBaseGroup);

}  // namespace neural::model::parameters
