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

constexpr ParameterSpec number(Parameter parameter, ValueType type, double fallback) {
  return optional(parameter, type, fallback).positional();
}

constexpr ParameterSpec flag(Parameter parameter) {
  return optional(parameter, T::kBoolean, false).positional();
}

constexpr ParameterSpec epsilon() {
  return number(P::epsilon, T::kPositiveNumber, 1e-7);
}

constexpr ParameterSpec momentum() {
  return number(P::momentum, T::kProbability, 0.0).meaning("share of the last step that is added to this one");
}

/// The share of the initial rate that a cosine ends at.
constexpr ParameterSpec floor_share() {
  return number(P::alpha, T::kProbability, 0.0).meaning("share of the initial rate that is left at the end");
}

constexpr std::array kMoments = {
    number(P::beta_1, T::kProbability, 0.9),
    number(P::beta_2, T::kProbability, 0.999),
    epsilon(),
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

constexpr auto kShared = concatenate(kWeightDecay, kClippingAndAverage);

constexpr auto kSgd = concatenate(std::array{learning_rate(0.01), momentum(), flag(P::nesterov)}, kShared);

constexpr auto kRmsProp = concatenate(
    std::array{learning_rate(0.001), number(P::rho, T::kProbability, 0.9), momentum(), epsilon(), flag(P::centered)},
    kShared);

constexpr auto kAdagrad = concatenate(
    std::array{learning_rate(0.001), number(P::initial_accumulator_value, T::kNonNegativeNumber, 0.1), epsilon()},
    kShared);

constexpr auto kAdadelta =
    concatenate(std::array{learning_rate(0.001), number(P::rho, T::kProbability, 0.95), epsilon()}, kShared);

constexpr auto kAdam = concatenate(std::array{learning_rate(0.001)}, kMoments, std::array{flag(P::amsgrad)}, kShared);

/// Adamax and Nadam.
constexpr auto kAdamRelative = concatenate(std::array{learning_rate(0.001)}, kMoments, kShared);

constexpr auto kAdamW =
    concatenate(std::array{learning_rate(0.001), number(P::weight_decay, T::kNonNegativeNumber, 0.004)}, kMoments,
                std::array{flag(P::amsgrad)}, kClippingAndAverage);

constexpr auto kLion =
    concatenate(std::array{learning_rate(0.001),
                           number(P::beta_1, T::kProbability, 0.9).meaning("weight of the old mean in the step"),
                           number(P::beta_2, T::kProbability, 0.99).meaning("weight of the old mean in the next one")},
                kShared);

constexpr auto kFtrl =
    concatenate(std::array{learning_rate(0.001), number(P::learning_rate_power, T::kNumber, -0.5),
                           number(P::initial_accumulator_value, T::kNonNegativeNumber, 0.1),
                           number(P::l1, T::kNonNegativeNumber, 0.0), number(P::l2, T::kNonNegativeNumber, 0.0),
                           number(P::beta, T::kNonNegativeNumber, 0.0)},
                kShared);

using OptimizerRow = Row<OptimizerKind>;

constexpr std::array kOptimizers = {
    OptimizerRow{"SGD", "", OptimizerKind::SGD, "w ← w − r·g; with momentum u: v ← u·v − r·g, w ← w + v", kSgd},
    OptimizerRow{"RMSprop", "", OptimizerKind::RMSprop, "v ← ρ·v + (1 − ρ)·g²; w ← w − r·g / √(v + ε)", kRmsProp},
    OptimizerRow{"Adagrad", "", OptimizerKind::Adagrad, "v ← v + g²; w ← w − r·g / √(v + ε)", kAdagrad},
    OptimizerRow{"Adadelta", "", OptimizerKind::Adadelta,
                 "v ← ρ·v + (1 − ρ)·g²; d = g·√(u + ε) / √(v + ε); u ← ρ·u + (1 − ρ)·d²; w ← w − r·d", kAdadelta},
    OptimizerRow{"Adam", "", OptimizerKind::Adam,
                 "m, v the means of g and g²; w ← w − r·√(1 − β₂ᵗ) / (1 − β₁ᵗ)·m / (√v + ε)", kAdam},
    OptimizerRow{"Adamax", "", OptimizerKind::Adamax,
                 "m the mean of g; v ← max(β₂·v, abs(g)); w ← w − r / (1 − β₁ᵗ)·m / (v + ε)", kAdamRelative},
    OptimizerRow{"Nadam", "", OptimizerKind::Nadam,
                 "`Adam` with the momentum of Nesterov, whose weight grows as 1 − 0.96ᵗ / 2", kAdamRelative},
    OptimizerRow{"AdamW", "", OptimizerKind::AdamW,
                 "`Adam` whose second parameter is weight_decay, 0.004 where none is given", kAdamW},
    OptimizerRow{"Lion", "", OptimizerKind::Lion, "w ← w − r·sign(β₁·m + (1 − β₁)·g); m ← β₂·m + (1 − β₂)·g", kLion},
    OptimizerRow{"Ftrl", "", OptimizerKind::Ftrl, "follow the regularised leader, for sparse linear models", kFtrl},
};

constexpr std::array kParameterAliases = {
    ParameterAlias{"lr", P::learning_rate},
    ParameterAlias{"beta1", P::beta_1},
    ParameterAlias{"beta2", P::beta_2},
    ParameterAlias{"eps", P::epsilon},
};

// t counts the batches; r0 is initial_learning_rate.

constexpr std::array kInitialRate = {required(P::initial_learning_rate, T::kPositiveNumber).positional()};

constexpr auto kDecay =
    concatenate(kInitialRate, std::array{required(P::decay_steps, T::kPositiveInteger).positional(),
                                         required(P::decay_rate, T::kPositiveNumber).positional(), flag(P::staircase)});

constexpr auto kPolynomial = concatenate(
    kInitialRate, std::array{required(P::decay_steps, T::kPositiveInteger).positional().meaning("steps until the end"),
                             number(P::end_learning_rate, T::kNonNegativeNumber, 0.0001),
                             number(P::power, T::kPositiveNumber, 1.0), flag(P::cycle)});

constexpr std::array kPieces = {required(P::boundaries, T::kNumbers).positional(),
                                required(P::values, T::kNumbers).positional()};

constexpr auto kCosine = concatenate(
    kInitialRate,
    std::array{required(P::decay_steps, T::kPositiveInteger).positional().meaning("steps until the end"), floor_share(),
               optional(P::warmup_target, T::kPositiveNumber, std::monostate{}).positional().or_none(),
               optional(P::warmup_steps, T::kNonNegativeInteger, std::int64_t{0}).positional()});

constexpr auto kRestarts =
    concatenate(kInitialRate, std::array{required(P::first_decay_steps, T::kPositiveInteger).positional(),
                                         number(P::t_mul, T::kPositiveNumber, 2.0),
                                         number(P::m_mul, T::kPositiveNumber, 1.0), floor_share()});

constexpr auto kSteps = concatenate(kInitialRate, std::array{required(P::decay_steps, T::kPositiveInteger).positional(),
                                                             number(P::decay_rate, T::kPositiveNumber, 0.1)});

using ScheduleRow = Row<ScheduleKind>;

constexpr std::array kSchedules = {
    ScheduleRow{"ExponentialDecay", "", ScheduleKind::ExponentialDecay, "r₀·decay_rate^(t / decay_steps)", kDecay},
    ScheduleRow{"InverseTimeDecay", "", ScheduleKind::InverseTimeDecay, "r₀ / (1 + decay_rate·t / decay_steps)",
                kDecay},
    ScheduleRow{"PolynomialDecay", "", ScheduleKind::PolynomialDecay,
                "(r₀ − end)·(1 − min(t, decay_steps) / decay_steps)^power + end", kPolynomial},
    ScheduleRow{"PiecewiseConstantDecay", "", ScheduleKind::PiecewiseConstantDecay,
                "values[i] after i of the boundaries", kPieces},
    ScheduleRow{"CosineDecay", "", ScheduleKind::CosineDecay,
                "r₀·((1 − alpha)·(1 + cos(π·min(t / decay_steps, 1))) / 2 + alpha)", kCosine},
    ScheduleRow{"CosineDecayRestarts", "", ScheduleKind::CosineDecayRestarts,
                "a cosine decay that begins anew, each time t_mul as long and from m_mul as high", kRestarts},
    ScheduleRow{"StepDecay", "", ScheduleKind::StepDecay, "r₀·decay_rate^⌊t / decay_steps⌋", kSteps},
};

}  // namespace

std::span<const Row<OptimizerKind>> optimizer_rows() {
  return kOptimizers;
}
std::span<const ParameterAlias> optimizer_parameter_aliases() {
  return kParameterAliases;
}
std::span<const Row<ScheduleKind>> schedule_rows() {
  return kSchedules;
}

const NameIndex<Row<OptimizerKind>>& optimizer_names() {
  static const NameIndex<Row<OptimizerKind>> index(optimizer_rows());
  return index;
}

const NameIndex<Row<ScheduleKind>>& schedule_names() {
  static const NameIndex<Row<ScheduleKind>> index(schedule_rows());
  return index;
}

}  // namespace neural::model
