// Losses and metrics.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/tensorflow/training.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {
namespace {

using model::Activation;
using model::LossKind;
using model::MetricKind;
using model::Parameter;

bool is_cross_entropy(LossKind kind) {
  switch (kind) {
    case LossKind::categorical_crossentropy:
    case LossKind::sparse_categorical_crossentropy:
    case LossKind::binary_crossentropy:
    case LossKind::binary_focal_crossentropy:
    case LossKind::categorical_focal_crossentropy:
      return true;
    default:
      return false;
  }
}

/// Keras computes a cross-entropy from what went into a last softmax or sigmoid, whichever it is and whatever the loss
/// is told; it finds them by the tensor, which a change of its type replaces.
void check_logits(const model::Model& model, syntax::DiagnosticList& diagnostics) {
  if (!is_cross_entropy(model.loss.kind)) return;
  const model::Layer* last = last_probabilities(model);
  if (last == nullptr) return;
  if (!model.loss.fused) {
    diagnostics.add(syntax::Code::E701, last->span,
                    fmt::format("`{}` of the probabilities of `{}` cannot be expressed on TensorFlow",
                                loss_name(model.loss.kind), layer_kind_name(last->kind)),
                    "leave out that activation, or choose the loss that goes with it");
  } else if (last->attributes.word(Parameter::dtype) != "float32") {
    diagnostics.add(syntax::Code::E701, last->span,
                    fmt::format("`dtype=\"{}\"` of the last layer before `{}` cannot be expressed on TensorFlow",
                                last->attributes.word(Parameter::dtype), loss_name(model.loss.kind)),
                    "use `dtype=\"float32\"` there");
  }
}

std::string reduction_text(const model::Loss& loss, syntax::DiagnosticList& diagnostics) {
  const std::string& reduction = loss.parameters.word(Parameter::reduction);
  if (reduction == "none")
    refuse(diagnostics, loss.span, "a loss with `reduction=\"none\"`", "use \"mean\" or \"sum\"");
  return reduction == "sum" ? "\"sum\"" : "\"sum_over_batch_size\"";
}

const char* loss_class(LossKind kind) {
  switch (kind) {
    case LossKind::mean_squared_error:
      return "losses.MeanSquaredError";
    case LossKind::mean_absolute_error:
      return "losses.MeanAbsoluteError";
    case LossKind::mean_absolute_percentage_error:
      return "losses.MeanAbsolutePercentageError";
    case LossKind::mean_squared_logarithmic_error:
      return "losses.MeanSquaredLogarithmicError";
    case LossKind::root_mean_squared_error:
      return "root_mean_squared_error";
    case LossKind::huber:
      return "losses.Huber";
    case LossKind::log_cosh:
      return "losses.LogCosh";
    case LossKind::categorical_crossentropy:
      return "losses.CategoricalCrossentropy";
    case LossKind::sparse_categorical_crossentropy:
      return "losses.SparseCategoricalCrossentropy";
    case LossKind::binary_crossentropy:
      return "losses.BinaryCrossentropy";
    case LossKind::binary_focal_crossentropy:
      return "losses.BinaryFocalCrossentropy";
    case LossKind::categorical_focal_crossentropy:
      return "losses.CategoricalFocalCrossentropy";
    case LossKind::hinge:
      return "losses.Hinge";
    case LossKind::squared_hinge:
      return "losses.SquaredHinge";
    case LossKind::categorical_hinge:
      return "losses.CategoricalHinge";
    case LossKind::kl_divergence:
      return "losses.KLDivergence";
    case LossKind::poisson:
      return "losses.Poisson";
    case LossKind::cosine_similarity:
      return "losses.CosineSimilarity";
  }
  NEURAL_CHECK(false, "a loss outside the table");
}

/// The parameters by which a loss differs from others of its kind; `from_logits` is said where there is one.
std::vector<Argument> loss_arguments(LossKind kind, const model::Attributes& parameters, bool from_logits) {
  std::vector<Argument> arguments;
  if (is_cross_entropy(kind)) arguments.emplace_back("from_logits", python_bool(from_logits));
  if (parameters.has(Parameter::label_smoothing)) {
    const double smoothing = parameters.number(Parameter::label_smoothing);
    if (smoothing != 0) arguments.emplace_back("label_smoothing", python_number(smoothing));
  }
  if (kind == LossKind::binary_focal_crossentropy) {
    arguments.emplace_back("apply_class_balancing", python_bool(parameters.boolean(Parameter::apply_class_balancing)));
  }
  for (const Parameter parameter : {Parameter::alpha, Parameter::gamma, Parameter::delta}) {
    if (!parameters.has(parameter)) continue;
    arguments.emplace_back(std::string(parameter_name(parameter)), python_number(parameters.number(parameter)));
  }
  if (kind == LossKind::cosine_similarity) arguments.emplace_back("axis", "-1");
  return arguments;
}

const char* metric_class(MetricKind kind) {
  switch (kind) {
    case MetricKind::binary_accuracy:
      return "metrics.BinaryAccuracy";
    case MetricKind::categorical_accuracy:
      return "metrics.CategoricalAccuracy";
    case MetricKind::sparse_categorical_accuracy:
      return "metrics.SparseCategoricalAccuracy";
    case MetricKind::top_k_categorical_accuracy:
      return "metrics.TopKCategoricalAccuracy";
    case MetricKind::sparse_top_k_categorical_accuracy:
      return "metrics.SparseTopKCategoricalAccuracy";
    case MetricKind::precision:
      return "metrics.Precision";
    case MetricKind::recall:
      return "metrics.Recall";
    case MetricKind::f1:
      return "metrics.F1Score";
    case MetricKind::auc:
      return "metrics.AUC";
  }
  NEURAL_CHECK(false, "a metric outside the table");
}

std::optional<MetricKind> accuracy_of(model::TargetKind targets) {
  switch (targets) {
    case model::TargetKind::kClasses:
      return MetricKind::sparse_categorical_accuracy;
    case model::TargetKind::kOneHot:
      return MetricKind::categorical_accuracy;
    case model::TargetKind::kBinary:
      return MetricKind::binary_accuracy;
    case model::TargetKind::kValues:
      break;
  }
  return std::nullopt;
}

/// Adds the metrics of one model, each under a name of its own.
class MetricList {
 public:
  MetricList(const model::Model& model, KerasModel& keras) : model_(model), keras_(keras) {}

  void add(MetricKind kind, const model::Attributes& parameters, const std::string& name) {
    std::vector<Argument> arguments;
    std::string callee = metric_class(kind);
    switch (kind) {
      case MetricKind::binary_accuracy:
        arguments.emplace_back("threshold", "0.5");
        break;
      case MetricKind::top_k_categorical_accuracy:
      case MetricKind::sparse_top_k_categorical_accuracy:
        arguments.emplace_back("k", std::to_string(parameters.integer(Parameter::k)));
        break;
      case MetricKind::precision:
      case MetricKind::recall:
        arguments.emplace_back("thresholds", "0.5");
        break;
      case MetricKind::f1:
        arguments = {{"average", "\"micro\""}, {"threshold", "0.5"}};
        break;
      case MetricKind::auc:
        arguments = {{"num_thresholds", "200"}, {"curve", "\"ROC\""}};
        break;
      default:
        break;
    }
    const bool is_of_rows = kind == MetricKind::precision || kind == MetricKind::recall || kind == MetricKind::f1 ||
                            kind == MetricKind::auc;
    if (is_of_rows && model_.targets == model::TargetKind::kClasses) {
      keras_.helpers.insert(Helper::kClassMetrics);
      callee = "of_classes(" + callee + ")";
    }
    add(std::move(callee), std::move(arguments), name);
  }

  void add(LossKind kind, const model::Attributes& parameters, const std::string& name) {
    if (kind == LossKind::root_mean_squared_error) return add("metrics.RootMeanSquaredError", {}, name);
    const bool from_logits = !model_.loss.fused && last_probabilities(model_) == nullptr;
    std::vector<Argument> arguments = loss_arguments(kind, parameters, from_logits);
    keras_.modules.insert(Module::kLosses);
    arguments.insert(arguments.begin(), Argument("losses." + std::string(loss_name(kind))));
    add("metrics.MeanMetricWrapper", std::move(arguments), name);
  }

 private:
  void add(std::string callee, std::vector<Argument> arguments, const std::string& name) {
    const auto is_taken = [&](const std::string& text) {
      return std::find(keras_.compilation.metric_names.begin(), keras_.compilation.metric_names.end(), text) !=
             keras_.compilation.metric_names.end();
    };
    std::string unique = name;
    for (int i = 1; is_taken(unique); ++i) unique = fmt::format("{}_{}", name, i);
    keras_.modules.insert(Module::kMetrics);
    keras_.compilation.metric_names.push_back(unique);
    arguments.emplace_back("name", python_string(unique));
    keras_.compilation.metrics.emplace_back(Expression::call(std::move(callee), std::move(arguments)));
  }

  const model::Model& model_;
  KerasModel& keras_;
};

}  // namespace

Expression lower_loss(const model::Model& model, KerasModel& keras, syntax::DiagnosticList& diagnostics) {
  check_logits(model, diagnostics);
  const model::Loss& loss = model.loss;
  const std::string reduction = reduction_text(loss, diagnostics);
  if (loss.kind == LossKind::root_mean_squared_error) {
    keras.helpers.insert(Helper::kRootMeanSquaredError);
    return loss_class(loss.kind);
  }
  keras.modules.insert(Module::kLosses);
  // The model ends in the softmax or sigmoid; Keras takes it off again and computes the loss from the logits.
  std::vector<Argument> arguments = loss_arguments(loss.kind, loss.parameters, !loss.fused);
  arguments.emplace_back("reduction", reduction);
  return Expression::call(loss_class(loss.kind), std::move(arguments));
}

void lower_metrics(const model::Model& model, KerasModel& keras) {
  MetricList list(model, keras);
  const std::optional<MetricKind> accuracy = accuracy_of(model.targets);
  if (accuracy) list.add(*accuracy, {}, "accuracy");
  for (const model::Metric& metric : model.metrics) {
    if (const auto* loss = std::get_if<LossKind>(&metric.kind)) {
      list.add(*loss, metric.parameters, std::string(metric.name()));
      continue;
    }
    const auto kind = std::get<MetricKind>(metric.kind);
    if (kind == accuracy) continue;
    const bool is_accuracy = kind == MetricKind::binary_accuracy || kind == MetricKind::categorical_accuracy ||
                             kind == MetricKind::sparse_categorical_accuracy;
    const bool is_first = keras.compilation.metric_names.empty();
    list.add(kind, metric.parameters, is_first && is_accuracy ? "accuracy" : std::string(metric.name()));
  }
}

}  // namespace neural::emit::tensorflow
