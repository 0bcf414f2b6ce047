#include "neural/emit/pytorch/schedules.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "neural/base/check.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/python_writer.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Parameter;
using model::ScheduleKind;

/// One schedule, whose lines go to a writer.
class Formula {
 public:
  Formula(const model::Attributes& parameters, PythonWriter& writer) : parameters_(parameters), writer_(writer) {}

  void exponential(bool staircase) {
    result("{} * {} ** ({})", text(Parameter::initial_learning_rate), text(Parameter::decay_rate), pace(staircase));
  }

  void inverse_time() {
    const bool staircase = parameters_.boolean(Parameter::staircase);
    result("{} / (1 + {} * {})", text(Parameter::initial_learning_rate), text(Parameter::decay_rate),
           staircase ? "(" + pace(true) + ")" : pace(false));
  }

  void polynomial() {
    const std::string steps = text(Parameter::decay_steps);
    if (parameters_.boolean(Parameter::cycle)) {
      line("steps = {0} * max(1, math.ceil(step / {0}))", steps);
      line("rest = 1 - step / steps");
    } else {
      line("rest = 1 - min(step, {0}) / {0}", steps);
    }
    const double power = parameters_.number(Parameter::power);
    result("({0} - {1}) * rest{2} + {1}", text(Parameter::initial_learning_rate), text(Parameter::end_learning_rate),
           power == 1 ? "" : "**" + python_number(power));
  }

  /// A boundary is the last step of its piece.
  void pieces() {
    std::string boundaries;
    for (const double boundary : numbers(Parameter::boundaries)) {
      boundaries += fmt::format("{}, ", static_cast<std::int64_t>(std::trunc(boundary)));
    }
    std::string values;
    for (const double value : numbers(Parameter::values)) values += python_number(value) + ", ";
    line("boundaries = ({})", closed(boundaries));
    line("values = ({})", closed(values));
    result("values[sum(step > boundary for boundary in boundaries)]");
  }

  /// The warm-up is there where its target is.
  void cosine() {
    const std::string steps = text(Parameter::decay_steps);
    std::string from = text(Parameter::initial_learning_rate);
    std::string passed = "step";
    if (!parameters_.at(Parameter::warmup_target).is_none()) {
      const std::int64_t warmup = parameters_.integer(Parameter::warmup_steps);
      const std::string target = text(Parameter::warmup_target);
      if (warmup > 0) {
        line("if step < {}:", warmup);
        line("    return {0} + ({1} - {0}) * step / {2}", from, target, warmup);
        passed = fmt::format("step - {}", warmup);
      }
      from = target;
    }
    line("fraction = min({0}, {1}) / {1}", passed, steps);
    cosine_of_fraction(from, "");
  }

  /// By a loop and not by logarithms, whose rounding decides where Keras begins anew.
  void restarts() {
    const std::int64_t steps = parameters_.integer(Parameter::first_decay_steps);
    const double factor = parameters_.number(Parameter::m_mul);
    const bool counts = factor != 1;
    if (parameters_.number(Parameter::t_mul) != 1) {
      line("begin, length{} = 0.0, {}{}", counts ? ", restarts" : "", python_number(static_cast<double>(steps)),
           counts ? ", 0" : "");
      line("while step >= begin + length:");
      line("    begin, length{} = begin + length, length * {}{}", counts ? ", restarts" : "", text(Parameter::t_mul),
           counts ? ", restarts + 1" : "");
      line("fraction = (step - begin) / length");
    } else {
      if (counts) line("restarts = step // {}", steps);
      line("fraction = step % {0} / {0}", steps);
    }
    cosine_of_fraction(text(Parameter::initial_learning_rate),
                       counts ? python_number(factor) + "**restarts * " : std::string());
  }

 private:
  template <class... Parts>
  void line(fmt::format_string<Parts...> format, Parts&&... parts) {
    writer_.line(fmt::format(format, std::forward<Parts>(parts)...));
  }
  template <class... Parts>
  void result(fmt::format_string<Parts...> format, Parts&&... parts) {
    writer_.line("return " + fmt::format(format, std::forward<Parts>(parts)...));
  }

  void cosine_of_fraction(const std::string& from, const std::string& factor) {
    const std::string cosine = factor + "(1 + math.cos(math.pi * fraction)) / 2";
    const double alpha = parameters_.number(Parameter::alpha);
    if (alpha == 0) return result("{} * {}", from, cosine);
    result("{0} * ((1 - {1}) * {2} + {1})", from, python_number(alpha), cosine);
  }

  /// How many times decay_steps have passed.
  std::string pace(bool staircase) const {
    return fmt::format("step {} {}", staircase ? "//" : "/", text(Parameter::decay_steps));
  }

  std::string text(Parameter parameter) const {
    if (const auto* count = std::get_if<std::int64_t>(&parameters_.at(parameter).value)) return std::to_string(*count);
    return python_number(parameters_.number(parameter));
  }

  std::vector<double> numbers(Parameter parameter) const {
    const model::Attribute& attribute = parameters_.at(parameter);
    if (const auto* values = std::get_if<std::vector<double>>(&attribute.value)) return *values;
    const auto& integers = std::get<std::vector<std::int64_t>>(attribute.value);
    return {integers.begin(), integers.end()};
  }

  /// A tuple of one keeps its comma.
  static std::string closed(const std::string& elements) {
    const bool is_one = elements.find(", ") == elements.size() - 2;
    return elements.substr(0, elements.size() - (is_one ? 1 : 2));
  }

  const model::Attributes& parameters_;
  PythonWriter& writer_;
};

}  // namespace

std::string schedule_function(const model::Schedule& schedule) {
  PythonWriter writer;
  writer.line("def learning_rate(step: int) -> float:");
  const auto indentation = writer.indent();
  writer.line(fmt::format("\"\"\"{} of Keras; steps are counted from 0.\"\"\"", schedule.kind == ScheduleKind::StepDecay
                                                                                    ? "ExponentialDecay in stairs"
                                                                                    : schedule_name(schedule.kind)));
  Formula formula(schedule.parameters, writer);
  switch (schedule.kind) {
    case ScheduleKind::ExponentialDecay:
      formula.exponential(schedule.parameters.boolean(Parameter::staircase));
      break;
    case ScheduleKind::StepDecay:
      formula.exponential(true);
      break;
    case ScheduleKind::InverseTimeDecay:
      formula.inverse_time();
      break;
    case ScheduleKind::PolynomialDecay:
      formula.polynomial();
      break;
    case ScheduleKind::PiecewiseConstantDecay:
      formula.pieces();
      break;
    case ScheduleKind::CosineDecay:
      formula.cosine();
      break;
    case ScheduleKind::CosineDecayRestarts:
      formula.restarts();
      break;
  }
  return writer.take();
}

}  // namespace neural::emit::pytorch
