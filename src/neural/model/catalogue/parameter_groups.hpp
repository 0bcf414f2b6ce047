// Groups of parameters that many layers share. The order is the order of the attributes in the Model.
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

constexpr ParameterSpec initializer(Parameter parameter, InitializerKind fallback) {
  return optional(parameter, ValueType::kInitializer, fallback);
}
constexpr ParameterSpec regularizer(Parameter parameter) {
  return optional(parameter, ValueType::kRegularizer, std::monostate{}).or_none();
}
constexpr ParameterSpec constraint(Parameter parameter) {
  return optional(parameter, ValueType::kConstraint, std::monostate{}).or_none();
}
constexpr ParameterSpec flag(Parameter parameter, bool fallback) {
  return optional(parameter, ValueType::kBoolean, fallback);
}
constexpr ParameterSpec seed() {
  return optional(Parameter::seed, ValueType::kNonNegativeInteger, std::monostate{}).or_none();
}
constexpr ParameterSpec activation(Activation fallback) {
  return optional(Parameter::activation, ValueType::kActivation, fallback).skippable().or_none();
}

inline constexpr std::array kDataFormatGroup = {
    choice(P::data_format, "channels_last channels_first", "channels_last").shaping(),
};

/// Layers with a kernel and a bias.
inline constexpr std::array kKernelGroup = {
    flag(P::use_bias, true),
    initializer(P::kernel_initializer, InitializerKind::glorot_uniform),
    initializer(P::bias_initializer, InitializerKind::zeros),
    regularizer(P::kernel_regularizer),
    regularizer(P::bias_regularizer),
    regularizer(P::activity_regularizer),
    constraint(P::kernel_constraint),
    constraint(P::bias_constraint),
};

/// `causal` is for one spatial axis only.
inline constexpr ParameterSpec kPadding = {.parameter = P::padding,
                                           .type = T::kPadding,
                                           .fallback = std::string_view("valid"),
                                           .slot = Slot::kSkippable,
                                           .decides_shape = true,
                                           .words = "same valid causal"};

/// Of what undoes a padded convolution: there is nothing causal about it.
inline constexpr ParameterSpec kTransposedPadding = {
    .parameter = P::padding,
    .type = T::kPadding,
    .fallback = std::string_view("valid"),
    .slot = Slot::kSkippable,
    .decides_shape = true,
    .words = "same valid",
    .summary =
        "what is cut off the result: `valid` nothing, `same` so much that it is the stride times the input, a "
        "number so many on each side"};

/// A convolution or what is like one, whose activation is `fallback` where none is given.
constexpr auto convolution_group(Activation fallback, const ParameterSpec& padding = kPadding) {
  return concatenate(
      std::array{
          required(P::filters, T::kPositiveInteger).positional().shaping(),
          optional(P::kernel_size, T::kPositiveIntegers, std::int64_t{3}).positional().shaping(),
          optional(P::strides, T::kPositiveIntegers, std::int64_t{1}).skippable().shaping(),
          activation(fallback),
          padding,
          optional(P::dilation_rate, T::kPositiveIntegers, std::int64_t{1}).shaping(),
          optional(P::groups, T::kPositiveInteger, std::int64_t{1}).shaping(),
      },
      kDataFormatGroup, kKernelGroup);
}
inline constexpr auto kConvolutionGroup = convolution_group(Activation::linear);

inline constexpr auto kDepthwiseGroup = concatenate(
    std::array{
        optional(P::kernel_size, T::kPositiveIntegers, std::int64_t{3}).positional().shaping(),
        optional(P::strides, T::kPositiveIntegers, std::int64_t{1}).skippable().shaping(),
        activation(Activation::linear),
        kPadding,
        optional(P::depth_multiplier, T::kPositiveInteger, std::int64_t{1}).shaping(),
        optional(P::dilation_rate, T::kPositiveIntegers, std::int64_t{1}).shaping(),
        initializer(P::depthwise_initializer, InitializerKind::glorot_uniform),
        regularizer(P::depthwise_regularizer),
        constraint(P::depthwise_constraint),
    },
    kDataFormatGroup, kKernelGroup);

/// strides of None follow pool_size.
inline constexpr auto kPoolingGroup = concatenate(
    std::array{
        optional(P::pool_size, T::kPositiveIntegers, std::int64_t{2}).skippable().shaping(),
        optional(P::strides, T::kPositiveIntegers, std::monostate{})
            .skippable()
            .or_none()
            .shaping()
            .meaning("step of the window; `None`: its size"),
        kPadding,
    },
    kDataFormatGroup);

inline constexpr auto kRecurrentGroup = concatenate(
    std::array{
        required(P::units, T::kPositiveInteger).positional().shaping(),
        activation(Activation::tanh),
        optional(P::recurrent_activation, T::kActivation, Activation::sigmoid),
        optional(P::dropout, T::kProbability, 0.0),
        optional(P::recurrent_dropout, T::kProbability, 0.0),
        flag(P::return_sequences, false).shaping(),
        flag(P::return_state, false),
        flag(P::go_backwards, false),
        flag(P::stateful, false),
        flag(P::unroll, false),
        flag(P::time_major, false),
        optional(P::num_layers, T::kPositiveInteger, std::int64_t{1}).shaping(),
        flag(P::bidirectional, false).shaping(),
        initializer(P::recurrent_initializer, InitializerKind::orthogonal),
        regularizer(P::recurrent_regularizer),
        constraint(P::recurrent_constraint),
        seed(),
    },
    kKernelGroup);

/// Normalisations with a learned scale and shift.
inline constexpr std::array kAffineGroup = {
    flag(P::center, true),
    flag(P::scale, true),
    initializer(P::beta_initializer, InitializerKind::zeros),
    initializer(P::gamma_initializer, InitializerKind::ones),
    regularizer(P::beta_regularizer),
    regularizer(P::gamma_regularizer),
    constraint(P::beta_constraint),
    constraint(P::gamma_constraint),
};

/// Transformer blocks. A key_dim of None follows from the width of the input.
inline constexpr std::array kTransformerGroup = {
    optional(P::num_heads, T::kPositiveInteger, std::int64_t{8}).skippable(),
    optional(P::ff_dim, T::kPositiveInteger, std::int64_t{512}).skippable(),
    optional(P::dropout, T::kProbability, 0.1).skippable().meaning("share of each sublayer's result that is dropped"),
    optional(P::activation, T::kActivation, Activation::relu).meaning("function between the two dense layers"),
    optional(P::key_dim, T::kPositiveInteger, std::monostate{}).or_none(),
    optional(P::d_model, T::kPositiveInteger, std::monostate{}).or_none(),
    optional(P::epsilon, T::kPositiveNumber, 1e-6),
    flag(P::norm_first, false),
    optional(P::num_layers, T::kPositiveInteger, std::int64_t{1}),
};

}  // namespace neural::model::parameters
