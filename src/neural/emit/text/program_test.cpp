#include "neural/emit/text/program.hpp"

#include <gtest/gtest.h>

#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::emit {
namespace {

model::Model checked(const std::string& sections) {
  const syntax::SourceText source("model.neural", "network N {\n" + sections + "\n}\n");
  syntax::DiagnosticList diagnostics;
  auto networks = model::check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << render_text(source, diagnostics);
  return *std::move(networks.front());
}

std::string data_functions(const model::Model& model, const Options& options = {}) {
  PythonWriter writer;
  write_data_functions(writer, describe(model, options, "pytorch", "PyTorch"));
  return writer.take();
}

testing::AssertionResult has(const std::string& program, std::string_view text) {
  if (program.find(text) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no `" << text << "` in\n" << program;
}

TEST(Program, CallsItsDataByTheirKind) {
  const Options options;
  const model::Model classes = checked("input: (8, 8, 3)\nlayers:\nFlatten()\nOutput(10)\nloss: scce");
  const Program program = describe(classes, options, "pytorch", "PyTorch");
  EXPECT_EQ(program.words.inputs, "images");
  EXPECT_EQ(program.words.targets + " " + program.words.target_type + " " + program.words.target_shape,
            "classes int64 [n]");
  EXPECT_EQ(program.words.outputs, "probabilities");

  const model::Model values = checked("input: (None, 4)\nlayers: Dense(2)\nloss: mse");
  const Program regression = describe(values, options, "pytorch", "PyTorch");
  EXPECT_EQ(regression.words.inputs + " " + regression.words.input_shape, "inputs [n, 4]");
  EXPECT_EQ(regression.words.targets + " " + regression.words.target_shape, "values [n, 2]");
  EXPECT_EQ(regression.words.outputs, "predictions");
}

TEST(Program, EvaluatesTheAccuracyOfItsTargetsFirst) {
  const auto names = [](const std::string& rest) {
    std::string joined;
    for (const NamedMetric& each : evaluated_metrics(checked("input: (4)\nlayers: Output(2)\n" + rest))) {
      joined += each.name + " ";
    }
    return joined;
  };
  EXPECT_EQ(names("loss: scce"), "accuracy ");
  EXPECT_EQ(names("loss: bce\nmetrics: [categorical_accuracy, accuracy]"), "accuracy categorical_accuracy ");
  EXPECT_EQ(names("loss: mse"), "");
  EXPECT_EQ(names("loss: mse\nmetrics: [accuracy]"), "accuracy ");
}

TEST(Program, FindsOnlyMnistByItself) {
  const std::string layers = "input: (28, 28, 1)\nlayers:\nFlatten()\nOutput(10)\nloss: scce\n";
  EXPECT_TRUE(has(data_functions(checked(layers + "train { dataset: \"MNIST\" }")), "def find_data() -> Path:"));
  EXPECT_FALSE(has(data_functions(checked(layers + "train { dataset: \"cifar10\" }")), "find_data"));
  EXPECT_FALSE(has(data_functions(checked(layers)), "find_data"));
}

TEST(Program, ChecksTheSizesItKnows) {
  const std::string fixed = data_functions(checked("input: (4, 3)\nlayers: Dense(2)\nloss: mse"));
  EXPECT_TRUE(has(fixed, "x.shape[1:] != INPUT_SHAPE"));
  EXPECT_FALSE(has(fixed, "def fits"));
  const std::string open =
      data_functions(checked("input: (None, None, 3)\nlayers:\nGlobalAveragePooling2D()\nDense(2)\nloss: mse"));
  EXPECT_TRUE(has(open, "not fits(x.shape[1:], INPUT_SHAPE)"));
  EXPECT_TRUE(has(open, "images [n, any, any, 3]"));
}

std::string constants(const model::Model& model) {
  const Options options;
  PythonWriter writer;
  write_constants(writer, describe(model, options, "pytorch", "PyTorch"));
  return writer.take();
}

TEST(Program, KnowsTheIdsOfEmbeddingsThatStandOnAnInput) {
  const std::string rest = " Flatten()\nOutput(2)\nloss: mse";
  EXPECT_TRUE(has(constants(checked("input: (4)\nlayers:\nEmbedding(7, 2)" + rest)), "\nIDS = 7\n"));
  EXPECT_FALSE(has(constants(checked("input: (4)\nlayers:\nDense(7)" + rest)), "IDS"));
  const model::Model both = checked(
      "input: { a: (4), b: (2) }\nlayers:\na: { Embedding(7, 2) Flatten() }\nb: { Dense(3) }\nConcatenate()\n" + rest);
  EXPECT_TRUE(has(constants(both), "\nIDS = {\"a\": 7}\n"));
}

TEST(Program, ReadsFilesOfImagesWhereItsInputMayBeSuch) {
  const auto of = [](const std::string& shape) {
    return data_functions(checked("input: " + shape + "\nlayers:\nFlatten()\nOutput(10)\nloss: scce"));
  };
  for (const char* shape : {"(28, 28, 1)", "(28, 28)", "(784)"}) EXPECT_TRUE(has(of(shape), "def read_idx("));
  for (const char* shape : {"(32, 32, 3)", "(24, 5)", "(10)"}) EXPECT_FALSE(has(of(shape), "IDX"));
  EXPECT_FALSE(has(of("(10)"), "255"));
}

TEST(Program, NamesItsFileAndItsDataInTheHead) {
  const auto head = [](const std::string& dataset, const std::string& output) {
    const model::Model model =
        checked("input: (4)\nlayers: Output(2)\nloss: mse\ntrain { dataset: \"" + dataset + "\" }");
    const Options options = {.source_name = "model.neural", .output_name = output};
    PythonWriter writer;
    write_docstring(writer, describe(model, options, "pytorch", "PyTorch"), {});
    return writer.take();
  };
  EXPECT_TRUE(has(head("a.csv", "mine.py"), "\n    python mine.py --epochs 10 --data FILE.npz\n"));
  for (const char* name : {"", "we\"ird\n.py", "a b.py", "-x.py"}) {
    EXPECT_TRUE(has(head("a.csv", name), "\n    python THIS_FILE --epochs 10 --data FILE.npz\n"));
  }
  EXPECT_TRUE(has(head("a.csv", ""), "\nThe source names the data set `a.csv`: its arrays are given with --data.\n"));
  EXPECT_FALSE(has(head("mnist", ""), "data set"));
}

}  // namespace
}  // namespace neural::emit
