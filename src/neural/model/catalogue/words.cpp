// Activations, initialisers, regularisers and constraints.
#include <array>

#include "neural/base/check.hpp"
#include "neural/model/catalogue/catalogue.hpp"

namespace neural::model {
namespace {

using P = Parameter;
using T = ValueType;
using A = Activation;
using ActivationRow = Row<Activation>;
using InitializerRow = Row<InitializerKind>;
using RegularizerRow = Row<RegularizerKind>;
using ConstraintRow = Row<ConstraintKind>;

constexpr std::array kActivations = {
    ActivationRow{"linear", "identity none", A::linear, "x"},
    ActivationRow{"relu", "", A::relu, "max(x, 0)"},
    ActivationRow{"relu6", "", A::relu6, "min(max(x, 0), 6)"},
    ActivationRow{"leaky_relu", "", A::leaky_relu, "x where x > 0, else 0.2 · x"},
    ActivationRow{"elu", "", A::elu, "x where x > 0, else exp(x) − 1"},
    ActivationRow{"selu", "", A::selu, "1.0507 · (x where x > 0, else 1.67326 · (exp(x) − 1))"},
    ActivationRow{"celu", "", A::celu, "max(x, 0) + min(exp(x) − 1, 0)"},
    ActivationRow{"gelu", "", A::gelu, "x · Φ(x), where Φ is the normal distribution function"},
    ActivationRow{"silu", "swish", A::silu, "x · sigmoid(x)"},
    ActivationRow{"hard_silu", "hard_swish", A::hard_silu, "x · hard_sigmoid(x)"},
    ActivationRow{"mish", "", A::mish, "x · tanh(softplus(x))"},
    ActivationRow{"sigmoid", "", A::sigmoid, "1 / (1 + exp(−x))"},
    ActivationRow{"hard_sigmoid", "", A::hard_sigmoid, "min(max(x + 3, 0), 6) / 6"},
    ActivationRow{"log_sigmoid", "", A::log_sigmoid, "−log(1 + exp(−x))"},
    ActivationRow{"tanh", "", A::tanh, "tanh(x)"},
    ActivationRow{"hard_tanh", "", A::hard_tanh, "min(max(x, −1), 1)"},
    ActivationRow{"softmax", "", A::softmax, "exp(x) / Σ exp(x) along the last axis"},
    ActivationRow{"log_softmax", "", A::log_softmax, "x − log Σ exp(x) along the last axis"},
    ActivationRow{"softplus", "", A::softplus, "log(1 + exp(x))"},
    ActivationRow{"softsign", "", A::softsign, "x / (1 + abs(x))"},
    ActivationRow{"exponential", "", A::exponential, "exp(x)"},
};

constexpr std::array kConstant = {optional(P::value, T::kNumber, 0.0).positional()};
constexpr std::array kUniform = {optional(P::minval, T::kNumber, -0.05).positional(),
                                 optional(P::maxval, T::kNumber, 0.05).positional()};
constexpr std::array kNormal = {optional(P::mean, T::kNumber, 0.0).positional(),
                                optional(P::stddev, T::kNonNegativeNumber, 0.05).positional()};
constexpr std::array kOrthogonal = {optional(P::gain, T::kNumber, 1.0).positional()};

constexpr std::array kInitializers = {
    InitializerRow{"zeros", "", InitializerKind::zeros, "0"},
    InitializerRow{"ones", "", InitializerKind::ones, "1"},
    InitializerRow{"constant", "", InitializerKind::constant, "the same value everywhere", kConstant},
    InitializerRow{"random_uniform", "uniform", InitializerKind::random_uniform, "uniform between minval and maxval",
                   kUniform},
    InitializerRow{"random_normal", "normal", InitializerKind::random_normal, "normal", kNormal},
    InitializerRow{"truncated_normal", "", InitializerKind::truncated_normal,
                   "normal, drawn anew beyond two standard deviations", kNormal},
    InitializerRow{"glorot_uniform", "xavier_uniform", InitializerKind::glorot_uniform,
                   "uniform within ±√(6 / (fan_in + fan_out))"},
    InitializerRow{"glorot_normal", "xavier_normal", InitializerKind::glorot_normal,
                   "truncated normal of variance 2 / (fan_in + fan_out)"},
    InitializerRow{"he_uniform", "kaiming_uniform", InitializerKind::he_uniform, "uniform within ±√(6 / fan_in)"},
    InitializerRow{"he_normal", "kaiming_normal", InitializerKind::he_normal,
                   "truncated normal of variance 2 / fan_in"},
    InitializerRow{"lecun_uniform", "", InitializerKind::lecun_uniform, "uniform within ±√(3 / fan_in)"},
    InitializerRow{"lecun_normal", "", InitializerKind::lecun_normal, "truncated normal of variance 1 / fan_in"},
    InitializerRow{"orthogonal", "", InitializerKind::orthogonal, "orthogonal rows or columns, times gain",
                   kOrthogonal},
    InitializerRow{"identity", "", InitializerKind::identity, "the identity matrix"},
    InitializerRow{"variance_scaling", "", InitializerKind::variance_scaling,
                   "truncated normal of variance 1 / fan_in"},
};

constexpr ParameterSpec penalty(Parameter parameter) {
  return optional(parameter, T::kNonNegativeNumber, 0.01).positional();
}
constexpr std::array kL1 = {penalty(P::l1)};
constexpr std::array kL2 = {penalty(P::l2)};
constexpr std::array kL1L2 = {penalty(P::l1), penalty(P::l2)};

constexpr std::array kRegularizers = {
    RegularizerRow{"l1", "", RegularizerKind::l1, "l1 · Σ abs(w)", kL1},
    RegularizerRow{"l2", "", RegularizerKind::l2, "l2 · Σ w²", kL2},
    RegularizerRow{"l1_l2", "", RegularizerKind::l1_l2, "l1 · Σ abs(w) + l2 · Σ w²", kL1L2},
};

constexpr std::array kMaxNorm = {optional(P::max_value, T::kPositiveNumber, 2.0).positional().meaning("longest norm")};

constexpr std::array kConstraints = {
    ConstraintRow{"max_norm", "", ConstraintKind::max_norm, "shortens each column to a norm of at most max_value",
                  kMaxNorm},
    ConstraintRow{"non_neg", "", ConstraintKind::non_neg, "sets negative weights to 0"},
    ConstraintRow{"unit_norm", "", ConstraintKind::unit_norm, "scales each column to norm 1"},
    ConstraintRow{"min_max_norm", "", ConstraintKind::min_max_norm, "scales each column to a norm from 0 to 1"},
};

}  // namespace

std::span<const ActivationRow> activation_rows() {
  return kActivations;
}
std::span<const InitializerRow> initializer_rows() {
  return kInitializers;
}
std::span<const RegularizerRow> regularizer_rows() {
  return kRegularizers;
}
std::span<const ConstraintRow> constraint_rows() {
  return kConstraints;
}

const NameIndex<ActivationRow>& activation_names() {
  static const NameIndex<ActivationRow> index(activation_rows());
  return index;
}

const NameIndex<InitializerRow>& initializer_names() {
  static const NameIndex<InitializerRow> index(initializer_rows());
  return index;
}

const NameIndex<RegularizerRow>& regularizer_names() {
  static const NameIndex<RegularizerRow> index(regularizer_rows());
  return index;
}

const NameIndex<ConstraintRow>& constraint_names() {
  static const NameIndex<ConstraintRow> index(constraint_rows());
  return index;
}

const InitializerRow& initializer_row(InitializerKind kind) {
  for (const InitializerRow& row : kInitializers) {
    if (row.kind == kind) return row;
  }
  NEURAL_CHECK(false, initializer_name(kind));
  return kInitializers.front();
}

}  // namespace neural::model
