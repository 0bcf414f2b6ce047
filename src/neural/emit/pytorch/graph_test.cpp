// Which variable of `forward` holds what, and in which order its axes lie.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "neural/emit/pytorch/pytorch.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::emit {
namespace {

/// The lines of `forward`; else the diagnostics.
std::string forward(std::string_view input, std::string_view layers) {
  const syntax::SourceText source(
      "model.neural", fmt::format("network N {{\n  input: {}\n  layers:\n{}\nloss: mse\n}}\n", input, layers));
  syntax::DiagnosticList diagnostics;
  const auto networks = model::check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
  if (diagnostics.has_errors()) return render_text(source, diagnostics);
  const auto program = emit_pytorch(*networks.front(), {}, diagnostics);
  if (!program) return render_text(source, diagnostics);
  const std::size_t begin = program->rfind("    def forward(");  // helpers come first
  std::string lines;
  for (std::size_t at = program->find('\n', begin) + 1; program->compare(at, 8, "        ") == 0;) {
    const std::size_t end = program->find('\n', at);
    lines += program->substr(at + 8, end - at - 7);
    at = end + 1;
  }
  return lines;
}

TEST(Forward, OfAChainHasOneVariable) {
  EXPECT_EQ(forward("(4)", "Dense(3, relu)\nDropout(0.1)\nDense(2)"),
            "x = torch.relu(self.dense(x))\nx = self.dropout(x)\nreturn self.dense_1(x)\n");
  EXPECT_EQ(forward("(4)", "Identity()"), "return x\n");
}

TEST(Forward, KeepsWhatIsStillRead) {
  EXPECT_EQ(forward("(4)", "a: { Dense(3) Dense(5) }\nb: { Dense(5) }\nAdd()"),
            "dense = self.dense(x)\ndense = self.dense_1(dense)\nx = self.dense_2(x)\nreturn dense + x\n");
  EXPECT_EQ(
      forward("(4)", "a: { }\nb: { ReLU() }\nc: { ELU() }\nConcatenate()"),
      "re_lu = torch.relu(x)\nelu = nn.functional.elu(x, alpha=1.0)\nreturn torch.cat((x, re_lu, elu), dim=-1)\n");
}

TEST(Forward, OfAResidualConnectionKeepsItsInput) {
  EXPECT_EQ(forward("(4)", "Residual { Dense(8, relu) Dense(4) }"),
            "dense = torch.relu(self.dense(x))\ndense = self.dense_1(dense)\nreturn x + dense\n");
  EXPECT_EQ(forward("(9, 9, 2)", "Residual { Conv2D(4, 3, 2) }"),
            "conv2d = x.permute(0, 3, 1, 2)  # channels first\n"
            "conv2d = self.conv2d(conv2d)\n"
            "x = x.permute(0, 3, 1, 2)  # channels first\n"
            "x = x.contiguous()  # for oneDNN\n"
            "x = self.residual_connection_shortcut(x)\n"
            "x = x[:, :, :-1, :-1]\n"
            "x = x + conv2d\n"
            "return x.permute(0, 2, 3, 1)  # channels last\n");
}

TEST(Forward, PutsFewChannelsFirstInMemoryBeforeAStridedPoint) {
  const auto copies = [](const std::string& shape, const std::string& layer) {
    return forward(shape, layer).find("x = x.contiguous()  # for oneDNN\nx = self.conv") != std::string::npos;
  };
  EXPECT_TRUE(copies("(9, 9, 2)", "Conv2D(4, 1, 2)"));
  EXPECT_TRUE(copies("(9, 9, 15)", "Conv2D(32, 1, (1, 2))"));
  EXPECT_TRUE(copies("(9, 9, 9, 2)", "Conv3D(4, 1, 2)"));
  EXPECT_TRUE(copies("(9, 9, 32)", "Conv2D(4, 1, 2, groups=4)"));
  EXPECT_TRUE(copies("(9, 9, 32)", "Conv2DTranspose(4, 1, 2)"));
  EXPECT_FALSE(copies("(9, 9, 16)", "Conv2D(4, 1, 2)"));
  EXPECT_FALSE(copies("(9, 9, 2)", "Conv2D(4, 1)"));
  EXPECT_FALSE(copies("(9, 9, 2)", "Conv2D(4, (1, 2), 2)"));
  EXPECT_FALSE(copies("(9, 2)", "Conv1D(4, 1, 2)"));
  EXPECT_FALSE(copies("(9, 9, 2)", "Conv2DTranspose(16, 1, 2)"));
}

TEST(Forward, CopiesBeforeStridedPointsOfEveryKind) {
  const auto statement = [](const std::string& shape, const std::string& layer) {
    const std::string text = forward(shape, layer);
    const std::size_t end = text.find("  # for oneDNN");
    return end == std::string::npos ? "" : text.substr(text.rfind('\n', end) + 1, end - text.rfind('\n', end) - 1);
  };
  EXPECT_EQ(statement("(9, 9, 32)", "DepthwiseConv2D(1, 2)"), "x = x.contiguous()");
  EXPECT_EQ(statement("(9, 9, 3)", "SeparableConv2D(3, 1, 2)"), "x = x.contiguous()");
  EXPECT_EQ(statement("(3, 9, 9, 2)", "ConvGRU2D(4, 1, strides=(1, 2))"), "x = x.contiguous()");
  EXPECT_EQ(statement("(3, 9, 9, 1)", "ConvGRU2D(4, 1, strides=2)"),
            "x = x.clone(memory_format=torch.contiguous_format)");
  EXPECT_EQ(statement("(3, 9, 9, 2)", "ConvGRU2D(4, 2, strides=2)"), "");
  EXPECT_EQ(statement("(3, 9, 9, 2)", "ConvLSTM2D(4, 1, strides=2)"), "");  // reads a copy already
  EXPECT_EQ(statement("(9, 9, 32)", "DepthwiseConv2D(3, 2)"), "");
  // One channel lies both ways, which .contiguous() leaves as it is.
  EXPECT_EQ(statement("(9, 9, 1)", "Conv2D(2, 1, 2)"), "x = x.clone(memory_format=torch.contiguous_format)");
  EXPECT_EQ(statement("(2, 2, 1)", "Conv2D(2, 1, 2)"), "x = x.clone(memory_format=torch.contiguous_format)");
}

TEST(Forward, TakesSeveralInputsByTheirNames) {
  EXPECT_EQ(forward("{ image: (4, 4, 1) ids: (3) }",
                    "image: { GlobalMaxPooling2D() }\nids: { Embedding(9, 5) Flatten() }\nConcatenate()"),
            "image = image.amax(dim=(1, 2), keepdim=False)\nids = self.embedding(ids)\nids = self.flatten(ids)\n"
            "return torch.cat((image, ids), dim=-1)\n");
}

TEST(Forward, MovesChannelsWhereALayerNeedsThem) {
  EXPECT_EQ(forward("(7, 3)", "Conv1D(4, 3, padding=causal)\nDense(2)"),
            "x = x.permute(0, 2, 1)  # channels first\n"
            "x = nn.functional.pad(x, (2, 0))  # \"causal\"\n"
            "x = self.conv1d(x)\n"
            "x = x.permute(0, 2, 1)  # channels last\n"
            "return self.dense(x)\n");
}

TEST(Forward, HasTheOrderOfTheNetworkWhereThatSaysWhichAxesArePadded) {
  EXPECT_EQ(forward("(4, 5, 3)", "Conv2D(2, 2)\nZeroPadding2D(1, data_format=channels_first)"),
            "x = x.permute(0, 3, 1, 2)  # channels first\n"
            "x = self.conv2d(x)\n"
            "x = x.permute(0, 2, 3, 1)  # channels last\n"
            "return nn.functional.pad(x, (1, 1, 1, 1))\n");
  EXPECT_EQ(forward("(4, 7, 3)", "Conv2D(2, 2)\nCropping2D(((0, 0), (1, 0)), data_format=channels_first)"),
            "x = x.permute(0, 3, 1, 2)  # channels first\n"
            "x = self.conv2d(x)\n"
            "x = x.permute(0, 2, 3, 1)  # channels last\n"
            "return x[:, :, :, 1:]\n");
}

TEST(Forward, CopiesOneChannelForOneWindow) {
  constexpr const char* kCopy = "x = x.clone(memory_format=torch.contiguous_format)  # for oneDNN\n";
  EXPECT_NE(forward("(6, 5, 1)", "Conv2D(4, 3, (1, 3))").find(kCopy), std::string::npos);
  for (const char* layer : {"Conv2D(4, 3, (1, 2))", "Conv2D(4, 5)", "Conv2D(4, 3, (3, 1))"}) {
    EXPECT_EQ(forward("(6, 5, 1)", layer).find("clone"), std::string::npos) << layer;
  }
  EXPECT_EQ(forward("(6, 5, 2)", "Conv2D(4, 3, (1, 3))").find("clone"), std::string::npos);
}

TEST(Forward, JoinsThePositionsOfAnImageForAttention) {
  EXPECT_EQ(forward("(4, 5, 3)", "Conv2D(2, 2)\nMultiHeadAttention(2, 2)"),
            "x = x.permute(0, 3, 1, 2)  # channels first\n"
            "x = self.conv2d(x)\n"
            "x = x.permute(0, 2, 3, 1)  # channels last\n"
            "shape = x.shape\n"
            "x = x.flatten(1, -2)  # one axis of positions\n"
            "x = self.multi_head_attention(x, x)\n"
            "return x.reshape(shape)\n");
}

TEST(Forward, KeepsAMemoryThatIsReadAgain) {
  EXPECT_EQ(forward("(4, 2)", "a: { }\nb: { }\nTransformerDecoder(2, 4, num_layers=2)"),
            "memory = x\n"
            "x = self.transformer_decoder[0](x, memory)\n"
            "return self.transformer_decoder[1](x, memory)\n");
}

}  // namespace
}  // namespace neural::emit
