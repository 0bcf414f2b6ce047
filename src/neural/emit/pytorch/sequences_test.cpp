// Recurrent layers and masks of steps: what `forward` says of them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "neural/emit/pytorch/pytorch.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::emit {
namespace {

/// The program; else the diagnostics.
std::string program_of(std::string_view input, std::string_view layers, std::string_view loss = "mse") {
  const syntax::SourceText source(
      "model.neural", fmt::format("network N {{\n  input: {}\n  layers:\n{}\nloss: {}\n}}\n", input, layers, loss));
  syntax::DiagnosticList diagnostics;
  const auto networks = model::check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
  if (diagnostics.has_errors()) return render_text(source, diagnostics);
  return emit_pytorch(*networks.front(), {}, diagnostics).value_or(render_text(source, diagnostics));
}

/// The lines of the network's `forward`; else the diagnostics.
std::string forward(std::string_view input, std::string_view layers, std::string_view loss = "mse") {
  const std::string program = program_of(input, layers, loss);
  const std::size_t begin = program.rfind("    def forward(");
  if (begin == std::string::npos) return program;
  std::string lines;
  for (std::size_t at = program.find('\n', begin) + 1; program.compare(at, 8, "        ") == 0;) {
    const std::size_t end = program.find('\n', at);
    lines += program.substr(at + 8, end - at - 7);
    at = end + 1;
  }
  return lines;
}

testing::AssertionResult has(const std::string& program, std::string_view text) {
  if (program.find(text) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no `" << text << "` in\n" << program;
}

TEST(Recurrent, IsAModuleOfTorchWhereThatMeansTheSame) {
  EXPECT_TRUE(has(program_of("(5, 3)", "LSTM(4, num_layers=2)"), "nn.LSTM(3, 4, num_layers=2, bias=True"));
  EXPECT_TRUE(has(program_of("(5, 3)", "SimpleRNN(4, relu)"), "nn.RNN(3, 4, nonlinearity=\"relu\""));
  for (const char* loop : {"GRU(4, reset_after=false)", "GRU(4, relu)", "GRU(4, recurrent_dropout=0.1)"}) {
    EXPECT_TRUE(has(program_of("(5, 3)", loop), "self.gru = GRULoop("));
  }
  EXPECT_TRUE(has(program_of("(5, 3)", "LSTM(4, recurrent_dropout=1)"), "nn.LSTM("));  // Keras drops nothing then
}

TEST(Recurrent, LayersOfAStackEachGoBackwards) {
  EXPECT_EQ(forward("(5, 3)", "LSTM(4, num_layers=2, go_backwards=true)"),
            "x = x.flip(1)  # backwards\nx = self.lstm_layer_0(x)[0]\nx = x.flip(1)  # backwards\n"
            "return self.lstm_layer_1(x)[1][0][-1]\n");
}

TEST(Recurrent, TheTwoWaysDropInputsOnTheirOwn) {
  EXPECT_EQ(forward("(5, 3)", "Bidirectional(GRU(4, dropout=0.1))"),
            "forward = self.bidirectional_dropout(x)\nforward = self.bidirectional_forward(forward)[1][-1]\n"
            "x = x.flip(1)  # backwards\nx = self.bidirectional_dropout(x)\n"
            "x = self.bidirectional_backward(x)[1][-1]\nreturn torch.cat((forward, x), dim=-1)\n");
}

TEST(Masks, AreVariablesOfForward) {
  EXPECT_EQ(forward("(5,)", "Embedding(9, 3, mask_zero=true)\nLSTM(4)"),
            "mask = x != 0\nx = self.embedding(x)\nx = valid_first(x, mask)\nx = self.lstm(x)[0]\n"
            "x = spread(x, mask)\nreturn x[:, -1]\n");
  EXPECT_EQ(forward("(5, 3)", "Masking(2)\nGlobalAveragePooling1D(keepdims=true)"),
            "mask = (x != 2.0).any(dim=-1)\nx = torch.where(mask.unsqueeze(-1), x, 0.0)\n"
            "return torch.where(mask.unsqueeze(-1), x, 0.0).sum(dim=1, keepdim=True) / "
            "mask.unsqueeze(-1).sum(dim=1, keepdim=True)\n");
}

TEST(Masks, ThatNobodyReadsAreNotThere) {
  EXPECT_EQ(forward("(5,)", "Embedding(9, 3, mask_zero=true)\nConv1D(2, 2)\nFlatten()"),
            "x = self.embedding(x)\nx = x.permute(0, 2, 1)  # channels first\nx = self.conv1d(x)\n"
            "x = x.permute(0, 2, 1)  # channels last\nreturn self.flatten(x)\n");
}

TEST(Masks, ReachTheLossAndTheMetrics) {
  const std::string program = program_of("(5,)", "Embedding(9, 3, mask_zero=true)\nOutput(4)", "scce");
  EXPECT_TRUE(has(program, "-> tuple[torch.Tensor, torch.Tensor]:\n        mask = x != 0\n"));
  EXPECT_TRUE(has(program, "return x, mask\n"));
  EXPECT_TRUE(has(program, "loss = compute_loss(logits[mask], classes[rows][mask])"));
  EXPECT_TRUE(has(program, "logits, classes = logits[mask], as_tensor(y)[mask]"));
  EXPECT_TRUE(has(program, "of logits [m, 4] and classes [m] of the steps that count"));
}

TEST(Masks, OfSeveralTensorsAreJoined) {
  EXPECT_EQ(forward("(5, 3)", "a: { Masking() }\nb: { Masking(1) }\nAdd()\nLSTM(2)"),
            "mask = (x != 0.0).any(dim=-1)\nmask_1 = (x != 1.0).any(dim=-1)\n"
            "masking_1 = torch.where(mask_1.unsqueeze(-1), x, 0.0)\nmask_2 = mask | mask_1\nx = x + masking_1\n"
            "x = valid_first(x, mask_2)\nx = self.lstm(x)[0]\nx = spread(x, mask_2)\nreturn x[:, -1]\n");
}

TEST(Masks, DoNotReachTheWeightsOfChannels) {
  EXPECT_EQ(forward("(5, 3)", "Masking()\nSqueezeExcitation(2)\nLSTM(2)"),
            "x = self.squeeze_excitation(x)\nreturn self.lstm(x)[1][0][-1]\n");
}

TEST(Masks, WithoutAMeaningAreRefused) {
  EXPECT_TRUE(has(program_of("(5, 3)", "Masking()\nSoftmax()"), "use `Activation(\"softmax\")`"));
  EXPECT_TRUE(has(program_of("(5, 3)", "Masking()\nBidirectional(LSTM(2, num_layers=2))"), "error[E701]"));
  EXPECT_TRUE(has(program_of("(5, 3)", "Masking()\nLSTM(2, return_sequences=true)", "rmse"), "mean_squared_error"));
}

TEST(RecurrentConvolutions, SeeTheChannelsBehindTheSteps) {
  EXPECT_EQ(forward("(3, 5, 6, 2)", "ConvLSTM2D(4, 2, 2, padding=same)"),
            "x = x.permute(0, 1, 4, 2, 3)  # steps, channels, height, width\n"
            "x = nn.functional.pad(x, (0, 0, 0, 1))  # \"same\"\nx = self.conv_lstm2d(x)[:, -1]\n"
            "return x.permute(0, 2, 3, 1)  # channels last\n");
}

TEST(RecurrentConvolutions, LeaveNoChangesOfLayoutThatUndoEachOther) {
  EXPECT_EQ(forward("(3, 5, 6, 2)", "ConvLSTM2D(4, 2)\nConv2D(1, 2)"),
            "x = x.permute(0, 1, 4, 2, 3)  # steps, channels, height, width\n"
            "x = self.conv_lstm2d(x)[:, -1]\nx = self.conv2d(x)\nreturn x.permute(0, 2, 3, 1)  # channels last\n");
  EXPECT_EQ(forward("(3, 5, 6, 2)", "ConvGRU2D(4, 2, return_sequences=true)\nBatchNormalization()"),
            "x = x.permute(0, 1, 4, 2, 3)  # steps, channels, height, width\nx = self.conv_gru2d(x)\n"
            "x = x.permute(0, 2, 1, 3, 4)  # channels first\nx = self.batch_normalization(x)\n"
            "return x.permute(0, 2, 3, 4, 1)  # channels last\n");
}

TEST(Bidirectional, OfOneLayerAddsItsTwoStates) {
  EXPECT_EQ(forward("(5, 3)", "Bidirectional(LSTM(2), merge_mode=sum)"),
            "return self.bidirectional(x)[1][0].sum(dim=0)\n");
  EXPECT_EQ(forward("(5, 3)", "GRU(2, num_layers=2, bidirectional=true)"),
            "return self.gru(x)[1][-2:].transpose(0, 1).flatten(1)\n");
  EXPECT_EQ(forward("(5, 3)", "Bidirectional(LSTM(2))"),
            "return self.bidirectional(x)[1][0].transpose(0, 1).flatten(1)\n");
}

TEST(Lambda, IsWrittenInTorchsWords) {
  EXPECT_EQ(forward("(3)", "Lambda(\"t: minimum(exp(t), 2)\")"), "return torch.clamp(torch.exp(x), max=2.0)\n");
  EXPECT_TRUE(has(program_of("(3)", "Lambda(\"t: t[0]\")"), "error[E705]"));
}

}  // namespace
}  // namespace neural::emit
