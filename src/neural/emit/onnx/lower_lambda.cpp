// The expression of a Lambda layer.
#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/onnx/lowering.hpp"
#include "neural/model/lambda.hpp"

namespace neural::emit::onnx {
namespace {

using Kind = model::LambdaStep::Kind;

std::string_view operation_of(Kind kind) {
  switch (kind) {
    case Kind::kNegate:
      return "Neg";
    case Kind::kAdd:
      return "Add";
    case Kind::kSubtract:
      return "Sub";
    case Kind::kMultiply:
      return "Mul";
    case Kind::kDivide:
      return "Div";
    case Kind::kPower:
      return "Pow";
    case Kind::kAbs:
      return "Abs";
    case Kind::kExp:
      return "Exp";
    case Kind::kLog:
      return "Log";
    case Kind::kSqrt:
      return "Sqrt";
    case Kind::kTanh:
      return "Tanh";
    case Kind::kSigmoid:
      return "Sigmoid";
    case Kind::kRelu:
      return "Relu";
    case Kind::kMinimum:
      return "Min";
    case Kind::kMaximum:
      return "Max";
    default:
      NEURAL_CHECK(false, "no operation of its own");
      return {};
  }
}

}  // namespace

Value lower_lambda(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const model::LambdaText text = model::parse_lambda(layer.attributes.word(model::Parameter::function));
  if (text.kind != model::LambdaText::Kind::kExpression) {
    builder.refuse_unknown(
        layer, "the text of `Lambda` is no expression of the language, and no meaning of it is known on ONNX",
        "use numbers, the name, + - * / **, and abs, exp, log, sqrt, square, tanh, sigmoid, relu, minimum, maximum, "
        "clip");
    return input;
  }
  std::vector<std::string> stack;
  const auto pop = [&] {
    std::string top = std::move(stack.back());
    stack.pop_back();
    return top;
  };
  for (const model::LambdaStep& step : text.steps) {
    if (step.kind == Kind::kNumber) {
      stack.push_back(builder.number(step.number));
    } else if (step.kind == Kind::kInput) {
      stack.push_back(input.name);
    } else if (step.kind == Kind::kSquare) {
      const std::string x = pop();
      stack.push_back(builder.add("Mul", {x, x}));
    } else if (step.kind == Kind::kClip) {
      const std::string high = pop();
      const std::string low = pop();
      const std::string above = builder.add("Max", {pop(), low});
      stack.push_back(builder.add("Min", {above, high}));
    } else if (operand_count(step.kind) == 2) {
      const std::string right = pop();
      const std::string left = pop();
      stack.push_back(builder.add(operation_of(step.kind), {left, right}));
    } else {
      stack.push_back(builder.add(operation_of(step.kind), {pop()}));
    }
  }
  // A text without its input is the same number everywhere.
  const bool reads_input = std::any_of(text.steps.begin(), text.steps.end(),
                                       [](const model::LambdaStep& step) { return step.kind == Kind::kInput; });
  input.name = reads_input ? stack.back() : builder.add("Expand", {stack.back(), builder.add("Shape", {input.name})});
  return input;
}

}  // namespace neural::emit::onnx
