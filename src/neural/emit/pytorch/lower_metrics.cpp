// Metrics of a whole data set, which `evaluate` computes from all its outputs at once: no means of the batches' means.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/lower_training.hpp"
#include "neural/emit/pytorch/unsupported.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/python_writer.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Activation;
using model::LossKind;
using model::MetricKind;
using model::Parameter;

/// The body of a function of `predictions` and `targets`, and what its docstring says.
struct MetricText {
  std::string description;
  std::string body;
};

/// As of keras.metrics: a label is positive where it is not 0, a prediction where it is above one half.
MetricText text_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::precision:
      return {"The share of positive labels among the positive predictions.", R"(
positive = predictions > 0.5
right = (positive & (targets != 0)).sum()
return (right / positive.sum().clamp_min(1)).item()
)"};
    case MetricKind::recall:
      return {"The share of positive predictions among the positive labels.", R"(
positive = targets != 0
right = (positive & (predictions > 0.5)).sum()
return (right / positive.sum().clamp_min(1)).item()
)"};
    case MetricKind::f1:
      return {"The harmonic mean of precision and recall of all labels together.", R"(
positive = (predictions > 0.5).double()
right = (positive * targets).sum()
precision = right / (positive.sum() + 1e-07)
recall = right / (targets.sum() + 1e-07)
return (2 * precision * recall / (precision + recall + 1e-07)).item()
)"};
    case MetricKind::auc:
      return {"The area under the curve of right over wrong positive predictions, by 200 thresholds.", R"(
positive = targets.flatten() != 0
thresholds = ((predictions.flatten().clamp(0, 1) * 199).ceil().long() - 1).clamp_min(0)  # passed last
right = torch.bincount(thresholds[positive], minlength=200).flip(0).cumsum(0).double()
wrong = torch.bincount(thresholds[~positive], minlength=200).flip(0).cumsum(0).double()
return torch.trapezoid(right / right[-1].clamp_min(1), wrong / wrong[-1].clamp_min(1)).item()
)"};
    default:
      NEURAL_CHECK(false, "a metric of one line");
  }
}

std::string function_of(const std::string& name, const std::string& outputs, const MetricText& text) {
  PythonWriter writer;
  writer.line(fmt::format("def compute_{}({}: torch.Tensor, targets: torch.Tensor) -> float:", name, outputs));
  const auto indentation = writer.indent();
  writer.line("\"\"\"" + text.description + "\"\"\"");
  writer.block(text.body);
  return writer.take();
}

class MetricLowering {
 public:
  MetricLowering(const model::Model& model, const Words& words, LegalProgram& program,
                 syntax::DiagnosticList& diagnostics)
      : model_(model), words_(words), program_(program), diagnostics_(diagnostics) {}

  void lower(const NamedMetric& metric) {
    if (const auto* loss = std::get_if<LossKind>(&metric.kind)) return lower_loss_metric(metric, *loss);
    const auto kind = std::get<MetricKind>(metric.kind);
    const std::string right = words_.targets + (has_classes() ? "" : ".argmax(dim=-1)");
    switch (kind) {
      case MetricKind::categorical_accuracy:
      case MetricKind::sparse_categorical_accuracy:
        return add_share(metric, fmt::format("({}.argmax(dim=-1) == {})", program_.outputs, right));
      case MetricKind::binary_accuracy:
        if (has_classes()) refuse_classes(metric, "sparse_categorical_accuracy");
        return add_share(metric, fmt::format("(({} > 0.5) == {})", program_.predictions, words_.targets));
      case MetricKind::top_k_categorical_accuracy:
      case MetricKind::sparse_top_k_categorical_accuracy:
        return lower_top(metric, right);
      case MetricKind::precision:
      case MetricKind::recall:
      case MetricKind::f1:
      case MetricKind::auc:
        program_.metric_functions.push_back(function_of(metric.name, "predictions", text_of(kind)));
        return add_call(metric, program_.predictions,
                        has_classes() ? "nn.functional.one_hot(" + words_.targets + ", CLASSES)" : words_.targets);
    }
  }

 private:
  bool has_classes() const { return model_.targets == model::TargetKind::kClasses; }

  /// The share of what is true.
  void add_share(const NamedMetric& metric, const std::string& truths) {
    program_.metrics.emplace_back(metric.name, truths + ".float().mean().item()");
  }

  void add_call(const NamedMetric& metric, const std::string& outputs, const std::string& targets) {
    program_.metrics.emplace_back(metric.name, fmt::format("compute_{}({}, {})", metric.name, outputs, targets));
  }

  /// Fewer than k classes score higher than the right one.
  void lower_top(const NamedMetric& metric, const std::string& right) {
    program_.metric_functions.push_back(
        function_of(metric.name, "outputs",
                    {"The share of samples whose right class has one of the highest scores.",
                     fmt::format("higher = outputs > outputs.gather(-1, targets.unsqueeze(-1))\n"
                                 "return (higher.sum(dim=-1) < {}).float().mean().item()\n",
                                 metric.parameters.integer(Parameter::k))}));
    add_call(metric, program_.outputs, right);
  }

  /// A cross-entropy is of the logits, which are the outputs where the loss has taken over the fitting activation.
  std::string logits_for(LossKind kind) const {
    const bool is_binary = kind == LossKind::binary_crossentropy || kind == LossKind::binary_focal_crossentropy;
    const Activation fitting = is_binary ? Activation::sigmoid : Activation::softmax;
    if (model_.loss.fused == fitting || (!model_.loss.fused && words_.outputs != "probabilities")) {
      return program_.outputs;
    }
    return program_.predictions + (is_binary ? ".logit(eps=1e-07)" : ".clamp(1e-07, 1 - 1e-07).log()");
  }

  void lower_loss_metric(const NamedMetric& metric, LossKind kind) {
    const bool is_sparse = kind == LossKind::sparse_categorical_crossentropy;
    if (has_classes() && !is_sparse) return refuse_classes(metric, "sparse_categorical_crossentropy");
    if (!has_classes() && is_sparse) {
      return refuse(diagnostics_, metric.span, "`sparse_categorical_crossentropy` of targets that are no class numbers",
                    "use \"categorical_crossentropy\"");
    }
    LossCode code = loss_code(kind, metric.parameters, model_, "outputs", "targets", false);
    PythonWriter body;
    for (const std::string& line : code.lines) body.line(line);
    body.statement("loss = ", code.value);
    body.line("return loss.item()");
    program_.metric_functions.push_back(function_of(metric.name, "outputs", {code.description + ".", body.take()}));
    add_call(metric, is_cross_entropy(kind) ? logits_for(kind) : program_.predictions, words_.targets);
  }

  void refuse_classes(const NamedMetric& metric, const std::string& instead) {
    const auto* kind = std::get_if<MetricKind>(&metric.kind);
    const std::string_view name =
        kind != nullptr ? model::metric_name(*kind) : model::loss_name(std::get<1>(metric.kind));
    refuse(diagnostics_, metric.span, fmt::format("`{}` of class numbers", name), "use \"" + instead + "\"");
  }

  const model::Model& model_;
  const Words& words_;
  LegalProgram& program_;
  syntax::DiagnosticList& diagnostics_;
};

}  // namespace

void lower_metrics(const model::Model& model, const Words& words, LegalProgram& program,
                   syntax::DiagnosticList& diagnostics) {
  MetricLowering lowering(model, words, program, diagnostics);
  for (const NamedMetric& metric : evaluated_metrics(model)) lowering.lower(metric);
}

}  // namespace neural::emit::pytorch
