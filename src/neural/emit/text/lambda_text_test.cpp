#include "neural/emit/text/lambda_text.hpp"

#include <gtest/gtest.h>

namespace neural::emit {
namespace {

std::string python(std::string_view text) {
  const auto expression = lambda_expression(text, "x", Functions::kKeras);
  return expression ? expression->text : "";
}

TEST(Lambda, NamesTheTensorAndKeepsTheOrder) {
  EXPECT_EQ(python("t: t * 2 + 1"), "x * 2.0 + 1.0");
  EXPECT_EQ(python("t: t - (t - 1)"), "x - (x - 1.0)");
  EXPECT_EQ(python("t: (t + 1) * t / (t * 2)"), "(x + 1.0) * x / (x * 2.0)");
}

TEST(Lambda, PowersAndSignsBindAsInPython) {
  EXPECT_EQ(python("t: -t ** 2"), "-x**2.0");
  EXPECT_EQ(python("t: (-t) ** 2"), "(-x) ** 2.0");
  EXPECT_EQ(python("t: t ** t ** 2"), "x**x**2.0");
  EXPECT_EQ(python("t: (t ** 2) ** t"), "(x**2.0) ** x");
  EXPECT_EQ(python("t: 2 ** -t"), "2.0**-x");
}

TEST(Lambda, FunctionsAreOperationsOfKeras) {
  EXPECT_EQ(python("t: clip(abs(t), 0.5, 1)"), "ops.clip(ops.abs(x), 0.5, 1.0)");
  EXPECT_TRUE(lambda_expression("t: relu(t)", "x", Functions::kKeras)->uses_functions);
  EXPECT_FALSE(lambda_expression("t: t + 1", "x", Functions::kKeras)->uses_functions);
}

TEST(Lambda, TorchTakesNumbersForLimits) {
  const auto torch = [](std::string_view text) { return lambda_expression(text, "x", Functions::kTorch)->text; };
  EXPECT_EQ(torch("t: sqrt(relu(t) + 1)"), "torch.sqrt(torch.relu(x) + 1.0)");
  EXPECT_EQ(torch("t: maximum(t, 0.5 * t)"), "torch.maximum(x, 0.5 * x)");
  EXPECT_EQ(torch("t: minimum(2, t)"), "torch.clamp(x, max=2.0)");
  EXPECT_EQ(torch("t: clip(t, -1, 1) ** 2"), "torch.clamp(x, min=-1.0, max=1.0) ** 2.0");
  EXPECT_EQ(torch("t: clip(t, 0, exp(t))"), "torch.minimum(torch.clamp(x, min=0.0), torch.exp(x))");
  EXPECT_EQ(torch("t: clip(1, 2, t)"), "torch.clamp(x, max=2.0)");
  EXPECT_EQ(torch("t: 3"), "torch.full_like(x, 3.0)");
}

TEST(Lambda, NumbersAmongThemselvesAreComputed) {
  EXPECT_EQ(python("t: t + 2 * 3 - 1"), "x + 6.0 - 1.0");
  EXPECT_EQ(python("t: t / (1 / 0)"), "x / float(\"inf\")");
  EXPECT_EQ(python("t: 3"), "ops.full_like(x, 3.0)");
}

TEST(Lambda, OtherTextsHaveNoMeaning) {
  EXPECT_EQ(python("t: __import__('os')"), "");
  EXPECT_EQ(python("t: t[0]"), "");
}

}  // namespace
}  // namespace neural::emit
