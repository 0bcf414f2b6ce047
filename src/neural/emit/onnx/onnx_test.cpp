#include "neural/emit/onnx/onnx.hpp"

#include <gtest/gtest.h>

#include "neural/emit/onnx/graph_builder.hpp"
#include "neural/model/testing.hpp"

namespace neural::emit {
namespace {

using model::testing::model_of;

/// The first message of what is refused, or empty.
std::string refusal_of(const std::string& layers, const std::string& input) {
  syntax::DiagnosticList diagnostics;
  const auto bytes = emit_onnx(model_of(layers, input, "loss: mse"), {}, diagnostics);
  EXPECT_NE(bytes.has_value(), diagnostics.has_errors());
  return bytes ? "" : diagnostics.sorted().front().message;
}

TEST(EmitOnnx, holds_operators_named_after_layers) {
  syntax::DiagnosticList diagnostics;
  const auto bytes = emit_onnx(model_of("Dense(2, relu, name=\"first\")", "(3)", "loss: mse"), {}, diagnostics);
  ASSERT_TRUE(bytes);
  EXPECT_NE(bytes->text().find("first/Gemm"), std::string::npos);
  EXPECT_NE(bytes->text().find("first/Relu"), std::string::npos);
  EXPECT_NE(bytes->text().find("batch"), std::string::npos);
}

TEST(EmitOnnx, is_the_same_twice) {
  syntax::DiagnosticList diagnostics;
  const model::Model model = model_of("Conv2D(32, 3)\n Flatten()\n Dense(2)", "(8, 8, 1)", "loss: mse");
  EXPECT_EQ(emit_onnx(model, {}, diagnostics)->text(), emit_onnx(model, {}, diagnostics)->text());
}

TEST(EmitOnnx, takes_the_given_weights) {
  syntax::DiagnosticList diagnostics;
  const model::Model model = model_of("Dense(1, use_bias=false)", "(1)", "loss: mse");
  const weights::Weights weights = {{"dense/kernel", {{1, 1}, {0x1.234568p0F}}}};
  const auto bytes = emit_onnx(model, {.weights = &weights}, diagnostics);
  ASSERT_TRUE(bytes);
  EXPECT_NE(bytes->text().find(std::string("\xB4\xA2\x91\x3F", 4)), std::string::npos);
}

TEST(EmitOnnx, refuses_what_the_graph_cannot_hold) {
  EXPECT_EQ(refusal_of("Dense(2, dtype=\"float64\")", "(3)"), "`dtype=float64` cannot be expressed in ONNX");
  EXPECT_EQ(refusal_of("Dense(1000000000)", "(3)"), "a network of 4,000,000,000 weights cannot be expressed in ONNX");
  EXPECT_EQ(refusal_of("AdaptiveAveragePooling1D(2)", "(None, 3)"),
            "adaptive pooling of a size that is not known cannot be expressed in ONNX");
}

TEST(EmitOnnx, computes_in_float32_where_less_is_asked_for) {
  syntax::DiagnosticList diagnostics;
  const model::Model model = model_of("Dense(2, dtype=\"float16\")", "(3)", "loss: mse");
  EXPECT_TRUE(emit_onnx(model, {}, diagnostics));
  EXPECT_EQ(diagnostics.sorted().front().message,
            "`dtype=float16` deviates in ONNX: the graph computes in float32, which is more exact");
}

TEST(Permuted, moves_axes) {
  const weights::Array array = {{2, 3}, {1, 2, 3, 4, 5, 6}};
  EXPECT_EQ(onnx::permuted(array, {1, 0}), (weights::Array{{3, 2}, {1, 4, 2, 5, 3, 6}}));
  EXPECT_EQ(onnx::permuted(array, {0, 1}), array);
}

TEST(Permuted, moves_three_axes) {
  weights::Array array = {{2, 3, 2}, {}};
  for (int i = 0; i < 12; ++i) array.values.push_back(static_cast<float>(i));
  // result[k][i][j] = array[i][j][k]
  EXPECT_EQ(onnx::permuted(array, {2, 0, 1}).values, (std::vector<float>{0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}));
}

}  // namespace
}  // namespace neural::emit
