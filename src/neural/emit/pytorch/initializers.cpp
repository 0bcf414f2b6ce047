#include "neural/emit/pytorch/initializers.hpp"

#include <cmath>

#include "neural/base/check.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/model/fans.hpp"

namespace neural::emit::pytorch {
namespace {

using model::InitializerKind;
using model::Parameter;

using Arguments = std::vector<std::pair<std::string, std::string>>;

TensorInitialisation call(const char* function, Arguments arguments = {}) {
  return {{}, std::string("nn.init.") + function, std::move(arguments), false, {}};
}

TensorInitialisation uniform(double low, double high) {
  return call("uniform_", {{"a", python_number(low)}, {"b", python_number(high)}});
}

TensorInitialisation cut_normal(double mean, double deviation) {
  return call("trunc_normal_", {{"mean", python_number(mean)},
                                {"std", python_number(deviation)},
                                {"a", python_number(mean - 2 * deviation)},
                                {"b", python_number(mean + 2 * deviation)}});
}

/// A uniform distribution of this variance; for matrices and kernels in PyTorch's own words.
TensorInitialisation scaled_uniform(bool has_own, double variance, TensorInitialisation own) {
  if (has_own) return own;
  const double bound = std::sqrt(3 * variance);
  return uniform(-bound, bound);
}

TensorInitialisation scaled_normal(double variance) {
  return cut_normal(0, std::sqrt(variance) / model::kCutDeviation);
}

TensorInitialisation kaiming_uniform(const char* nonlinearity) {
  return call("kaiming_uniform_", {{"mode", "\"fan_in\""}, {"nonlinearity", nonlinearity}});
}

TensorInitialisation function_of(const model::Tensor& tensor, Fans counted) {
  const bool has_own = counted == Fans::kOfTorch && tensor.shape.size() >= 2;
  const model::Attributes& parameters = tensor.initializer.parameters;
  const auto number = [&](Parameter parameter) { return parameters.number(parameter); };
  const auto text = [&](Parameter parameter) { return python_number(number(parameter)); };
  const model::FanCounts fans = model::fans_of(tensor);
  switch (tensor.initializer.kind) {
    case InitializerKind::zeros:
      return call("zeros_");
    case InitializerKind::ones:
      return call("ones_");
    case InitializerKind::constant:
      return call("constant_", {{"val", text(Parameter::value)}});
    case InitializerKind::random_uniform:
      return uniform(number(Parameter::minval), number(Parameter::maxval));
    case InitializerKind::random_normal:
      return call("normal_", {{"mean", text(Parameter::mean)}, {"std", text(Parameter::stddev)}});
    case InitializerKind::truncated_normal:
      return cut_normal(number(Parameter::mean), number(Parameter::stddev));
    case InitializerKind::glorot_uniform:
      return scaled_uniform(has_own, 2 / (fans.in + fans.out), call("xavier_uniform_"));
    case InitializerKind::he_uniform:
      return scaled_uniform(has_own, 2 / fans.in, kaiming_uniform("\"relu\""));
    case InitializerKind::lecun_uniform:
      return scaled_uniform(has_own, 1 / fans.in, kaiming_uniform("\"linear\""));
    case InitializerKind::glorot_normal:
      return scaled_normal(2 / (fans.in + fans.out));
    case InitializerKind::he_normal:
      return scaled_normal(2 / fans.in);
    case InitializerKind::lecun_normal:
    case InitializerKind::variance_scaling:
      return scaled_normal(1 / fans.in);
    case InitializerKind::orthogonal:
      return call("orthogonal_", {{"gain", text(Parameter::gain)}});
    case InitializerKind::identity:
      return call("eye_");
  }
  NEURAL_CHECK(false, "unknown initializer");
}

/// True if the numbers follow from the shape, so that a reader would wonder about them.
bool has_computed_numbers(const model::Tensor& tensor, const TensorInitialisation& initialisation) {
  return tensor.initializer.parameters.entries().empty() &&
         (initialisation.function == "nn.init.trunc_normal_" || initialisation.function == "nn.init.uniform_");
}

}  // namespace

TensorInitialisation initialise(const model::Tensor& tensor, std::string name, Fans fans) {
  TensorInitialisation initialisation = function_of(tensor, fans);
  initialisation.tensor = std::move(name);
  if (has_computed_numbers(tensor, initialisation)) initialisation.comment = initializer_name(tensor.initializer.kind);
  return initialisation;
}

bool is_exchangeable(const model::Initializer& initializer) {
  return initializer.kind != InitializerKind::orthogonal && initializer.kind != InitializerKind::identity;
}

}  // namespace neural::emit::pytorch
