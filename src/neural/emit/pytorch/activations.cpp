#include "neural/emit/pytorch/activations.hpp"

#include <fmt/format.h>

#include <string_view>

#include "neural/base/check.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

Expression functional(const char* name, Expression x, std::vector<Argument> parameters = {}) {
  std::vector<Argument> arguments = {std::move(x)};
  for (Argument& parameter : parameters) arguments.push_back(std::move(parameter));
  return Expression::call(std::string("nn.functional.") + name, std::move(arguments));
}

Expression torch(const char* name, Expression x) {
  return Expression::call(std::string("torch.") + name, {std::move(x)});
}

}  // namespace

Expression activate(model::Activation activation, Expression x, int axis, std::optional<double> alpha) {
  using model::Activation;
  const Expression dim = std::to_string(axis);
  switch (activation) {
    case Activation::linear:
      return x;
    case Activation::relu:
      return torch("relu", std::move(x));
    case Activation::relu6:
      return functional("relu6", std::move(x));
    case Activation::leaky_relu:
      return functional("leaky_relu", std::move(x), {{"negative_slope", python_number(alpha.value_or(0.2))}});
    case Activation::elu:
      return functional("elu", std::move(x), {{"alpha", python_number(alpha.value_or(1))}});
    case Activation::selu:
      return functional("selu", std::move(x));
    case Activation::celu:
      return functional("celu", std::move(x), {{"alpha", python_number(alpha.value_or(1))}});
    case Activation::gelu:
      return functional("gelu", std::move(x), {{"approximate", "\"none\""}});
    case Activation::silu:
      return functional("silu", std::move(x));
    case Activation::hard_silu:
      return functional("hardswish", std::move(x));
    case Activation::mish:
      return functional("mish", std::move(x));
    case Activation::sigmoid:
      return torch("sigmoid", std::move(x));
    case Activation::hard_sigmoid:
      return functional("hardsigmoid", std::move(x));
    case Activation::log_sigmoid:
      return functional("logsigmoid", std::move(x));
    case Activation::tanh:
      return torch("tanh", std::move(x));
    case Activation::hard_tanh:
      return functional("hardtanh", std::move(x));
    case Activation::softmax:
      return Expression::call("torch.softmax", {std::move(x), {"dim", dim}});
    case Activation::log_softmax:
      return Expression::call("torch.log_softmax", {std::move(x), {"dim", dim}});
    case Activation::softplus:
      return functional("softplus", std::move(x));
    case Activation::softsign:
      return functional("softsign", std::move(x));
    case Activation::exponential:
      return torch("exp", std::move(x));
  }
  NEURAL_CHECK(false, "unknown activation");
  return x;
}

std::string function_text(model::Activation activation, int axis) {
  using model::Activation;
  // What is no function of one tensor is a module, for a lambda could not be pickled.
  if (activation == Activation::linear) return "nn.Identity()";
  if (activation == Activation::leaky_relu) return "nn.LeakyReLU(negative_slope=0.2)";
  if (activation == Activation::softmax) return fmt::format("nn.Softmax(dim={})", axis);
  if (activation == Activation::log_softmax) return fmt::format("nn.LogSoftmax(dim={})", axis);
  if (activation == Activation::gelu) return "nn.functional.gelu";
  if (activation == Activation::elu) return "nn.functional.elu";
  if (activation == Activation::celu) return "nn.functional.celu";
  const std::string text = activate(activation, "x", axis).flat();
  constexpr std::string_view kCall = "(x)";
  if (text.ends_with(kCall)) return text.substr(0, text.size() - kCall.size());
  return "lambda x: " + text;
}

Expression rectify(const std::string& x, std::optional<double> max_value, double negative_slope, double threshold) {
  if (!max_value && threshold == 0) {
    return negative_slope == 0 ? activate(model::Activation::relu, x, -1)
                               : activate(model::Activation::leaky_relu, x, -1, negative_slope);
  }
  const std::string limit = max_value ? python_number(*max_value) : "";
  const std::string above = python_number(threshold);
  std::string value = "torch.relu(" + x + ")";
  if (threshold != 0) {
    value = "torch.where(" + x + " > " + above + ", " + x + ", 0.0)";
    if (max_value) value += ".clamp(0.0, " + limit + ")";
  } else if (max_value) {
    value = x + ".clamp(0.0, " + limit + ")";
  }
  if (negative_slope != 0) {
    value +=
        " - " + python_number(negative_slope) + " * torch.relu(" + (threshold != 0 ? above + " - " : "-") + x + ")";
  }
  return value;
}

}  // namespace neural::emit::pytorch
