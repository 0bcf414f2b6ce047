// Layers without built-in meaning: their shape is taken on trust.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/model/arguments.hpp"
#include "neural/model/lambda.hpp"
#include "neural/model/shapes/shape_context.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

using syntax::Code;

/// E502 for a declared size below 1.
bool is_sound(ShapeContext& context, Parameter parameter) {
  for (const Dimension& size : context.attributes().shape(parameter)) {
    if (size.value_or(1) >= 1) continue;
    context.fail(Code::E502,
                 fmt::format("a size of `{}.{}` must be at least 1, got {}: {}", context.owner(),
                             parameter_name(parameter), *size, to_string(context.attributes().shape(parameter))),
                 "use `None` for a size that varies");
    return false;
  }
  return true;
}

/// The declared output_shape, else the input's.
std::optional<Shape> declared_shape(ShapeContext& context) {
  if (context.attributes().at(Parameter::output_shape).is_none()) return context.input();
  if (!is_sound(context, Parameter::output_shape)) return {};
  return context.attributes().shape(Parameter::output_shape);
}

}  // namespace

std::optional<Shape> custom_shape(ShapeContext& context) {
  if (!is_sound(context, Parameter::shape)) return {};
  const Shape& shape = context.attributes().shape(Parameter::shape);
  context.warn(
      Code::W414,
      fmt::format("`{}` has no built-in meaning: its result is taken to be {}", context.owner(), to_string(shape)),
      "use `Reshape` to change a shape without a layer of your own");
  return shape;
}

PartialShape custom_partial_shape(const Attributes& attributes, std::optional<std::size_t> /*input_rank*/) {
  return {attributes.shape(Parameter::shape).size(), {}};
}

std::optional<Shape> opaque_shape(ShapeContext& context) {
  const bool is_declared = !context.attributes().at(Parameter::output_shape).is_none();
  auto output = declared_shape(context);
  if (!output) return {};
  context.warn(Code::W414,
               fmt::format("`{}` has no built-in meaning: {}", printable(context.owner()),
                           is_declared ? "its result is taken to be " + to_string(*output) : "the shape is kept"),
               is_declared ? "" : "say what comes out with `output_shape=(…)` where the shape changes");
  return output;
}

/// The text must at least name its parameter: `x: x * 2`.
void complete_lambda(Binding& binding, Reporter& reporter) {
  const Attribute* function = binding.attributes.find(Parameter::function);
  if (function == nullptr) return;
  const auto& text = std::get<std::string>(function->value);
  if (parse_lambda(text).kind != LambdaText::Kind::kNoFunction) return;
  reporter.add(Code::E209, binding.span_of(Parameter::function),
               fmt::format("{} is not a valid `Lambda.function`", as_code(text)),
               "write the parameter and an expression, for example `\"x: x * 2\"`");
  binding.failed = binding.shape_failed = true;
}

std::optional<Shape> lambda_shape(ShapeContext& context) {
  auto output = declared_shape(context);
  if (!output) return {};
  if (parse_lambda(context.attributes().word(Parameter::function)).kind == LambdaText::Kind::kExpression) {
    if (*output == context.input()) return output;
    return context.fail(Code::E504,
                        fmt::format("`{}` of {} acts on each element and keeps the shape {}, but `output_shape` is {}",
                                    context.owner(), as_code(context.attributes().word(Parameter::function)),
                                    to_string(context.input()), to_string(*output)),
                        "leave `output_shape` out, or use `Reshape`");
  }
  context.warn(
      Code::W414,
      fmt::format("`{}` has no built-in meaning for {}: {}", context.owner(),
                  as_code(context.attributes().word(Parameter::function)),
                  context.attributes().at(Parameter::output_shape).is_none() ? "the shape is kept"
                                                                             : "the shape is taken as declared"),
      "use numbers, the parameter, + - * / **, parentheses, and abs exp log sqrt square tanh sigmoid relu "
      "minimum maximum clip");
  return output;
}

}  // namespace neural::model
