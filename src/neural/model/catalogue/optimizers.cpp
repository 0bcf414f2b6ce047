// Optimisers and learning-rate schedules. Positional arguments follow the order of the parameters.
#include <array>

#include "neural/model/catalogue/catalogue.hpp"

namespace neural::model {
namespace {

using P = Parameter;
using T = ValueType;

constexpr ParameterSpec learning_rate(double fallback) {
  return optional(P::learning_rate, T::kLearningRate, fallback).positional();
}

constexpr std::array kMoments = {
    optional(P::beta_1, T::kProbability, 0.9).positional(),
    optional(P::beta_2, T::kProbability, 0.999).positional(),
    optional(P::epsilon, T::kPositiveNumber, 1e-7).positional(),
    optional(P::amsgrad, T::kBoolean, false).positional(),
};

constexpr std::array kWeightDecay = {
    optional(P::weight_decay, T::kNonNegativeNumber, std::monostate{}).positional().or_none(),
};

constexpr std::array kClippingAndAverage = {
    optional(P::clipnorm, T::kPositiveNumber, std::monostate{}).positional().or_none(),
    optional(P::clipvalue, T::kPositiveNumber, std::monostate{}).positional().or_none(),
    optional(P::global_clipnorm, T::kPositiveNumber, std::monostate{}).positional().or_none(),
    optional(P::use_ema, T::kBoolean, false).positional(),
    optional(P::ema_momentum, T::kProbability, 0.99).positional(),
};

constexpr auto kSgd = concatenate(
    std::array{
        learning_rate(0.01),
        optional(P::momentum, T::kProbability, 0.0).positional(),
        optional(P::nesterov, T::kBoolean, false).positional(),
    },
    kWeightDecay, kClippingAndAverage);

constexpr auto kRmsProp = concatenate(
    std::array{
        learning_rate(0.001),
        optional(P::rho, T::kProbability, 0.9).positional(),
        optional(P::momentum, T::kProbability, 0.0).positional(),
        optional(P::epsilon, T::kPositiveNumber, 1e-7).positional(),
        optional(P::centered, T::kBoolean, false).positional(),
    },
    kWeightDecay, kClippingAndAverage);

constexpr auto kAdam = concatenate(std::array{learning_rate(0.001)}, kMoments, kWeightDecay, kClippingAndAverage);

constexpr auto kAdamW = concatenate(
    std::array{
        learning_rate(0.001),
        optional(P::weight_decay, T::kNonNegativeNumber, 0.004).positional(),
    },
    kMoments, kClippingAndAverage);

constexpr std::array kOptimizers = {
    Row<OptimizerKind>{"SGD", "", OptimizerKind::SGD, kSgd},
    Row<OptimizerKind>{"RMSprop", "", OptimizerKind::RMSprop, kRmsProp},
    Row<OptimizerKind>{"Adagrad"},
    Row<OptimizerKind>{"Adadelta"},
    Row<OptimizerKind>{"Adam", "", OptimizerKind::Adam, kAdam},
    Row<OptimizerKind>{"Adamax"},
    Row<OptimizerKind>{"Nadam"},
    Row<OptimizerKind>{"AdamW", "", OptimizerKind::AdamW, kAdamW},
    Row<OptimizerKind>{"Lion"},
    Row<OptimizerKind>{"Ftrl"},
};

constexpr std::array kParameterAliases = {
    ParameterAlias{"lr", P::learning_rate},
    ParameterAlias{"beta1", P::beta_1},
    ParameterAlias{"beta2", P::beta_2},
    ParameterAlias{"eps", P::epsilon},
};

constexpr std::array kSchedules = {
    KnownRow{"ExponentialDecay"}, KnownRow{"InverseTimeDecay"},
    KnownRow{"PolynomialDecay"},  KnownRow{"PiecewiseConstantDecay"},
    KnownRow{"CosineDecay"},      KnownRow{"CosineDecayRestarts"},
    KnownRow{"StepDecay"},
};

}  // namespace

std::span<const Row<OptimizerKind>> optimizer_rows() {
  return kOptimizers;
}
std::span<const ParameterAlias> optimizer_parameter_aliases() {
  return kParameterAliases;
}
std::span<const KnownRow> schedule_rows() {
  return kSchedules;
}

const NameIndex<Row<OptimizerKind>>& optimizer_names() {
  static const NameIndex<Row<OptimizerKind>> index(optimizer_rows());
  return index;
}

const NameIndex<KnownRow>& schedule_names() {
  static const NameIndex<KnownRow> index(schedule_rows());
  return index;
}

}  // namespace neural::model
