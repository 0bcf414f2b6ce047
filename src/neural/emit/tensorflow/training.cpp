#include "neural/emit/tensorflow/training.hpp"

#include <fmt/format.h>

#include <charconv>

#include "neural/base/check.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/program.hpp"

namespace neural::emit::tensorflow {
namespace {

using model::Activation;
using model::Attributes;
using model::LossKind;
using model::MetricKind;
using model::Parameter;

void refuse(syntax::DiagnosticList& diagnostics, syntax::Span span, std::string what, std::string help) {
  diagnostics.add(syntax::Code::E701, span, std::move(what) + " cannot be expressed on TensorFlow", std::move(help));
}

bool is_cross_entropy(LossKind kind) {
  return kind != LossKind::mean_squared_error;
}

/// The softmax or sigmoid that ends the network, looking through layers that hand on their very input.
const model::Layer* last_probabilities(const model::Model& model) {
  for (auto layer = model.layers.rbegin(); layer != model.layers.rend(); ++layer) {
    if (layer->kind == model::LayerKind::Softmax) return &*layer;
    for (const Parameter parameter : {Parameter::activation, Parameter::function}) {
      if (!layer->attributes.has(parameter)) continue;
      const auto activation = std::get<Activation>(layer->attributes.at(parameter).value);
      if (activation == Activation::softmax || activation == Activation::sigmoid) return &*layer;
      if (activation != Activation::linear || parameter == Parameter::activation) return nullptr;
    }
    const bool hands_on = layer->kind == model::LayerKind::Dropout || layer->kind == model::LayerKind::Activation;
    if (!hands_on) return nullptr;
  }
  return nullptr;
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

/// A number or True; empty for None and False, which say nothing.
std::string value_text(const model::Attribute& attribute) {
  if (const auto* number = std::get_if<double>(&attribute.value)) return python_number(*number);
  if (const auto* flag = std::get_if<bool>(&attribute.value)) return *flag ? "True" : "";
  NEURAL_CHECK(attribute.is_none(), "an optimiser's parameter is neither a number nor a bool");
  return "";
}

/// The language and Keras call an optimiser and its parameters by the same names.
Expression optimizer_expression(const model::Optimizer& optimizer) {
  std::vector<Argument> arguments;
  for (const auto& [parameter, attribute] : optimizer.parameters.entries()) {
    if (parameter == Parameter::ema_momentum && !optimizer.parameters.boolean(Parameter::use_ema)) continue;
    std::string text = value_text(attribute);
    if (!text.empty()) arguments.emplace_back(std::string(parameter_name(parameter)), std::move(text));
  }
  return Expression::call("optimizers." + std::string(optimizer_name(optimizer.kind)), std::move(arguments));
}

void check_clipping(const model::Optimizer& optimizer, syntax::DiagnosticList& diagnostics) {
  std::string given;
  int count = 0;
  for (const Parameter each : {Parameter::clipnorm, Parameter::clipvalue, Parameter::global_clipnorm}) {
    if (optimizer.parameters.at(each).is_none()) continue;
    given += fmt::format("{}`{}`", count++ == 0 ? "" : " with ", parameter_name(each));
  }
  if (count > 1) refuse(diagnostics, optimizer.span, given, "clip in one way only");
}

std::string reduction_text(const model::Loss& loss, syntax::DiagnosticList& diagnostics) {
  const std::string& reduction = loss.parameters.word(Parameter::reduction);
  if (reduction == "none")
    refuse(diagnostics, loss.span, "a loss with `reduction=\"none\"`", "use \"mean\" or \"sum\"");
  return reduction == "sum" ? "\"sum\"" : "\"sum_over_batch_size\"";
}

const char* loss_class(LossKind kind) {
  switch (kind) {
    case LossKind::categorical_crossentropy:
      return "losses.CategoricalCrossentropy";
    case LossKind::sparse_categorical_crossentropy:
      return "losses.SparseCategoricalCrossentropy";
    case LossKind::binary_crossentropy:
      return "losses.BinaryCrossentropy";
    case LossKind::mean_squared_error:
      return "losses.MeanSquaredError";
    default:
      break;
  }
  NEURAL_CHECK(false, "a loss out of scope");
}

Expression loss_expression(const model::Loss& loss, syntax::DiagnosticList& diagnostics) {
  std::vector<Argument> arguments;
  // The model ends in the softmax or sigmoid; Keras takes it off again and computes the loss from the logits.
  if (is_cross_entropy(loss.kind)) arguments.emplace_back("from_logits", python_bool(!loss.fused));
  if (loss.parameters.has(Parameter::label_smoothing)) {
    const double smoothing = loss.parameters.number(Parameter::label_smoothing);
    if (smoothing != 0) arguments.emplace_back("label_smoothing", python_number(smoothing));
  }
  arguments.emplace_back("reduction", reduction_text(loss, diagnostics));
  return Expression::call(loss_class(loss.kind), std::move(arguments));
}

Expression metric_expression(const NamedMetric& metric) {
  const Argument name = {"name", python_string(metric.name)};
  switch (metric.kind) {
    case MetricKind::binary_accuracy:
      return Expression::call("metrics.BinaryAccuracy", {{"threshold", "0.5"}, name});
    case MetricKind::categorical_accuracy:
      return Expression::call("metrics.CategoricalAccuracy", {name});
    case MetricKind::sparse_categorical_accuracy:
      return Expression::call("metrics.SparseCategoricalAccuracy", {name});
    default:
      break;
  }
  NEURAL_CHECK(false, "a metric out of scope");
}

}  // namespace

Compilation lower_training(const model::Model& model, syntax::DiagnosticList& diagnostics) {
  check_clipping(model.optimizer, diagnostics);
  check_logits(model, diagnostics);
  if (model.training.mixed_precision) {
    refuse(diagnostics, model.span_of("mixed_precision"), "`mixed_precision`",
           "leave it out: the program computes in float32");
  }
  Compilation compilation = {
      optimizer_expression(model.optimizer), loss_expression(model.loss, diagnostics), {}, model.loss.fused};
  for (const NamedMetric& metric : evaluated_metrics(model)) {
    compilation.metrics.emplace_back(metric_expression(metric));
  }
  return compilation;
}

Device lower_device(const model::Model& model, syntax::DiagnosticList& diagnostics) {
  const std::string& device = model.device;
  if (device == "cpu" || device.starts_with("cpu:")) return {Device::Kind::kProcessor};
  const bool is_gpu = device.starts_with("gpu") || device.starts_with("cuda");
  if (!is_gpu) {
    if (device != "auto") {
      refuse(diagnostics, model.span_of("device"), fmt::format("`device: {}`", device), "use `cpu`, `gpu` or `auto`");
    }
    return {};
  }
  const std::size_t colon = device.find(':');
  std::int64_t index = 0;
  if (colon != std::string::npos) std::from_chars(device.data() + colon + 1, device.data() + device.size(), index);
  return {Device::Kind::kGpu, index};
}

std::string_view lower_save(const model::Model& model, syntax::DiagnosticList& diagnostics) {
  const std::optional<std::string>& path = model.training.save_path;
  if (!path) return {};
  if (path->ends_with(".weights.h5")) return "model.save_weights(SAVE_PATH)";
  if (!path->ends_with(".keras") && !path->ends_with(".h5")) {
    refuse(diagnostics, model.span_of("save_path"), fmt::format("`save_path: {}`", python_string(*path)),
           "end the path in `.keras` or `.weights.h5`");
  }
  return "model.save(SAVE_PATH)";
}

}  // namespace neural::emit::tensorflow
