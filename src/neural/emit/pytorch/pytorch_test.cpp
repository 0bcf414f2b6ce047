#include "neural/emit/pytorch/pytorch.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::emit {
namespace {

/// The program of a network with this input, these layers, and further sections; else the diagnostics.
std::string emit(std::string_view input, std::string_view layers, std::string_view rest, const Options& options = {}) {
  const syntax::SourceText source(
      "model.neural", fmt::format("network N {{\n  input: {}\n  layers:\n{}\n{}\n}}\n", input, layers, rest));
  syntax::DiagnosticList diagnostics;
  const auto networks = model::check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
  if (diagnostics.has_errors()) return render_text(source, diagnostics);
  return emit_pytorch(*networks.front(), options, diagnostics).value_or(render_text(source, diagnostics));
}

testing::AssertionResult has(const std::string& program, std::string_view text) {
  if (program.find(text) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no `" << text << "` in\n" << program;
}

testing::AssertionResult lacks(const std::string& program, std::string_view text) {
  if (program.find(text) == std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "`" << text << "` in\n" << program;
}

constexpr const char* kLoss = "loss: \"sparse_categorical_crossentropy\"";

TEST(Pytorch, FlattensInItsOwnOrderWhereOnlyWeightsSeeIt) {
  const std::string program = emit("(8, 8, 3)", "Conv2D(4, 3)\nFlatten()\nReLU()\nDropout(0.1)\nOutput(2)", kLoss);
  EXPECT_TRUE(has(program, "self.flatten(x)"));
  EXPECT_TRUE(lacks(program, "# channels last"));
  EXPECT_TRUE(has(program, "inputs of `output` are flattened in PyTorch's order, channels (4) before height (6)"));
}

TEST(Pytorch, FlattensInTheOrderOfTheLanguageWhereItShows) {
  for (const char* layers :
       {"Conv2D(4, 3)\nFlatten()\nReshape((12, 12))\nFlatten()\nOutput(2)",
        "Conv2D(4, 3)\nFlatten()\nSoftmax()\nOutput(2)", "Conv2D(4, 3)\nFlatten()\nBatchNormalization()\nOutput(2)",
        "Conv2D(4, 3)\nFlatten()\nOutput(2, kernel_initializer=\"orthogonal\")"}) {
    const std::string program = emit("(8, 8, 3)", layers, kLoss);
    EXPECT_TRUE(has(program, "# channels last\n        x = self.flatten(x)"));
    EXPECT_TRUE(lacks(program, "PyTorch's order"));
  }
}

TEST(Pytorch, MovesChannelsOnce) {
  const std::string program =
      emit("(8, 8, 3)", "Conv2D(4, 3)\nMaxPooling2D(2)\nConv2D(4, 2)\nFlatten()\nOutput(2)", kLoss);
  const std::size_t first = program.find("x.permute(0, 3, 1, 2)");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(program.find("x.permute", first + 1), std::string::npos);
}

TEST(Pytorch, PadsBeforeAStridedConvolutionOnlyWhereTheSidesDiffer) {
  const char* layers = "Conv2D(4, 3, strides=2, padding=\"same\")\nFlatten()\nOutput(2)";
  EXPECT_TRUE(has(emit("(28, 28, 1)", layers, kLoss), "nn.functional.pad(x, (0, 1, 0, 1))"));
  EXPECT_TRUE(has(emit("(27, 27, 1)", layers, kLoss), "padding=(1, 1)"));
  EXPECT_TRUE(lacks(emit("(27, 27, 1)", layers, kLoss), "functional.pad"));
}

TEST(Pytorch, PadsWhatHasNoSizeYetWhenItRuns) {
  const char* layers =
      "Conv2D(4, 3, strides=2, padding=\"same\")\nMaxPooling2D(2, padding=same)\n"
      "GlobalAveragePooling2D()\nOutput(2)";
  const std::string program = emit("(None, None, 3)", layers, kLoss);
  EXPECT_TRUE(has(program, "pad_same(x, kernel_size=(3, 3), stride=(2, 2), dilation=(1, 1), value=0.0)"));
  EXPECT_TRUE(has(program, "pad_same(x, kernel_size=(2, 2), stride=(2, 2), dilation=(1, 1), value=-torch.inf)"));
}

TEST(Pytorch, KeepsOnesWhereGroupNormNeedsAWeight) {
  const std::string program = emit("(4, 6)", "GroupNormalization(2, scale=false)\nFlatten()\nOutput(2)", kLoss);
  EXPECT_TRUE(has(program, "self.group_normalization.register_buffer(\"weight\", torch.ones(6), persistent=False)"));
  const std::string other = emit("(4, 6)", "GroupNormalization(2, center=false)\nFlatten()\nOutput(2)", kLoss);
  EXPECT_TRUE(has(other, "self.group_normalization.register_parameter(\"bias\", None)"));
}

TEST(Pytorch, RefusesWhatItCannotExpressAndNamesAnAlternative) {
  const auto refused = [](const std::string& diagnostics, std::string_view what, std::string_view alternative) {
    EXPECT_TRUE(has(diagnostics, "error[E701]"));
    EXPECT_TRUE(has(diagnostics, what));
    EXPECT_TRUE(has(diagnostics, alternative));
  };
  refused(emit("(4, 3)", "Attention(dropout=0.5, seed=3)\nFlatten()\nOutput(2)", kLoss), "`seed`", "train { }");
  refused(emit("(4, 4, 3)", "BatchNormalization(axis=(1, 2))\nFlatten()\nOutput(2)", kLoss), "over several axes",
          "use one axis");
}

TEST(Pytorch, GivesALayerItsOwnSeed) {
  const std::string program = emit("(4)", "Dropout(0.5, seed=3)\nGaussianNoise(0.1)\nOutput(2)", kLoss);
  EXPECT_TRUE(has(program, "self.dropout = Seeded(nn.Dropout(p=0.5), seed=3)"));
  EXPECT_TRUE(has(program, "self.gaussian_noise = GaussianNoise(stddev=0.1)"));
}

TEST(Pytorch, ComputesALayerInItsOwnType) {
  const std::string program =
      emit("(4)", "Dense(3, dtype=\"float16\")\nDropout(0.1, dtype=\"float16\")\nOutput(2)", kLoss);
  EXPECT_TRUE(has(program, "self.dense.to(torch.float16)"));
  EXPECT_TRUE(has(program,
                  "        x = x.to(torch.float16)\n        x = self.dense(x)\n        x = self.dropout(x)\n"
                  "        x = x.float()\n        return self.output(x)\n"));
  EXPECT_TRUE(has(program, "tensor.detach().cpu().float().numpy()"));
  EXPECT_TRUE(has(emit("(4, 3)", "LSTM(3, dtype=\"float16\")\nOutput(2)", kLoss), "dtype=\"float16\" of `LSTM`"));
}

TEST(Pytorch, CollectsTheBiasedVarianceOfSmallBatchesItself) {
  const char* layers = "Dense(4)\nBatchNormalization()\nOutput(2)";
  const std::string small = emit("(4)", layers, "loss: scce\ntrain { batch_size: 64 }");
  EXPECT_TRUE(has(small, "class BatchNorm1d(nn.BatchNorm1d)"));
  EXPECT_TRUE(has(small, "= BatchNorm1d(4, eps=0.001, momentum=0.01"));
  const std::string large = emit("(4)", layers, "loss: scce\ntrain { batch_size: 100 }");
  EXPECT_TRUE(lacks(large, "class BatchNorm1d"));
  EXPECT_TRUE(has(large, "= nn.BatchNorm1d(4"));
  EXPECT_TRUE(has(large, "unbiased"));
  const std::string strict = emit("(4)", layers, "loss: scce\ntrain { batch_size: 100 }", {.strict = true});
  EXPECT_TRUE(has(strict, "class BatchNorm1d(nn.BatchNorm1d)")) << "where nothing may deviate";
  const std::string image =
      emit("(28, 28, 3)", "BatchNormalization() Flatten() Output(3)", "loss: scce", {.strict = true});
  EXPECT_TRUE(has(image, "class BatchNorm2d(nn.BatchNorm2d)"));
}

TEST(Pytorch, LeavesTheChecksOutWhenAsked) {
  Options options;
  EXPECT_TRUE(has(emit("(4)", "Output(2)", kLoss, options), "check_data(x, y)"));
  options.validate = false;
  const std::string program = emit("(4)", "Embedding(9, 2) Flatten() Output(2)", kLoss, options);
  for (const char* name : {"check_", "IDS"}) EXPECT_TRUE(lacks(program, name));
}

TEST(Pytorch, ReadsNothingBackWithinAnEpoch) {
  Options options;
  for (const Level level : {Level::kO0, Level::kO1}) {
    options.level = level;
    const std::string program = emit("(4)", "Output(2)", kLoss, options);
    const std::string loop = program.substr(program.find("for _ in range(epochs)"));
    EXPECT_LT(loop.find("total += loss.detach()"), loop.find(".item()"));
    EXPECT_EQ(program.find("DataLoader") != std::string::npos, level == Level::kO0);
  }
}

TEST(Pytorch, CustomLayersAreModulesOfTheirClass) {
  const Options options = {.custom = {{"GateLayer", "mine.layers", "Path"}, {"WideLayer", "mine.layers", "Wide"}}};
  const std::string program =
      emit("(8, 8, 3)",
           "Conv2D(4, 3)\nGateLayer(2, soft, on=true, name=\"g\")\nWideLayer(trainable=false, dtype=float64)\n"
           "Flatten()\nOutput(2)",
           kLoss, options);
  EXPECT_TRUE(has(program, "\n\nfrom mine.layers import Wide\nfrom mine.layers import Path as Path_1\n\n"));
  EXPECT_TRUE(has(program, "self.g = Path_1(2, \"soft\", on=True)\n"));
  EXPECT_TRUE(has(program,
                  "x = x.permute(0, 2, 3, 1)  # channels last\n        x = expect_shape(self.g(x), (6, 6, 4), \"g\")"));
  EXPECT_TRUE(has(program, "self.wide_layer.requires_grad_(False)\n        self.wide_layer.to(torch.float64)\n"));
  EXPECT_TRUE(has(program, "CUSTOM_LAYERS: dict[str, str] = {\"g\": \"g\", \"wide_layer\": \"wide_layer\"}\n"));
  EXPECT_TRUE(has(program, "The parameters of imported layers are not counted.\n"));
}

TEST(Pytorch, CustomLayersNeedAClassAndNamesOfPython) {
  EXPECT_TRUE(has(emit("(4)", "GateLayer(2)\nOutput(2)", kLoss), "with `--custom GateLayer=MODULE:CLASS`"));
  const Options options = {.custom = {{"GateLayer", "m", "Gate"}}};
  EXPECT_TRUE(has(emit("(4)", "GateLayer(class=2)\nOutput(2)", kLoss, options), "error[E705]: no class can have the "));
  EXPECT_TRUE(lacks(emit("(4)", "Dense(2)\nOutput(2)", kLoss, options), "import Gate"));
}

TEST(Pytorch, TextsOfLambdaBecomeFunctionsWhereTheyMay) {
  constexpr const char* kLayers = "Lambda(\"t: t[:, ${x}]\", output_shape=(2), name=\"every other\")\nOutput(2)";
  EXPECT_TRUE(has(emit("(4)", kLayers, kLoss), "with `--allow-python-lambda`"));
  Options options = {.allow_python_lambda = true};
  EXPECT_TRUE(has(emit("(4)", kLayers, kLoss, options), "`$` has no place in an expression"));
  constexpr const char* kSlices = "Lambda(\"t: t[:, ::2]\", output_shape=(2), name=\"every other\")\nOutput(2)";
  EXPECT_TRUE(has(emit("(4)", kSlices, kLoss, options),
                  "\n\n\ndef apply_every_other(t: torch.Tensor) -> torch.Tensor:\n    return t[:, ::2]\n\n\n"));
  options.validate = false;
  EXPECT_TRUE(has(emit("(4)", kSlices, kLoss, options), "        x = apply_every_other(x)\n"));
  EXPECT_TRUE(has(emit("(4)", "Lambda(\"t: t + 1\")\nOutput(2)", kLoss, options), "x = x + 1.0\n"));
}

}  // namespace
}  // namespace neural::emit
