#include <fmt/format.h>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/lower_training.hpp"
#include "neural/emit/pytorch/unsupported.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Activation;
using model::LossKind;
using model::Parameter;

/// The variables of compute_loss and the form of its result.
struct LossText {
  std::string outputs;
  std::string targets;
  std::string reduction;  ///< "mean" or "sum"
  std::string divisor;    ///< behind a sum of means over the last axis
  double smoothing = 0;
};

void lower_cross_entropy(const model::Model& model, const LossText& text, LegalProgram& program) {
  const bool sparse = model.targets == model::TargetKind::kClasses;
  const bool has_positions = model.output().size() > 1;
  std::vector<Argument> arguments = {
      text.outputs + (has_positions ? ".flatten(0, -2)" : ""),
      text.targets + (!has_positions ? ""
                      : sparse       ? ".flatten()"
                                     : ".flatten(0, -2)"),
      {"reduction", python_string(text.reduction)},
  };
  if (!sparse) arguments.emplace_back("label_smoothing", python_number(text.smoothing));
  program.loss = Expression::call("nn.functional.cross_entropy", std::move(arguments));
}

/// A mean over the last axis, reduced over the rest.
void lower_elementwise(const char* function, const LossText& text, LegalProgram& program) {
  Expression call =
      Expression::call(function, {text.outputs, text.targets, {"reduction", python_string(text.reduction)}});
  program.loss = text.divisor.empty() ? std::move(call) : Expression(call.flat() + text.divisor);
}

void lower_binary(const LossText& text, LegalProgram& program) {
  if (text.smoothing != 0) {
    program.loss_preparation.push_back(
        fmt::format("{0} = {0} * (1 - {1}) + 0.5 * {1}", text.targets, python_number(text.smoothing)));
  }
  lower_elementwise("nn.functional.binary_cross_entropy_with_logits", text, program);
}

void lower_metrics(const model::Model& model, const Words& words, LegalProgram& program,
                   syntax::DiagnosticList& diagnostics) {
  const bool classes = model.targets == model::TargetKind::kClasses;
  for (const NamedMetric& metric : evaluated_metrics(model)) {
    const std::string right = words.targets + (classes ? "" : ".argmax(dim=-1)");
    switch (metric.kind) {
      case model::MetricKind::categorical_accuracy:
      case model::MetricKind::sparse_categorical_accuracy:
        program.metrics.emplace_back(metric.name, fmt::format("({}.argmax(dim=-1) == {})", program.outputs, right));
        break;
      case model::MetricKind::binary_accuracy:
        if (classes) {
          refuse(diagnostics, model.layers.back().span, "`binary_accuracy` of class numbers",
                 "use \"sparse_categorical_accuracy\"");
        }
        program.metrics.emplace_back(metric.name,
                                     fmt::format("(({} > 0.5) == {})", program.predictions, words.targets));
        break;
      default:
        NEURAL_CHECK(false, "a metric out of scope");
    }
    program.metrics.back().second += ".float().mean().item()";
  }
}

}  // namespace

void lower_loss(const model::Model& model, const Words& words, LegalProgram& program,
                syntax::DiagnosticList& diagnostics) {
  const model::Loss& loss = model.loss;
  const std::string& reduction = loss.parameters.word(Parameter::reduction);
  if (reduction == "none") {
    return refuse(diagnostics, model.layers.back().span, "training on a loss with reduction=\"none\"",
                  "use reduction=\"mean\" or \"sum\"");
  }
  const bool sums = reduction == "sum";
  const std::int64_t width = model.output().back().value_or(1);
  program.outputs = loss.kind == LossKind::mean_squared_error ? "outputs" : "logits";
  program.predictions = program.outputs;
  if (loss.fused) {
    program.predictions += loss.fused == Activation::softmax ? ".softmax(dim=-1)" : ".sigmoid()";
  }
  LossText text{program.outputs, words.targets, sums ? "sum" : "mean",
                sums && width > 1 ? " / " + std::to_string(width) : "", 0};
  if (loss.parameters.has(Parameter::label_smoothing))
    text.smoothing = loss.parameters.number(Parameter::label_smoothing);

  switch (loss.kind) {
    case LossKind::categorical_crossentropy:
    case LossKind::sparse_categorical_crossentropy:
      program.loss_description = "cross-entropy";
      lower_cross_entropy(model, text, program);
      break;
    case LossKind::binary_crossentropy:
      program.loss_description = "binary cross-entropy";
      lower_binary(text, program);
      break;
    case LossKind::mean_squared_error:
      program.loss_description = "squared error";
      lower_elementwise("nn.functional.mse_loss", text, program);
      break;
    default:
      NEURAL_CHECK(false, "a loss out of scope");
  }
  program.loss_description = (sums ? "Sum of the " : "Mean ") + program.loss_description;
  lower_metrics(model, words, program, diagnostics);
}

}  // namespace neural::emit::pytorch
