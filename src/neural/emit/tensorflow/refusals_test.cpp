// What TensorFlow has no way to express.
#include <gtest/gtest.h>

#include "neural/emit/tensorflow/compile_for_test.hpp"

namespace neural::emit::tensorflow {
namespace {

/// `code: message`
std::string refusal(const std::string& input, const std::string& layers) {
  const Compiled compiled = compile_source("network Net { input: " + input + " layers: " + layers + " loss: mse }");
  EXPECT_EQ(compiled.program, "");
  if (compiled.diagnostics.size() != 1) return std::to_string(compiled.diagnostics.size()) + " diagnostics";
  EXPECT_FALSE(compiled.diagnostics[0].help.empty());
  return std::string(syntax::code_name(compiled.diagnostics[0].code)) + ": " + compiled.diagnostics[0].message;
}

constexpr const char* kEnd = " cannot be expressed on TensorFlow";

TEST(TensorFlowRefusals, GroupsThatKerasLacks) {
  EXPECT_EQ(refusal("(8, 4)", "Conv1DTranspose(4, 3, groups=2)"),
            std::string("E701: `groups=2` of `Conv1DTranspose`") + kEnd);
  EXPECT_EQ(refusal("(3, 8, 8, 4)", "ConvGRU2D(4, 3, groups=2)"),
            std::string("E701: `groups=2` of `ConvGRU2D`") + kEnd);
}

TEST(TensorFlowRefusals, EvenWindowsThatTensorFlowCannotGoBackFrom) {
  EXPECT_EQ(
      refusal("(8, 4)", "Conv1DTranspose(4, 2, 2, padding=same, output_padding=0)"),
      std::string("E701: `output_padding=0` with `padding=\"same\"` and an even window of `Conv1DTranspose`") + kEnd);
}

TEST(TensorFlowRefusals, SizesThatMustBeKnown) {
  EXPECT_EQ(refusal("(None, None, 4)", "AdaptiveMaxPooling2D(2)"),
            std::string("E701: the input (None, None, 4) of `AdaptiveMaxPooling2D`") + kEnd);
  EXPECT_EQ(refusal("(None, None, 4)", "TimeDistributed(Softmax()) { BatchNormalization() }"),
            std::string("E701: `Softmax` for the steps of (None, 4) of `TimeDistributed`") + kEnd);
}

TEST(TensorFlowRefusals, NoiseThatLeavesNothing) {
  EXPECT_EQ(refusal("(4)", "AlphaDropout(1)"), std::string("E701: `rate=1` of `AlphaDropout`") + kEnd);
}

TEST(TensorFlowRefusals, CausalAttentionOverSeveralAxes) {
  EXPECT_EQ(refusal("(2, 8, 4)", "MultiHeadAttention(2, causal=true)"),
            std::string("E701: `causal=true` over the positions of (2, 8, 4) of `MultiHeadAttention`") + kEnd);
}

TEST(TensorFlowRefusals, TextsWithoutMeaning) {
  EXPECT_EQ(refusal("(4)", "Lambda(\"x: x[0]\")").substr(0, 5), "E705:");
}

}  // namespace
}  // namespace neural::emit::tensorflow
