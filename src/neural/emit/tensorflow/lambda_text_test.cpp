#include "neural/emit/tensorflow/lambda_text.hpp"

#include <gtest/gtest.h>

namespace neural::emit::tensorflow {
namespace {

std::string python(std::string_view text) {
  const auto expression = lambda_expression(text, "x");
  return expression ? expression->text : "";
}

TEST(TensorFlowLambda, NamesTheTensorAndKeepsTheOrder) {
  EXPECT_EQ(python("t: t * 2 + 1"), "x * 2.0 + 1.0");
  EXPECT_EQ(python("t: t - (t - 1)"), "x - (x - 1.0)");
  EXPECT_EQ(python("t: (t + 1) * t / (t * 2)"), "(x + 1.0) * x / (x * 2.0)");
}

TEST(TensorFlowLambda, PowersAndSignsBindAsInPython) {
  EXPECT_EQ(python("t: -t ** 2"), "-x**2.0");
  EXPECT_EQ(python("t: (-t) ** 2"), "(-x) ** 2.0");
  EXPECT_EQ(python("t: t ** t ** 2"), "x**x**2.0");
  EXPECT_EQ(python("t: (t ** 2) ** t"), "(x**2.0) ** x");
  EXPECT_EQ(python("t: 2 ** -t"), "2.0**-x");
}

TEST(TensorFlowLambda, FunctionsAreOperationsOfKeras) {
  EXPECT_EQ(python("t: clip(abs(t), 0.5, 1)"), "ops.clip(ops.abs(x), 0.5, 1.0)");
  EXPECT_TRUE(lambda_expression("t: relu(t)", "x")->uses_ops);
  EXPECT_FALSE(lambda_expression("t: t + 1", "x")->uses_ops);
}

TEST(TensorFlowLambda, NumbersAmongThemselvesAreComputed) {
  EXPECT_EQ(python("t: t + 2 * 3 - 1"), "x + 6.0 - 1.0");
  EXPECT_EQ(python("t: t / (1 / 0)"), "x / float(\"inf\")");
  EXPECT_EQ(python("t: 3"), "ops.full_like(x, 3.0)");
}

TEST(TensorFlowLambda, OtherTextsHaveNoMeaning) {
  EXPECT_EQ(python("t: __import__('os')"), "");
  EXPECT_EQ(python("t: t[0]"), "");
}

}  // namespace
}  // namespace neural::emit::tensorflow
