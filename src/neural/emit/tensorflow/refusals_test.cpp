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
  EXPECT_EQ(refusal("(None, 6, 6, 1)", "ZeroPadding3D(1) Conv3D(2, 3, 2, padding=same)"),
            std::string("E701: `padding=\"same\"` behind a `ZeroPadding3D`, of a size that is not known, of `Conv3D`") +
                kEnd);
  EXPECT_EQ(refusal("(None, None, 4)", "AdaptiveMaxPooling2D(2)"),
            std::string("E701: the input (None, None, 4) of `AdaptiveMaxPooling2D`") + kEnd);
  EXPECT_EQ(refusal("(None, None, 4)", "TimeDistributed(Softmax()) { BatchNormalization() }"),
            std::string("E701: `Softmax` for the steps of (None, 4) of `TimeDistributed`") + kEnd);
}

TEST(TensorFlowRefusals, SpreadPointsBesideWhatNeedsOneDnn) {
  const std::string points = "Conv2DTranspose(7, 1, 2) ", dilated = "Conv2DTranspose(8, 3, dilation_rate=2)";
  EXPECT_EQ(refusal("(8, 8, 3)", points + dilated),
            std::string("E701: `kernel_size=1` with strides and fewer than 8 filters of `Conv2DTranspose`") + kEnd +
                " beside transposed convolutions with a dilation");
  for (const char* other : {"Conv2DTranspose(8, 1, 2) ", "Conv2DTranspose(7, 2, 2) ", "Conv2DTranspose(7, 1) "}) {
    EXPECT_NE(steps_of("(8, 8, 3)", other + dilated), "") << other;
  }
  EXPECT_NE(steps_of("(8, 8, 3)", points), "");
}

TEST(TensorFlowRefusals, NoiseThatLeavesNothing) {
  EXPECT_EQ(refusal("(4)", "AlphaDropout(1)"), std::string("E701: `rate=1` of `AlphaDropout`") + kEnd);
}

TEST(TensorFlowRefusals, CausalAttentionOverSeveralAxes) {
  EXPECT_EQ(refusal("(2, 8, 4)", "MultiHeadAttention(2, causal=true)"),
            std::string("E701: `causal=true` over the positions of (2, 8, 4) of `MultiHeadAttention`") + kEnd);
}

TEST(TensorFlowRefusals, HeadsOfOneNumberThatKerasTakesForSteps) {
  EXPECT_EQ(refusal("(2, 3)", "MultiHeadAttention(2, 1)"),
            std::string("E701: 2 heads of one number each for as many steps of `MultiHeadAttention`") + kEnd);
  EXPECT_EQ(refusal("(2, 2)", "TransformerEncoder(2, 4)"),
            std::string("E701: 2 heads of one number each for as many steps of `TransformerEncoder`") + kEnd);
  for (const char* layer : {"MultiHeadAttention(3, 1)", "MultiHeadAttention(2, 2)", "MultiHeadAttention(1, 1)",
                            "MultiHeadAttention(2, 1, use_bias=false)"}) {
    EXPECT_NE(steps_of("(2, 3)", layer), "") << layer;
  }
  EXPECT_EQ(refusal("(5, 3)", "a: { } b: { AveragePooling1D(2) } MultiHeadAttention(2, 1)"),
            std::string("E701: 2 heads of one number each for as many steps of `MultiHeadAttention`") + kEnd);
  EXPECT_NE(steps_of("(5, 3)", "a: { } b: { AveragePooling1D(1) } MultiHeadAttention(2, 1)"), "");
}

TEST(TensorFlowRefusals, MasksThatKerasHasNoMeaningForOrLoses) {
  EXPECT_EQ(refusal("(5, 3)", "Masking() ReLU() Softmax()"), std::string("E701: masked steps of `Softmax`") + kEnd);
  EXPECT_EQ(refusal("(5, 3)", "Masking() Residual { ReLU() } Softmax()"),
            std::string("E701: masked steps of `Softmax`") + kEnd);
  EXPECT_EQ(refusal("(5, 3)", "Masking() TimeDistributed(Dense(2)) { BatchNormalization() }"),
            std::string("E701: masked steps around `Dense` of `TimeDistributed`") + kEnd);
  EXPECT_EQ(refusal("(5, 3)", "Masking() Activation(celu, alpha=0.5)"),
            std::string("E701: masked steps of `Activation`") + kEnd);
  EXPECT_EQ(refusal("(5, 3)", "Masking() Bidirectional(LSTM(2, num_layers=2))"),
            std::string("E701: a stack over masked steps of `Bidirectional`") + kEnd);
  for (const char* layers : {"Masking() Reshape((5, 3)) Softmax()", "Masking() LSTM(2) Softmax()",
                             "a: { Masking() } b: { } Add() Softmax()", "Masking() Residual { Conv1D(3, 1) } Softmax()",
                             "Masking() SqueezeExcitation(2) Softmax()", "Masking() TimeDistributed(Softmax())"}) {
    EXPECT_NE(steps_of("(5, 3)", layers), "") << layers;
  }
}

TEST(TensorFlowRefusals, OneMaximumBesideUnevenOnes) {
  EXPECT_EQ(refusal("(4, 6, 2)", "AdaptiveMaxPooling2D((1, 4))"),
            std::string("E701: an `output_size` of 1 beside one that does not divide its axis of "
                        "`AdaptiveMaxPooling2D`") +
                kEnd);
}

TEST(TensorFlowRefusals, TextsWithoutMeaning) {
  EXPECT_EQ(refusal("(4)", "Lambda(\"x: x[0]\")").substr(0, 5), "E705:");
}

}  // namespace
}  // namespace neural::emit::tensorflow
