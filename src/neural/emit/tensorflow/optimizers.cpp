// Optimizers and their schedules.
#include <algorithm>
#include <array>
#include <cmath>

#include "neural/base/check.hpp"
#include "neural/emit/tensorflow/training.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/model/layer_queries.hpp"
#include "neural/model/model.hpp"

#include <fmt/format.h>

namespace neural::emit::tensorflow {
namespace {

using model::Parameter;
using model::ScheduleKind;

constexpr std::array kClippings = {Parameter::clipnorm, Parameter::clipvalue, Parameter::global_clipnorm};

/// Ours or, where Keras has another name, theirs.
std::string argument_name(model::OptimizerKind kind, Parameter parameter) {
  if (kind == model::OptimizerKind::Ftrl && parameter == Parameter::l1) return "l1_regularization_strength";
  if (kind == model::OptimizerKind::Ftrl && parameter == Parameter::l2) return "l2_regularization_strength";
  return std::string(parameter_name(parameter));
}

/// `[1000, 5000]`: whole numbers without a point where steps are counted.
Expression list_of(const std::vector<double>& values, bool counts) {
  std::vector<Argument> elements;
  for (const double value : values) {
    const bool is_count = counts && value == std::floor(value) && std::abs(value) < 1e15;
    elements.emplace_back(is_count ? std::to_string(static_cast<std::int64_t>(value)) : python_number(value));
  }
  return Expression::list(std::move(elements));
}

std::vector<double> numbers_of(const model::Attribute& attribute) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&attribute.value)) return *numbers;
  const auto& integers = std::get<std::vector<std::int64_t>>(attribute.value);
  return {integers.begin(), integers.end()};
}

/// A step decay is an exponential one in steps.
Expression schedule_expression(const model::Schedule& schedule) {
  std::vector<Argument> arguments;
  for (const auto& [parameter, attribute] : schedule.parameters.entries()) {
    if (attribute.is_none()) continue;
    const std::string name(parameter_name(parameter));
    if (const auto* number = std::get_if<double>(&attribute.value)) {
      arguments.emplace_back(name, python_number(*number));
    } else if (const auto* count = std::get_if<std::int64_t>(&attribute.value)) {
      arguments.emplace_back(name, std::to_string(*count));
    } else if (const auto* flag = std::get_if<bool>(&attribute.value)) {
      arguments.emplace_back(name, python_bool(*flag));
    } else {
      arguments.emplace_back(name, list_of(numbers_of(attribute), parameter == Parameter::boundaries));
    }
  }
  const bool is_step = schedule.kind == ScheduleKind::StepDecay;
  if (is_step) arguments.emplace_back("staircase", "True");
  const std::string name(is_step ? "ExponentialDecay" : schedule_name(schedule.kind));
  return Expression::call("optimizers.schedules." + name, std::move(arguments));
}

/// Empty for None and False, which say nothing.
std::optional<Expression> value_of(const model::Attribute& attribute) {
  if (const auto* number = std::get_if<double>(&attribute.value)) return Expression(python_number(*number));
  if (const auto* schedule = std::get_if<model::Schedule>(&attribute.value)) return schedule_expression(*schedule);
  if (const auto* flag = std::get_if<bool>(&attribute.value)) {
    return *flag ? std::optional<Expression>("True") : std::nullopt;
  }
  NEURAL_CHECK(attribute.is_none(), "an optimiser's parameter of another type");
  return std::nullopt;
}

void check_clipping(const model::Optimizer& optimizer, syntax::DiagnosticList& diagnostics) {
  std::string given;
  int count = 0;
  for (const Parameter each : kClippings) {
    if (optimizer.parameters.at(each).is_none()) continue;
    given += fmt::format("{}`{}`", count++ == 0 ? "" : " with ", parameter_name(each));
  }
  if (count > 1) refuse(diagnostics, optimizer.span, given, "clip in one way only");
}

/// True if a sum over the batch is all that an optimizer makes of a gradient, so that its parts do as well.
bool adds_gradients(const model::Optimizer& optimizer) {
  const bool clips = std::any_of(kClippings.begin(), kClippings.end(),
                                 [&](Parameter each) { return !optimizer.parameters.at(each).is_none(); });
  return optimizer.kind == model::OptimizerKind::SGD && !clips;
}

bool looks_up(const model::Layer& layer) {
  return holds(layer, [](const model::Layer& each) { return each.kind == model::LayerKind::Embedding; });
}

}  // namespace

Expression lower_optimizer(const model::Model& model, KerasModel& keras, syntax::DiagnosticList& diagnostics) {
  const model::Optimizer& optimizer = model.optimizer;
  check_clipping(optimizer, diagnostics);
  std::vector<Argument> arguments;
  for (const auto& [parameter, attribute] : optimizer.parameters.entries()) {
    if (parameter == Parameter::ema_momentum && !optimizer.parameters.boolean(Parameter::use_ema)) continue;
    if (auto value = value_of(attribute)) {
      arguments.emplace_back(argument_name(optimizer.kind, parameter), std::move(*value));
    }
  }
  const std::string name(optimizer_name(optimizer.kind));
  if (!adds_gradients(optimizer) && std::any_of(model.layers.begin(), model.layers.end(), looks_up)) {
    keras.helpers.insert(Helper::kDenseOptimizer);
    return Expression::call("Dense" + name, std::move(arguments));
  }
  return Expression::call("optimizers." + name, std::move(arguments));
}

}  // namespace neural::emit::tensorflow
