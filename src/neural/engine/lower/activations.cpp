// Functions of each element, as expressions, and the layers that are nothing else.
#include <cmath>

#include "neural/base/check.hpp"
#include "neural/engine/lower/lowering.hpp"
#include "neural/model/lambda.hpp"

namespace neural::engine {
namespace {

using model::Activation;
using model::LayerKind;
using model::Parameter;

/// x where it is above 0 or no number, else another; at 0 nothing flows into x.
Term above_zero(Term x, Term otherwise) {
  return select(less_equal(x, x.number(0)), otherwise, x);
}

/// e^x - 1 up to 0, and 0 above: where nobody takes it, it must not overflow, for the gradient would be 0 · ∞.
Term expm1_below_zero(Term x) {
  return exp(select(less(x.number(0), x), x.number(0), x)) - 1;
}

/// Between two numbers; nothing flows back from beyond them.
Term clip(Term x, double low, double high) {
  return select(less(x.number(low), x), select(less(x, x.number(high)), x, x.number(high)), x.number(low));
}

Term hard_sigmoid(Term x) {
  return clip(x / 6 + 0.5, 0, 1);
}

Term activation_of(Activation activation, Term x, std::optional<double> alpha) {
  switch (activation) {
    case Activation::linear:
      return x;
    case Activation::relu:
      return rectified(x, x);
    case Activation::relu6:
      return clip(x, 0, 6);
    case Activation::leaky_relu:
      return above_zero(x, x * alpha.value_or(0.2));
    case Activation::elu:
      return above_zero(x, alpha.value_or(1) * expm1_below_zero(x));
    case Activation::selu: {
      constexpr double kScale = 1.0507009873554805;
      constexpr double kAlpha = 1.6732632423543772;
      return kScale * above_zero(x, kAlpha * expm1_below_zero(x));
    }
    case Activation::celu: {
      const double factor = alpha.value_or(1);
      return above_zero(x, factor * expm1_below_zero(x / factor));
    }
    case Activation::gelu:
      return 0.5 * x * (1 + erf(x * 0.7071067811865476));
    case Activation::silu:
      return x * sigmoid(x);
    case Activation::hard_silu:
      return x * hard_sigmoid(x);
    case Activation::mish:
      return x * tanh(softplus(x));
    case Activation::sigmoid:
      return sigmoid(x);
    case Activation::hard_sigmoid:
      return hard_sigmoid(x);
    case Activation::log_sigmoid:
      return -softplus(-x);
    case Activation::tanh:
      return tanh(x);
    case Activation::hard_tanh:
      return clip(x, -1, 1);
    case Activation::softplus:
      return softplus(x);
    case Activation::softsign:
      return x / (1 + abs(x));
    case Activation::exponential:
      return exp(x);
    case Activation::softmax:
    case Activation::log_softmax:
      break;
  }
  NEURAL_CHECK(false, "no function of one element");
  return x;
}

std::optional<double> optional_number(const model::Layer& layer, Parameter parameter) {
  if (layer.attributes.at(parameter).is_none()) return std::nullopt;
  return layer.attributes.number(parameter);
}

/// max(x, 0) up to a limit, with x counting from a threshold on and a slope below it.
Term rectify(Term x, std::optional<double> most, double slope, double threshold) {
  const Term zero = x.number(0);
  Term above = select(less(x.number(threshold), x), x, zero);
  if (most) above = select(less(above, x.number(*most)), above, x.number(*most));
  if (slope == 0) return above;
  if (threshold == 0 && !most) return above_zero(x, slope * x);
  const Term below = x.number(threshold) - x;
  return above - slope * above_zero(below, zero);
}

}  // namespace

ValueId activate(Builder& builder, Activation activation, ValueId x, int axis, std::optional<double> alpha) {
  if (activation == Activation::linear) return x;
  if (activation == Activation::softmax) return builder.softmax(x, axis);
  if (activation == Activation::log_softmax) return builder.log_softmax(x, axis);
  return builder.elementwise({x}, [&](std::span<const Term> in) { return activation_of(activation, in[0], alpha); });
}

Flow lower_activation(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const model::Attributes& attributes = layer.attributes;
  const auto each = [&](const auto& compute) {
    input.value = builder.elementwise({input.value}, [&](std::span<const Term> in) { return compute(in[0]); });
    return input;
  };
  switch (layer.kind) {
    case LayerKind::Activation:
      input.value = activate(builder, attributes.activation(Parameter::function), input.value, -1,
                             optional_number(layer, Parameter::alpha));
      return input;
    case LayerKind::ReLU:
      return each([&](Term x) {
        return rectify(x, optional_number(layer, Parameter::max_value), attributes.number(Parameter::negative_slope),
                       attributes.number(Parameter::threshold));
      });
    case LayerKind::LeakyReLU:
      input.value =
          activate(builder, Activation::leaky_relu, input.value, -1, attributes.number(Parameter::negative_slope));
      return input;
    case LayerKind::ELU:
      input.value = activate(builder, Activation::elu, input.value, -1, attributes.number(Parameter::alpha));
      return input;
    case LayerKind::PReLU:
      input.value = builder.elementwise({input.value, lowering.weight(layer, "alpha")},
                                        [](std::span<const Term> in) { return above_zero(in[0], in[1] * in[0]); });
      return input;
    case LayerKind::Softmax: {
      const auto axis = static_cast<int>(attributes.integer(Parameter::axis));
      if (input.is_masked()) {
        lowering.refuse(layer, "`Softmax` of masked steps",
                        "use `Activation(\"softmax\")`, which does not look at masks");
      }
      input.value = builder.softmax(input.value, axis);
      return input;
    }
    case LayerKind::Rescaling:
      return each(
          [&](Term x) { return x * attributes.number(Parameter::scale) + attributes.number(Parameter::offset); });
    default:
      NEURAL_CHECK(false, "no layer of an activation");
      return input;
  }
}

Flow lower_lambda(Lowering& lowering, const model::Layer& layer, Flow input) {
  using Kind = model::LambdaStep::Kind;
  const model::LambdaText text = model::parse_lambda(layer.attributes.word(Parameter::function));
  NEURAL_CHECK(text.kind == model::LambdaText::Kind::kExpression, "what is not understood is refused before");
  const auto compute = [&](std::span<const Term> in) {
    std::vector<Term> stack;
    const auto pop = [&] {
      const Term top = stack.back();
      stack.pop_back();
      return top;
    };
    for (const model::LambdaStep& step : text.steps) {
      if (step.kind == Kind::kNumber) {
        stack.push_back(in[0].number(step.number));
        continue;
      }
      if (step.kind == Kind::kInput) {
        stack.push_back(in[0]);
        continue;
      }
      const Term last = pop();
      switch (step.kind) {
        case Kind::kNegate:
          stack.push_back(-last);
          break;
        case Kind::kAdd:
          stack.push_back(pop() + last);
          break;
        case Kind::kSubtract:
          stack.push_back(pop() - last);
          break;
        case Kind::kMultiply:
          stack.push_back(pop() * last);
          break;
        case Kind::kDivide:
          stack.push_back(pop() / last);
          break;
        case Kind::kPower:
          stack.push_back(pow(pop(), last));
          break;
        case Kind::kAbs:
          stack.push_back(abs(last));
          break;
        case Kind::kExp:
          stack.push_back(exp(last));
          break;
        case Kind::kLog:
          stack.push_back(log(last));
          break;
        case Kind::kSqrt:
          stack.push_back(sqrt(last));
          break;
        case Kind::kSquare:
          stack.push_back(last * last);
          break;
        case Kind::kTanh:
          stack.push_back(tanh(last));
          break;
        case Kind::kSigmoid:
          stack.push_back(sigmoid(last));
          break;
        case Kind::kRelu:
          stack.push_back(above_zero(last, last.number(0)));
          break;
        case Kind::kMinimum:
          stack.push_back(min(pop(), last));
          break;
        case Kind::kMaximum:
          stack.push_back(max(pop(), last));
          break;
        case Kind::kClip: {
          const Term low = pop();
          stack.push_back(min(max(pop(), low), last));
          break;
        }
        case Kind::kNumber:
        case Kind::kInput:
          break;
      }
    }
    return stack.back();
  };
  input.value = lowering.builder().elementwise({input.value}, compute);
  return input;
}

}  // namespace neural::engine
