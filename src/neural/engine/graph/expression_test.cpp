#include "neural/engine/graph/expression.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace neural::engine {
namespace {

Expression of_one(const std::function<Term(Term)>& compute) {
  Expression expression;
  expression.add_result(compute(Term(expression, expression.input(0))).id());
  return expression;
}

double slope(const Expression& expression, double x) {
  const std::vector<int> wanted = {0};
  const std::vector<double> inputs = {x, 1};
  return derivative(expression, wanted).evaluate(inputs).front();
}

TEST(Expressions, equal_nodes_are_one_and_numbers_are_folded) {
  const Expression expression = of_one([](Term x) { return (x + 1) * (x + 1) + (x.number(2) * 3.0 - 6.0); });
  EXPECT_EQ(expression.trimmed().nodes().size(), 4U);  // x, 1, x + 1, its square
  EXPECT_EQ(expression.to_string(), "multiply(add(x0, 1), add(x0, 1))");
}

TEST(Expressions, each_function_is_what_it_says_at_its_edges) {
  EXPECT_EQ(evaluate(Function::sign, 0), 0);
  EXPECT_EQ(evaluate(Function::sign, -3), -1);
  EXPECT_EQ(evaluate(Function::sigmoid, -1000), 0);
  EXPECT_EQ(evaluate(Function::sigmoid, 1000), 1);
  EXPECT_EQ(evaluate(Function::softplus, 1000), 1000);
  EXPECT_EQ(evaluate(Function::softplus, -1000), 0);
  EXPECT_EQ(evaluate(Function::maximum, 2, 3), 3);
  EXPECT_EQ(evaluate(Function::minimum, 2, 3), 2);
  EXPECT_EQ(evaluate(Function::less, 1, 1), 0);
  EXPECT_EQ(evaluate(Function::less_equal, 1, 1), 1);
  EXPECT_EQ(evaluate(Function::equal, 1, 1), 1);
  EXPECT_EQ(evaluate(Function::select, 1, 5, 6), 5);
  EXPECT_EQ(evaluate(Function::select, 0, 5, 6), 6);
  EXPECT_EQ(evaluate(Function::log1p, 1e-20), 1e-20);
}

TEST(Expressions, every_derivative_agrees_with_a_difference) {
  const auto functions = {
#define NEURAL_FUNCTION(name, arguments) Function::name,
#include "neural/engine/graph/functions.def"
#undef NEURAL_FUNCTION
  };
  constexpr double kStep = 1e-6;
  for (const Function function : functions) {
    Expression expression;
    const NodeId a = expression.input(0);
    const NodeId b = argument_count(function) > 1 ? expression.input(1) : NodeId{};
    const NodeId c = argument_count(function) > 2 ? expression.input(2) : NodeId{};
    expression.add_result(expression.call(function, a, b, c));
    std::vector<double> inputs = {0.7, 1.3, -0.4};
    inputs.resize(static_cast<std::size_t>(argument_count(function)));
    for (std::size_t which = 0; which < inputs.size(); ++which) {
      const std::vector<int> wanted = {static_cast<int>(which)};
      std::vector<double> with_seed = inputs;
      with_seed.push_back(2);
      const double found = derivative(expression, wanted).evaluate(with_seed).front();
      std::vector<double> above = inputs;
      std::vector<double> below = inputs;
      above[which] += kStep;
      below[which] -= kStep;
      const double expected = 2 * (expression.evaluate(above)[0] - expression.evaluate(below)[0]) / (2 * kStep);
      EXPECT_NEAR(found, expected, 1e-8) << function_name(function) << " argument " << which;
    }
  }
}

TEST(Expressions, at_corners_the_derivative_is_that_of_the_frameworks) {
  EXPECT_EQ(slope(of_one([](Term x) { return abs(x); }), 0), 0);
  EXPECT_EQ(slope(of_one([](Term x) { return max(x, x.number(0)); }), 0), 0.5);
  EXPECT_EQ(slope(of_one([](Term x) { return min(x, x.number(0)); }), 0), 0.5);
  EXPECT_EQ(slope(of_one([](Term x) { return select(less(x.number(0), x), x, x.number(0)); }), 0), 0);
}

TEST(Expressions, a_power_of_zero_has_a_derivative) {
  EXPECT_EQ(slope(of_one([](Term x) { return pow(x, x.number(3)); }), 0), 0);
  Expression exponent;
  exponent.add_result(exponent.call(Function::power, exponent.number(0), exponent.input(0)));
  EXPECT_EQ(slope(exponent, 2), 0);
}

TEST(Expressions, several_results_share_what_they_compute_and_their_seeds) {
  Expression expression;
  const Term x(expression, expression.input(0));
  const Term y(expression, expression.input(1));
  const Term product = x * y;
  expression.add_result(product.id());
  expression.add_result((product * product).id());
  const std::vector<int> wanted = {0, 1};
  const std::vector<double> inputs = {3, 5, 1, 10};  // x, y, the seed of xy, and of (xy)²
  const std::vector<double> flows = derivative(expression, wanted).evaluate(inputs);
  EXPECT_EQ(flows[0], 5 * (1 + 10 * 2 * 15));
  EXPECT_EQ(flows[1], 3 * (1 + 10 * 2 * 15));
}

TEST(Expressions, scalars_are_told_when_it_is_computed) {
  Expression expression;
  const Term x(expression, expression.input(0));
  const Term rate(expression, expression.scalar(0));
  expression.add_result((x - rate * x).id());
  const std::vector<double> inputs = {2};
  const std::vector<double> scalars = {0.25};
  EXPECT_EQ(expression.evaluate(inputs, scalars).front(), 1.5);
}

}  // namespace
}  // namespace neural::engine
