#include "neural/emit/text/lambda_text.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "neural/emit/text/literals.hpp"
#include "neural/model/lambda.hpp"

namespace neural::emit {
namespace {

using model::LambdaStep;
using Kind = LambdaStep::Kind;

/// How tightly the outermost operator binds, as in Python.
enum Binding { kSum = 1, kProduct, kSign, kPower, kAtom };

struct Operand {
  std::string text;
  Binding binding = kAtom;
  std::optional<double> number;  ///< where it does not depend on the input
};

Operand number(double value) {
  return {python_number(value), value < 0 || std::signbit(value) ? kSign : kAtom, value};
}

std::string in_parentheses(const Operand& operand, Binding least) {
  return operand.binding < least ? "(" + operand.text + ")" : operand.text;
}

const char* function_name(Kind kind) {
  switch (kind) {
    case Kind::kAbs:
      return "abs";
    case Kind::kExp:
      return "exp";
    case Kind::kLog:
      return "log";
    case Kind::kSqrt:
      return "sqrt";
    case Kind::kSquare:
      return "square";
    case Kind::kTanh:
      return "tanh";
    case Kind::kSigmoid:
      return "sigmoid";
    case Kind::kRelu:
      return "relu";
    case Kind::kMinimum:
      return "minimum";
    case Kind::kMaximum:
      return "maximum";
    case Kind::kClip:
      return "clip";
    default:
      return nullptr;
  }
}

double value_of(Kind kind, const std::vector<double>& of) {
  switch (kind) {
    case Kind::kNegate:
      return -of[0];
    case Kind::kAdd:
      return of[0] + of[1];
    case Kind::kSubtract:
      return of[0] - of[1];
    case Kind::kMultiply:
      return of[0] * of[1];
    case Kind::kDivide:
      return of[0] / of[1];
    case Kind::kPower:
      return std::pow(of[0], of[1]);
    case Kind::kAbs:
      return std::abs(of[0]);
    case Kind::kExp:
      return std::exp(of[0]);
    case Kind::kLog:
      return std::log(of[0]);
    case Kind::kSqrt:
      return std::sqrt(of[0]);
    case Kind::kSquare:
      return of[0] * of[0];
    case Kind::kTanh:
      return std::tanh(of[0]);
    case Kind::kSigmoid:
      return 1 / (1 + std::exp(-of[0]));
    case Kind::kRelu:
      return std::max(of[0], 0.0);
    case Kind::kMinimum:
      return std::min(of[0], of[1]);
    case Kind::kMaximum:
      return std::max(of[0], of[1]);
    case Kind::kClip:
      return std::min(std::max(of[0], of[1]), of[2]);
    default:
      return 0;
  }
}

/// The operator between two operands; in Python all but the power bind to the left.
Operand joined(const Operand& a, std::string_view sign, const Operand& b, Binding binding) {
  const auto tighter = static_cast<Binding>(binding + 1);
  const bool is_power = binding == kPower;
  return {in_parentheses(a, is_power ? tighter : binding) + std::string(sign) +
              in_parentheses(b, is_power ? kSign : tighter),
          binding,
          {}};
}

Operand called(std::string_view function, const std::vector<std::string>& arguments) {
  std::string text(function);
  for (std::size_t i = 0; i < arguments.size(); ++i) text += (i == 0 ? "(" : ", ") + arguments[i];
  return {text + ")", kAtom, {}};
}

/// PyTorch's minimum and maximum take tensors; a number is a limit.
Operand limited(Kind kind, const Operand& a, const Operand& b) {
  if (!a.number && !b.number) {
    return called(kind == Kind::kMinimum ? "torch.minimum" : "torch.maximum", {a.text, b.text});
  }
  const std::string limit = (kind == Kind::kMinimum ? "max=" : "min=") + (a.number ? a : b).text;
  return called("torch.clamp", {(a.number ? b : a).text, limit});
}

Operand applied_by_torch(Kind kind, const std::vector<Operand>& of) {
  switch (kind) {
    case Kind::kMinimum:
    case Kind::kMaximum:
      return limited(kind, of[0], of[1]);
    case Kind::kClip:
      if (of[1].number && of[2].number) {
        return called("torch.clamp", {of[0].text, "min=" + of[1].text, "max=" + of[2].text});
      }
      if (of[0].number && of[1].number)
        return limited(Kind::kMinimum, number(std::max(*of[0].number, *of[1].number)), of[2]);
      return limited(Kind::kMinimum, limited(Kind::kMaximum, of[0], of[1]), of[2]);
    default:
      return called("torch." + std::string(function_name(kind)), {of[0].text});
  }
}

Operand applied(Kind kind, const std::vector<Operand>& of, Functions functions) {
  switch (kind) {
    case Kind::kNegate:
      return {"-" + in_parentheses(of[0], kSign), kSign, {}};
    case Kind::kAdd:
      return joined(of[0], " + ", of[1], kSum);
    case Kind::kSubtract:
      return joined(of[0], " - ", of[1], kSum);
    case Kind::kMultiply:
      return joined(of[0], " * ", of[1], kProduct);
    case Kind::kDivide:
      return joined(of[0], " / ", of[1], kProduct);
    case Kind::kPower: {
      // `ruff format` sets no blanks around the power of a name or a number.
      const bool is_simple = of[0].binding == kAtom && of[0].text.find('(') == std::string::npos &&
                             of[1].text.find('(') == std::string::npos && of[1].binding >= kSign;
      return joined(of[0], is_simple ? "**" : " ** ", of[1], kPower);
    }
    default:
      break;
  }
  if (functions == Functions::kTorch) return applied_by_torch(kind, of);
  std::vector<std::string> arguments;
  for (const Operand& operand : of) arguments.push_back(operand.text);
  return called("ops." + std::string(function_name(kind)), arguments);
}

}  // namespace

std::optional<LambdaExpression> lambda_expression(std::string_view text, std::string_view tensor, Functions functions) {
  const model::LambdaText lambda = model::parse_lambda(text);
  if (lambda.kind != model::LambdaText::Kind::kExpression) return std::nullopt;
  std::vector<Operand> stack;
  bool uses_functions = false;
  for (const LambdaStep& step : lambda.steps) {
    if (step.kind == Kind::kNumber) {
      stack.push_back(number(step.number));
      continue;
    }
    if (step.kind == Kind::kInput) {
      stack.push_back({std::string(tensor), kAtom, {}});
      continue;
    }
    const auto first = stack.end() - static_cast<std::ptrdiff_t>(operand_count(step.kind));
    const std::vector<Operand> operands(first, stack.end());
    stack.erase(first, stack.end());
    const bool is_constant =
        std::all_of(operands.begin(), operands.end(), [](const Operand& each) { return each.number.has_value(); });
    if (is_constant) {
      std::vector<double> values;
      for (const Operand& operand : operands) values.push_back(*operand.number);
      stack.push_back(number(value_of(step.kind, values)));
      continue;
    }
    uses_functions |= function_name(step.kind) != nullptr;
    stack.push_back(applied(step.kind, operands, functions));
  }
  const Operand& result = stack.back();
  if (!result.number) return LambdaExpression{result.text, uses_functions};
  const std::string owner = functions == Functions::kTorch ? "torch." : "ops.";
  return LambdaExpression{owner + "full_like(" + std::string(tensor) + ", " + result.text + ")", true};
}

}  // namespace neural::emit
