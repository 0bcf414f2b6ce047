// How programs are trained: optimisers, schedules, penalties, metrics, precision.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "neural/emit/pytorch/pytorch.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::emit {
namespace {

/// The program of a network of these layers and further sections, on 6 numbers; else the diagnostics.
std::string emit(std::string_view layers, std::string_view rest, const Options& options = {}) {
  const syntax::SourceText source("model.neural",
                                  fmt::format("network N {{\n  input: (6)\n  layers:\n{}\n{}\n}}\n", layers, rest));
  syntax::DiagnosticList diagnostics;
  const auto networks = model::check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
  if (diagnostics.has_errors()) return render_text(source, diagnostics);
  return emit_pytorch(*networks.front(), options, diagnostics).value_or(render_text(source, diagnostics));
}

std::string trained_by(std::string_view optimizer, const Options& options = {}) {
  return emit("Output(2)", fmt::format("loss: mse\noptimizer: {}", optimizer), options);
}

testing::AssertionResult has(const std::string& program, std::string_view text) {
  if (program.find(text) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no `" << text << "` in\n" << program;
}

testing::AssertionResult lacks(const std::string& program, std::string_view text) {
  if (program.find(text) == std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "`" << text << "` in\n" << program;
}

/// The lines come one after the other, others may stand between them.
testing::AssertionResult has_in_order(const std::string& program, std::initializer_list<std::string_view> lines) {
  std::size_t at = 0;
  for (const std::string_view line : lines) {
    at = program.find(line, at);
    if (at == std::string::npos)
      return testing::AssertionFailure() << "no `" << line << "` in its place in\n" << program;
    at += line.size();
  }
  return testing::AssertionSuccess();
}

TEST(PytorchTraining, TakesTheOptimizersOfPyTorchWhereTheyAreThoseOfKeras) {
  for (const auto& [optimizer, text] : {
           std::pair("SGD(0.1, momentum=0.9)", "torch.optim.SGD(\n"),
           std::pair("Adam", "torch.optim.Adam(\n"),
           std::pair("Adam(weight_decay=0.1)", "torch.optim.AdamW(\n"),
           std::pair("AdamW", "weight_decay=0.004"),
           std::pair("Nadam", "momentum_decay=1.0"),
           std::pair("Adadelta", "torch.optim.Adadelta("),
       }) {
    EXPECT_TRUE(has(trained_by(optimizer), text));
    EXPECT_TRUE(lacks(trained_by(optimizer), "(torch.optim.Optimizer)"));
  }
  for (const char* optimizer : {"RMSprop", "Adagrad", "Adamax", "Lion", "Ftrl"}) {
    EXPECT_TRUE(has(trained_by(optimizer), fmt::format("class {}(torch.optim.Optimizer)", optimizer)));
  }
}

TEST(PytorchTraining, FusesTheStepsOfTorchsOwnClassesThatCanBe) {
  const auto can_be_fused = [](std::string_view optimizer) {
    const syntax::SourceText source("model.neural", fmt::format("network N {{\n  input: (6)\n  layers:\n    Output(2)\n"
                                                                "  loss: mse\n  optimizer: {}\n}}\n",
                                                                optimizer));
    syntax::DiagnosticList diagnostics;
    const auto networks = model::check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
    EXPECT_FALSE(diagnostics.has_errors()) << optimizer;
    return changes_of_pytorch(*networks.front()).front() == "fused_optimizer";
  };
  for (const char* optimizer : {"SGD", "SGD(0.1, momentum=0.9)", "SGD(CosineDecay(0.1, 10))", "Adam", "AdamW"}) {
    EXPECT_TRUE(can_be_fused(optimizer)) << optimizer;
  }
  for (const char* optimizer : {"SGD(CosineDecay(0.1, 10), momentum=0.9)", "Nadam", "Adadelta", "RMSprop", "Adagrad",
                                "Adamax", "Lion", "Ftrl"}) {
    EXPECT_FALSE(can_be_fused(optimizer)) << optimizer;
  }
}

TEST(PytorchTraining, LetsTheMomentumCarryTheRateWhereItChanges) {
  const std::string program = trained_by("SGD(StepDecay(0.1, 10), momentum=0.9)");
  EXPECT_TRUE(has(program, "class SGD(torch.optim.Optimizer)"));
  EXPECT_TRUE(has(program, "SGD(model.parameters(), lr=learning_rate(0), momentum=0.9)"));
  EXPECT_TRUE(lacks(trained_by("SGD(StepDecay(0.1, 10))"), "class SGD"));
}

TEST(PytorchTraining, SetsTheRateBeforeTheWeightsDecayByIt) {
  const std::string program = trained_by("RMSprop(CosineDecay(0.1, 100), clipvalue=1, weight_decay=0.2, use_ema=true)");
  EXPECT_TRUE(has(program, "\nimport math\n"));
  EXPECT_TRUE(has_in_order(program, {"self.steps = 0", "self.averages = [", "loss.backward()", "clip_grad_value_",
                                     "self.optimizer.param_groups[0][\"lr\"] = learning_rate(self.steps)",
                                     "self.decay_weights()", "self.optimizer.step()", "self.average_weights()",
                                     "self.steps += 1", "if history and finish:", "self.use_averages()"}));
}

TEST(PytorchTraining, WritesSchedulesAsFunctions) {
  for (const auto& [schedule, text] : {
           std::pair("ExponentialDecay(0.1, 50, 0.9)", "return 0.1 * 0.9 ** (step / 50)\n"),
           std::pair("StepDecay(0.1, 50)", "return 0.1 * 0.1 ** (step // 50)\n"),
           std::pair("InverseTimeDecay(0.1, 50, 0.9)", "return 0.1 / (1 + 0.9 * step / 50)\n"),
           std::pair("InverseTimeDecay(0.1, 50, 0.9, true)", "return 0.1 / (1 + 0.9 * (step // 50))\n"),
           std::pair("PolynomialDecay(0.1, 50, 0.01)", "return (0.1 - 0.01) * rest + 0.01\n"),
           std::pair("PolynomialDecay(0.1, 50, power=2, cycle=true)", "steps = 50 * max(1, math.ceil(step / 50))\n"),
           std::pair("PiecewiseConstantDecay([10], [0.2, 0.1])", "boundaries = (10,)\n    values = (0.2, 0.1)\n"),
           std::pair("CosineDecay(0.1, 50, warmup_target=0.5, warmup_steps=5)", "fraction = min(step - 5, 50) / 50\n"),
           std::pair("CosineDecayRestarts(0.1, 50)", "while step >= begin + length:\n"),
           std::pair("CosineDecayRestarts(0.1, 50, t_mul=1)", "fraction = step % 50 / 50\n"),
       }) {
    EXPECT_TRUE(has(trained_by(fmt::format("SGD({})", schedule)), text));
  }
  EXPECT_TRUE(has(trained_by("SGD(CosineDecayRestarts(0.1, 50, t_mul=0.5))"), "error[E701]"));
}

TEST(PytorchTraining, ClipsAndAddsEpsilonExactlyWhereAsked) {
  const char* optimizer = "Adam(global_clipnorm=2)";
  EXPECT_TRUE(has(trained_by(optimizer), "nn.utils.clip_grad_norm_("));
  EXPECT_TRUE(lacks(trained_by(optimizer), "self.steps"));
  const std::string strict = trained_by(optimizer, {.strict = true});
  EXPECT_TRUE(has_in_order(strict, {"(torch.stack(norms).norm() / 2.0).clamp_min(1.0)",
                                    "# Keras adds epsilon before the bias correction, PyTorch after it",
                                    "[\"eps\"] = 1e-07 / math.sqrt(1 - 0.999 ** (self.steps + 1))"}));
  EXPECT_TRUE(lacks(strict, "PyTorch's Adam adds epsilon"));
  EXPECT_TRUE(has(trained_by("SGD(clipnorm=2, clipvalue=1)"), "keep one of them"));
}

TEST(PytorchTraining, AddsPenaltiesToTheLossOfTrainingAndEvaluation) {
  const std::string program =
      emit("Dense(4, kernel_regularizer=l2(0.1), activity_regularizer=l1(0.2))\nOutput(2, bias_regularizer=l1(0.3))",
           "loss: scce");
  EXPECT_TRUE(has(program, "self.activity = self.activity + 0.2 * x.abs().sum()"));
  EXPECT_TRUE(has(program, "0.1 * self.dense.weight.square().sum()"));
  EXPECT_TRUE(has(program, "0.3 * self.get_parameter(\"output.bias\").abs().sum()"));
  EXPECT_TRUE(
      has_in_order(program, {"self.model.activity = torch.zeros(())", "loss = compute_loss(",
                             "loss = loss + self.model.penalty()", "loss = loss + self.model.activity / len(rows)",
                             "loss.backward()", ".item() + model.penalty().item() + model.activity.item() / len(y)"}));
}

TEST(PytorchTraining, PenalisesWhatTheActivationOfTheLossGives) {
  EXPECT_TRUE(
      has(emit("Output(2, activity_regularizer=l1)", "loss: scce"), "0.01 * torch.softmax(x, dim=-1).abs().sum()"));
}

TEST(PytorchTraining, LeavesFrozenWeightsAlone) {
  const std::string program =
      emit("Dense(4, kernel_regularizer=l2, kernel_constraint=non_neg, trainable=false)\nOutput(2)", "loss: scce");
  EXPECT_TRUE(lacks(program, "penalty"));
  EXPECT_TRUE(lacks(program, "constrain"));
  EXPECT_TRUE(has(program, "self.dense.requires_grad_(False)"));
  // What is trained in Keras in spite of the word, and counted as trained, is trained.
  const std::string both_ways =
      emit("Reshape((3, 2))\nBidirectional(GRU(3), trainable=false)\nOutput(2)", "loss: scce");
  EXPECT_TRUE(has(both_ways, "self.bidirectional"));
  EXPECT_TRUE(lacks(both_ways, "self.bidirectional.requires_grad_"));
}

TEST(PytorchTraining, ConstrainsAlongTheAxisOfKeras) {
  const std::string program = emit(
      "Reshape((6, 1))\nConv1D(2, 3, kernel_constraint=max_norm(3))\nFlatten()\n"
      "Dense(4, kernel_constraint=unit_norm, bias_constraint=non_neg)\nOutput(2)",
      "loss: scce");
  EXPECT_TRUE(has_in_order(
      program,
      {"limit_norms(self.conv1d.weight, most=3.0, dim=-1)", "set_norms(self.dense.weight, dim=-1)",
       "self.get_parameter(\"dense.bias\").clamp_(min=0.0)", "self.optimizer.step()", "self.model.constrain()"}));
}

TEST(PytorchTraining, ComputesMetricsOfAllOutputs) {
  const std::string program = emit("Output(3)", "loss: bce\nmetrics: [accuracy, auc, precision, mse]");
  EXPECT_TRUE(has(program, "\"\"\"Loss and metrics on"));
  EXPECT_TRUE(has(program, "\"auc\": compute_auc(logits.sigmoid(), labels),"));
  EXPECT_TRUE(has(program, "\"mean_squared_error\": compute_mean_squared_error(logits.sigmoid(), labels),"));
  EXPECT_TRUE(has(emit("Output(3)", "loss: scce\nmetrics: [auc]"), "nn.functional.one_hot(classes, CLASSES)"));
  EXPECT_TRUE(has(emit("Output(3)", "loss: scce\nmetrics: [mse]"), "`mean_squared_error` of class numbers"));
}

TEST(PytorchTraining, SkipsTheStepsWhoseHalfPrecisionFails) {
  const std::string program = emit("Output(3)", "loss: scce\ntrain { mixed_precision: true }");
  EXPECT_TRUE(has_in_order(
      program, {"class LossScale:", "with torch.autocast(DEVICE.type, dtype=torch.float16):", "total += ",
                "(self.loss_scale.factor * loss).backward()", "if not self.loss_scale.unscale(self.model):", "continue",
                "self.optimizer.step()", "@torch.autocast(DEVICE.type, dtype=torch.float16)\ndef compute_outputs("}));
}

TEST(PytorchTraining, TheEndingOfThePathDecidesHowToSave) {
  const auto saved_to = [](std::string_view path) {
    return emit("Output(2)", fmt::format("loss: mse\ntrain {{ save_path: \"{}\" }}", path));
  };
  EXPECT_TRUE(has(saved_to("a.safetensors"), "\n    save_weights(model, SAVE_PATH)\n"));
  EXPECT_TRUE(has(saved_to("a.pt"), "\n    torch.save(model.state_dict(), SAVE_PATH)\n"));
  EXPECT_TRUE(has(saved_to("a.pth"), "\n    torch.save(model.state_dict(), SAVE_PATH)\n"));
  for (const char* path : {"a.keras", "a.weights.h5", "weights", "models/", "models/a.pt/"}) {
    const std::string refusal = saved_to(path);
    EXPECT_TRUE(has(refusal, "error[E701]: `save_path: "));
    EXPECT_TRUE(has(refusal, "end the path in `.safetensors`, `.pt` or `.pth`"));
  }
}

}  // namespace
}  // namespace neural::emit
