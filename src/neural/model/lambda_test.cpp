#include "neural/model/lambda.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::model_of;
using testing::network;
using Kind = LambdaText::Kind;

/// The value of an expression at one point, by a stack of numbers.
double value(const std::string& text, double x) {
  const LambdaText lambda = parse_lambda(text);
  EXPECT_EQ(lambda.kind, Kind::kExpression) << text;
  std::vector<double> stack;
  const auto pop = [&] {
    const double top = stack.empty() ? std::nan("") : stack.back();
    if (!stack.empty()) stack.pop_back();
    return top;
  };
  for (const LambdaStep& step : lambda.steps) {
    using enum LambdaStep::Kind;
    switch (step.kind) {
      case kNumber:
        stack.push_back(step.number);
        continue;
      case kInput:
        stack.push_back(x);
        continue;
      default:
        break;
    }
    const double last = pop();
    switch (step.kind) {
      case kNegate:
        stack.push_back(-last);
        break;
      case kAbs:
        stack.push_back(std::fabs(last));
        break;
      case kExp:
        stack.push_back(std::exp(last));
        break;
      case kLog:
        stack.push_back(std::log(last));
        break;
      case kSqrt:
        stack.push_back(std::sqrt(last));
        break;
      case kSquare:
        stack.push_back(last * last);
        break;
      case kTanh:
        stack.push_back(std::tanh(last));
        break;
      case kSigmoid:
        stack.push_back(1 / (1 + std::exp(-last)));
        break;
      case kRelu:
        stack.push_back(std::max(last, 0.0));
        break;
      case kAdd:
        stack.push_back(pop() + last);
        break;
      case kSubtract:
        stack.push_back(pop() - last);
        break;
      case kMultiply:
        stack.push_back(pop() * last);
        break;
      case kDivide:
        stack.push_back(pop() / last);
        break;
      case kPower:
        stack.push_back(std::pow(pop(), last));
        break;
      case kMinimum:
        stack.push_back(std::min(pop(), last));
        break;
      case kMaximum:
        stack.push_back(std::max(pop(), last));
        break;
      case kClip: {
        const double low = pop();
        stack.push_back(std::clamp(pop(), low, last));
        break;
      }
      default:
        ADD_FAILURE() << "a step nobody knows";
    }
  }
  EXPECT_EQ(stack.size(), 1U) << text;
  return stack.empty() ? 0 : stack.back();
}

Kind kind_of(const std::string& text) {
  return parse_lambda(text).kind;
}

TEST(Lambda, is_a_parameter_and_an_expression) {
  EXPECT_EQ(value("x: x", 3), 3);
  EXPECT_EQ(value("lambda x: x * 2", 3), 6);
  EXPECT_EQ(value("  lambda   value :value+1 ", 3), 4);
  EXPECT_EQ(value("_t1: _t1 - 1", 3), 2);
  EXPECT_EQ(parse_lambda("lambda y: y").parameter, "y");
  EXPECT_EQ(value("x: 7", 3), 7) << "the parameter need not be used";
}

TEST(Lambda, binds_its_operators_as_python_does) {
  EXPECT_EQ(value("x: 1 + x * 2", 3), 7);
  EXPECT_EQ(value("x: (1 + x) * 2", 3), 8);
  EXPECT_EQ(value("x: 10 - x - 2", 3), 5) << "from the left";
  EXPECT_EQ(value("x: 12 / x / 2", 3), 2) << "from the left";
  EXPECT_EQ(value("x: 2 ** x ** 2", 3), 512) << "from the right";
  EXPECT_EQ(value("x: -x ** 2", 3), -9) << "a sign binds less than a power";
  EXPECT_EQ(value("x: x ** -1", 4), 0.25);
  EXPECT_EQ(value("x: --x", 3), 3);
  EXPECT_EQ(value("x: +x - -2", 3), 5);
  EXPECT_EQ(value("x: 2 * -x", 3), -6);
  EXPECT_EQ(value("x: 3*x**2", 2), 12);
}

TEST(Lambda, knows_numbers) {
  EXPECT_EQ(value("x: 1.5", 0), 1.5);
  EXPECT_EQ(value("x: .5 + 1. + 2e1 + 1E-1", 0), .5 + 1. + 2e1 + 1E-1);
  for (const char* text : {"x: 1_000", "x: 0x10", "x: 1j", "x: 2x", "x: 1.2.3", "x: .", "x: 1e", "x: 1e999"}) {
    EXPECT_EQ(kind_of(text), Kind::kOpaque) << text;
  }
}

TEST(Lambda, knows_elementwise_functions) {
  EXPECT_EQ(value("x: abs(x)", -3), 3);
  EXPECT_EQ(value("x: square(sqrt(x))", 4), 4);
  EXPECT_DOUBLE_EQ(value("x: log(exp(x))", 2), 2);
  EXPECT_NEAR(value("x: tanh(x) - (2 * sigmoid(2 * x) - 1)", 0.3), 0, 1e-15);
  EXPECT_EQ(value("x: relu(x) + relu(-x)", -3), 3);
  EXPECT_EQ(value("x: minimum(x, 1) + maximum(x, 5)", 3), 6);
  EXPECT_EQ(value("x: clip(x, 0, 1)", 3), 1);
  EXPECT_EQ(value("x: clip(x, 0, 1)", -3), 0);
  EXPECT_EQ(value("abs: abs", 3), 3) << "a parameter hides the function of its name";
}

TEST(Lambda, that_calls_anything_else_is_opaque) {
  for (const char* text : {"x: foo(x)", "x: tf.nn.relu(x)", "x: x.sum()", "x: x > 0", "x: x if x else 1", "x: [x]",
                           "x: x // 2", "x: x % 2", "x: y", "x: clip(x, 0)", "x: abs()", "x: abs(x, x)", "x: (x",
                           "x: x)", "x: x +", "x: x x", "x: \"x\"", "x: x @ x", "x: abs"}) {
    EXPECT_EQ(kind_of(text), Kind::kOpaque) << text;
    EXPECT_TRUE(parse_lambda(text).steps.empty()) << text;
  }
}

TEST(Lambda, without_a_parameter_or_a_body_is_no_function) {
  for (const char* text : {"", " ", "x", "x:", "x: ", ": x", "lambda", "lambda x", "lambda : x", "lambda: 3", "x + 1",
                           "x, y: x + y", "5", "def f(x): x", "1x: 1"}) {
    EXPECT_EQ(kind_of(text), Kind::kNoFunction) << text;
  }
}

TEST(Lambda, nested_too_deep_is_opaque) {
  const auto nested = [](std::size_t depth) { return "x: " + std::string(depth, '(') + "x" + std::string(depth, ')'); };
  EXPECT_EQ(kind_of(nested(100)), Kind::kExpression);
  EXPECT_EQ(kind_of(nested(100000)), Kind::kOpaque);
  EXPECT_EQ(kind_of("x: " + std::string(100000, '-') + "x"), Kind::kOpaque);
  std::string powers = "x: x";
  for (int i = 0; i < 100000; ++i) powers += " ** x";
  EXPECT_EQ(kind_of(powers), Kind::kOpaque);
  std::string sums = "x: x";
  for (int i = 0; i < 100000; ++i) sums += " + x";
  EXPECT_EQ(kind_of(sums), Kind::kExpression) << "a long sum is not deep";
}

// ---- the layer ----

TEST(LambdaLayer, keeps_the_shape) {
  EXPECT_EQ(codes_of("Lambda(\"x: x * 2\")", "(4, 3)"), "");
  EXPECT_EQ(model_of("Lambda(\"x: x * 2\")", "(4, 3)", "loss: mse").output(), (Shape{4, 3}));
}

TEST(LambdaLayer, of_unknown_functions_may_declare_a_shape) {
  EXPECT_EQ(codes_of("Lambda(\"x: foo(x)\")", "(4, 3)"), "W414");
  EXPECT_EQ(model_of("Lambda(\"x: foo(x)\", output_shape=(7,))", "(4, 3)", "loss: mse").output(), (Shape{7}));
  EXPECT_EQ(codes_of("Lambda(\"x: foo(x)\", output_shape=(0,))", "(4, 3)"), "E502");
}

TEST(LambdaLayer, that_acts_on_elements_cannot_change_the_shape) {
  EXPECT_EQ(codes_of("Lambda(\"x: x * 2\", output_shape=(4, 3))", "(4, 3)"), "");
  const Checked checked(network("Lambda(\"x: x * 2\", output_shape=(12,))", "(4, 3)"));
  EXPECT_EQ(checked.codes(), "3:E504");
  EXPECT_EQ(checked.first(Code::E504).message,
            "`Lambda` of `x: x * 2` acts on each element and keeps the shape (4, 3), but `output_shape` is (12,)");
}

TEST(LambdaLayer, wants_the_text_of_a_function) {
  EXPECT_EQ(codes_of("Lambda(5)", "(4)"), "E301");
  EXPECT_EQ(codes_of("Lambda(relu)", "(4)"), "E216");
  EXPECT_EQ(codes_of("Lambda(\"\")", "(4)"), "E302");
  EXPECT_EQ(codes_of("Lambda()", "(4)"), "E205");
  EXPECT_EQ(codes_of("Lambda(\"relu\") Conv2D(3, 3)", "(4)"), "E209") << "nothing is said about what follows";
}

}  // namespace
}  // namespace neural::model
