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
    ActivationRow{"linear", "identity none", A::linear},
    ActivationRow{"relu", "", A::relu},
    ActivationRow{"relu6", "", A::relu6},
    ActivationRow{"leaky_relu", "", A::leaky_relu},
    ActivationRow{"elu", "", A::elu},
    ActivationRow{"selu", "", A::selu},
    ActivationRow{"celu", "", A::celu},
    ActivationRow{"gelu", "", A::gelu},
    ActivationRow{"silu", "swish", A::silu},
    ActivationRow{"hard_silu", "hard_swish", A::hard_silu},
    ActivationRow{"mish", "", A::mish},
    ActivationRow{"sigmoid", "", A::sigmoid},
    ActivationRow{"hard_sigmoid", "", A::hard_sigmoid},
    ActivationRow{"log_sigmoid", "", A::log_sigmoid},
    ActivationRow{"tanh", "", A::tanh},
    ActivationRow{"hard_tanh", "", A::hard_tanh},
    ActivationRow{"softmax", "", A::softmax},
    ActivationRow{"log_softmax", "", A::log_softmax},
    ActivationRow{"softplus", "", A::softplus},
    ActivationRow{"softsign", "", A::softsign},
    ActivationRow{"exponential", "", A::exponential},
};

constexpr std::array kConstant = {optional(P::value, T::kNumber, 0.0).positional()};
constexpr std::array kUniform = {optional(P::minval, T::kNumber, -0.05).positional(),
                                 optional(P::maxval, T::kNumber, 0.05).positional()};
constexpr std::array kNormal = {optional(P::mean, T::kNumber, 0.0).positional(),
                                optional(P::stddev, T::kNonNegativeNumber, 0.05).positional()};
constexpr std::array kOrthogonal = {optional(P::gain, T::kNumber, 1.0).positional()};

constexpr std::array kInitializers = {
    InitializerRow{"zeros", "", InitializerKind::zeros},
    InitializerRow{"ones", "", InitializerKind::ones},
    InitializerRow{"constant", "", InitializerKind::constant, kConstant},
    InitializerRow{"random_uniform", "uniform", InitializerKind::random_uniform, kUniform},
    InitializerRow{"random_normal", "normal", InitializerKind::random_normal, kNormal},
    InitializerRow{"truncated_normal", "", InitializerKind::truncated_normal, kNormal},
    InitializerRow{"glorot_uniform", "xavier_uniform", InitializerKind::glorot_uniform},
    InitializerRow{"glorot_normal", "xavier_normal", InitializerKind::glorot_normal},
    InitializerRow{"he_uniform", "kaiming_uniform", InitializerKind::he_uniform},
    InitializerRow{"he_normal", "kaiming_normal", InitializerKind::he_normal},
    InitializerRow{"lecun_uniform", "", InitializerKind::lecun_uniform},
    InitializerRow{"lecun_normal", "", InitializerKind::lecun_normal},
    InitializerRow{"orthogonal", "", InitializerKind::orthogonal, kOrthogonal},
    InitializerRow{"identity", "", InitializerKind::identity},
    InitializerRow{"variance_scaling", "", InitializerKind::variance_scaling},
};

constexpr ParameterSpec penalty(Parameter parameter) {
  return optional(parameter, T::kNonNegativeNumber, 0.01).positional();
}
constexpr std::array kL1 = {penalty(P::l1)};
constexpr std::array kL2 = {penalty(P::l2)};
constexpr std::array kL1L2 = {penalty(P::l1), penalty(P::l2)};

constexpr std::array kRegularizers = {
    RegularizerRow{"l1", "", RegularizerKind::l1, kL1},
    RegularizerRow{"l2", "", RegularizerKind::l2, kL2},
    RegularizerRow{"l1_l2", "", RegularizerKind::l1_l2, kL1L2},
};

constexpr std::array kMaxNorm = {optional(P::max_value, T::kPositiveNumber, 2.0).positional()};

constexpr std::array kConstraints = {
    ConstraintRow{"max_norm", "", ConstraintKind::max_norm, kMaxNorm},
    ConstraintRow{"non_neg", "", ConstraintKind::non_neg},
    ConstraintRow{"unit_norm", "", ConstraintKind::unit_norm},
    ConstraintRow{"min_max_norm", "", ConstraintKind::min_max_norm},
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
