#include "neural/emit/tensorflow/initializers.hpp"

#include <initializer_list>

#include "neural/base/check.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {
namespace {

using model::InitializerKind;
using model::Parameter;

Expression with_numbers(const char* callee, const model::Attributes& parameters,
                        std::initializer_list<Parameter> names) {
  std::vector<Argument> arguments;
  for (const Parameter name : names) {
    arguments.emplace_back(std::string(model::parameter_name(name)), python_number(parameters.number(name)));
  }
  return Expression::call(callee, std::move(arguments));
}

}  // namespace

Expression initializer_expression(const model::Initializer& initializer) {
  const model::Attributes& parameters = initializer.parameters;
  switch (initializer.kind) {
    case InitializerKind::zeros:
      return "initializers.Zeros()";
    case InitializerKind::ones:
      return "initializers.Ones()";
    case InitializerKind::constant:
      return with_numbers("initializers.Constant", parameters, {Parameter::value});
    case InitializerKind::random_uniform:
      return with_numbers("initializers.RandomUniform", parameters, {Parameter::minval, Parameter::maxval});
    case InitializerKind::random_normal:
      return with_numbers("initializers.RandomNormal", parameters, {Parameter::mean, Parameter::stddev});
    case InitializerKind::truncated_normal:
      return with_numbers("initializers.TruncatedNormal", parameters, {Parameter::mean, Parameter::stddev});
    case InitializerKind::glorot_uniform:
      return "initializers.GlorotUniform()";
    case InitializerKind::glorot_normal:
      return "initializers.GlorotNormal()";
    case InitializerKind::he_uniform:
      return "initializers.HeUniform()";
    case InitializerKind::he_normal:
      return "initializers.HeNormal()";
    case InitializerKind::lecun_uniform:
      return "initializers.LecunUniform()";
    case InitializerKind::lecun_normal:
      return "initializers.LecunNormal()";
    case InitializerKind::orthogonal:
      return with_numbers("initializers.Orthogonal", parameters, {Parameter::gain});
    case InitializerKind::identity:
      return "initializers.Identity(gain=1.0)";
    case InitializerKind::variance_scaling:
      return "initializers.VarianceScaling(scale=1.0, mode=\"fan_in\", distribution=\"truncated_normal\")";
  }
  NEURAL_CHECK(false, "an initialiser outside the table");
}

Expression regularizer_expression(const model::Regularizer& regularizer) {
  switch (regularizer.kind) {
    case model::RegularizerKind::l1:
      return with_numbers("regularizers.L1", regularizer.parameters, {Parameter::l1});
    case model::RegularizerKind::l2:
      return with_numbers("regularizers.L2", regularizer.parameters, {Parameter::l2});
    case model::RegularizerKind::l1_l2:
      return with_numbers("regularizers.L1L2", regularizer.parameters, {Parameter::l1, Parameter::l2});
  }
  NEURAL_CHECK(false, "a regularizer outside the table");
}

Expression constraint_expression(const model::Constraint& constraint) {
  switch (constraint.kind) {
    case model::ConstraintKind::max_norm:
      return Expression::call(
          "constraints.MaxNorm",
          {{"max_value", python_number(constraint.parameters.number(Parameter::max_value))}, {"axis", "0"}});
    case model::ConstraintKind::non_neg:
      return "constraints.NonNeg()";
    case model::ConstraintKind::unit_norm:
      return "constraints.UnitNorm(axis=0)";
    case model::ConstraintKind::min_max_norm:
      return "constraints.MinMaxNorm(min_value=0.0, max_value=1.0, rate=1.0, axis=0)";
  }
  NEURAL_CHECK(false, "a constraint outside the table");
}

}  // namespace neural::emit::tensorflow
