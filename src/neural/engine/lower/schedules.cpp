// Learning rates that change with the steps, as Keras 3 computes them.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "neural/base/check.hpp"
#include "neural/engine/lower/training.hpp"

namespace neural::engine {
namespace {

using model::Parameter;
using model::ScheduleKind;
using Rate = std::function<double(std::int64_t)>;

/// Written with or without a fraction.
double number(const model::Attributes& parameters, Parameter parameter) {
  if (const auto* count = std::get_if<std::int64_t>(&parameters.at(parameter).value))
    return static_cast<double>(*count);
  return parameters.number(parameter);
}

std::vector<double> numbers(const model::Attributes& parameters, Parameter parameter) {
  const model::Attribute& attribute = parameters.at(parameter);
  if (const auto* values = std::get_if<std::vector<double>>(&attribute.value)) return *values;
  const auto& integers = std::get<std::vector<std::int64_t>>(attribute.value);
  return {integers.begin(), integers.end()};
}

double cosine(double fraction) {
  return (1 + std::cos(std::numbers::pi * fraction)) / 2;
}

/// How many times decay_steps have passed.
std::function<double(double)> pace(const model::Attributes& parameters, bool staircase) {
  const double steps = number(parameters, Parameter::decay_steps);
  return [=](double step) { return staircase ? std::floor(step / steps) : step / steps; };
}

Rate exponential(const model::Attributes& parameters, bool staircase) {
  const double initial = number(parameters, Parameter::initial_learning_rate);
  const double rate = number(parameters, Parameter::decay_rate);
  return [=, passed = pace(parameters, staircase)](std::int64_t step) {
    return initial * std::pow(rate, passed(static_cast<double>(step)));
  };
}

Rate inverse_time(const model::Attributes& parameters) {
  const double initial = number(parameters, Parameter::initial_learning_rate);
  const double rate = number(parameters, Parameter::decay_rate);
  return [=, passed = pace(parameters, parameters.boolean(Parameter::staircase))](std::int64_t step) {
    return initial / (1 + rate * passed(static_cast<double>(step)));
  };
}

Rate polynomial(const model::Attributes& parameters) {
  const double initial = number(parameters, Parameter::initial_learning_rate);
  const double end = number(parameters, Parameter::end_learning_rate);
  const double power = number(parameters, Parameter::power);
  const double steps = number(parameters, Parameter::decay_steps);
  const bool cycles = parameters.boolean(Parameter::cycle);
  return [=](std::int64_t number) {
    const auto step = static_cast<double>(number);
    const double length = cycles ? steps * std::max(1.0, std::ceil(step / steps)) : steps;
    const double rest = 1 - std::min(step, length) / length;
    return (initial - end) * std::pow(rest, power) + end;
  };
}

/// A boundary is the last step of its piece.
Rate pieces(const model::Attributes& parameters) {
  const std::vector<double> boundaries = numbers(parameters, Parameter::boundaries);
  const std::vector<double> values = numbers(parameters, Parameter::values);
  return [=](std::int64_t step) {
    const auto passed = std::count_if(boundaries.begin(), boundaries.end(), [&](double boundary) {
      return static_cast<double>(step) > std::trunc(boundary);
    });
    return values[static_cast<std::size_t>(passed)];
  };
}

Rate cosine_decay(const model::Attributes& parameters) {
  const double initial = number(parameters, Parameter::initial_learning_rate);
  const double alpha = number(parameters, Parameter::alpha);
  const double steps = number(parameters, Parameter::decay_steps);
  const bool warms_up = !parameters.at(Parameter::warmup_target).is_none();
  const double target = warms_up ? number(parameters, Parameter::warmup_target) : initial;
  const double warmup = warms_up ? static_cast<double>(parameters.integer(Parameter::warmup_steps)) : 0;
  return [=](std::int64_t number) {
    const auto step = static_cast<double>(number);
    if (step < warmup) return initial + (target - initial) * step / warmup;
    const double fraction = std::min(step - warmup, steps) / steps;
    return target * ((1 - alpha) * cosine(fraction) + alpha);
  };
}

/// By a loop and not by logarithms, whose rounding decides where Keras begins anew.
Rate restarts(const model::Attributes& parameters) {
  const double initial = number(parameters, Parameter::initial_learning_rate);
  const double alpha = number(parameters, Parameter::alpha);
  const auto first = static_cast<double>(parameters.integer(Parameter::first_decay_steps));
  const double longer = number(parameters, Parameter::t_mul);
  const double higher = number(parameters, Parameter::m_mul);
  return [=](std::int64_t number) {
    const auto step = static_cast<double>(number);
    double begin = 0;
    double length = first;
    double from = initial;
    if (longer == 1) {
      const double passed = std::floor(step / first);
      begin = passed * first;
      from *= std::pow(higher, passed);
    } else {
      while (step >= begin + length) {
        begin += length;
        length *= longer;
        from *= higher;
      }
    }
    return from * (1 - alpha) * cosine((step - begin) / length) + initial * alpha;
  };
}

}  // namespace

Rate learning_rate_of(const model::Optimizer& optimizer) {
  const model::Attribute& attribute = optimizer.parameters.at(Parameter::learning_rate);
  const auto* schedule = std::get_if<model::Schedule>(&attribute.value);
  if (schedule == nullptr) {
    const double rate = optimizer.parameters.number(Parameter::learning_rate);
    return [rate](std::int64_t) { return rate; };
  }
  const model::Attributes& parameters = schedule->parameters;
  switch (schedule->kind) {
    case ScheduleKind::ExponentialDecay:
      return exponential(parameters, parameters.boolean(Parameter::staircase));
    case ScheduleKind::StepDecay:
      return exponential(parameters, true);
    case ScheduleKind::InverseTimeDecay:
      return inverse_time(parameters);
    case ScheduleKind::PolynomialDecay:
      return polynomial(parameters);
    case ScheduleKind::PiecewiseConstantDecay:
      return pieces(parameters);
    case ScheduleKind::CosineDecay:
      return cosine_decay(parameters);
    case ScheduleKind::CosineDecayRestarts:
      return restarts(parameters);
  }
  NEURAL_CHECK(false, "a schedule outside the table");
  return {};
}

}  // namespace neural::engine
