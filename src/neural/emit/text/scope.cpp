#include "neural/emit/text/scope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "neural/base/text.hpp"

namespace neural::emit {
namespace {

using model::LayerKind;
using model::LossKind;
using model::MetricKind;
using model::OptimizerKind;
using syntax::Code;

constexpr const char* kCheckOnly = "`neural check` and `neural inspect` understand it all the same";

bool is_known(LayerKind kind) {
  switch (kind) {
    case LayerKind::Dense:
    case LayerKind::Output:
    case LayerKind::Conv2D:
    case LayerKind::MaxPooling2D:
    case LayerKind::AveragePooling2D:
    case LayerKind::GlobalAveragePooling2D:
    case LayerKind::Flatten:
    case LayerKind::Reshape:
    case LayerKind::Dropout:
    case LayerKind::BatchNormalization:
    case LayerKind::Activation:
    case LayerKind::ReLU:
    case LayerKind::Softmax:
      return true;
    default:
      return false;
  }
}

bool is_known(OptimizerKind kind) {
  return kind == OptimizerKind::SGD || kind == OptimizerKind::Adam || kind == OptimizerKind::AdamW ||
         kind == OptimizerKind::RMSprop;
}

bool is_known(LossKind kind) {
  return kind == LossKind::categorical_crossentropy || kind == LossKind::sparse_categorical_crossentropy ||
         kind == LossKind::binary_crossentropy || kind == LossKind::mean_squared_error;
}

bool is_known(const model::Metric& metric) {
  const auto* kind = std::get_if<MetricKind>(&metric.kind);
  return kind != nullptr && (*kind == MetricKind::binary_accuracy || *kind == MetricKind::categorical_accuracy ||
                             *kind == MetricKind::sparse_categorical_accuracy);
}

bool is_penalty(const model::Attribute& attribute) {
  return std::holds_alternative<model::Regularizer>(attribute.value) ||
         std::holds_alternative<model::Constraint>(attribute.value);
}

class Gate {
 public:
  Gate(std::string_view title, syntax::DiagnosticList& diagnostics) : title_(title), diagnostics_(diagnostics) {}

  void check(const model::Model& model) {
    if (!model.search.empty()) {
      const std::size_t count = model.search.size();
      diagnostics_.add(Code::E704, model.search.front().span,
                       fmt::format("this program searches over {} value{}, and a generated program has none", count,
                                   count == 1 ? "" : "s"),
                       "replace each `HPO(…)` by one of its values");
    }
    for (const model::Layer& layer : model.layers) check(layer);
    if (!model.is_chain() && diagnostics_.error_count() == errors_) {
      not_available(model.layers.back().span, "a network with branches or several inputs is", kCheckOnly);
    }
    if (!is_known(model.optimizer.kind)) {
      not_available(model.optimizer.span, fmt::format("`{}` is", optimizer_name(model.optimizer.kind)),
                    "use `SGD`, `Adam`, `AdamW` or `RMSprop`");
    }
    const model::Attribute& rate = model.optimizer.parameters.at(model::Parameter::learning_rate);
    if (const auto* schedule = std::get_if<model::Schedule>(&rate.value)) {
      not_available(model.optimizer.span, fmt::format("the schedule `{}` is", schedule_name(schedule->kind)),
                    "give `learning_rate` a number");
    }
    if (!is_known(model.loss.kind)) {
      not_available(model.loss.span, fmt::format("`{}` is", loss_name(model.loss.kind)),
                    "use a cross-entropy without focal terms, or `mean_squared_error`");
    }
    for (const model::Metric& metric : model.metrics) {
      if (!is_known(metric))
        not_available(metric.span, fmt::format("the metric `{}` is", metric.name()), "use `accuracy`");
    }
  }

 private:
  void check(const model::Layer& layer) {
    if (layer.kind == LayerKind::Custom || layer.kind == LayerKind::CustomShape) {
      diagnostics_.add(Code::E705, layer.span,
                       fmt::format("`{}` has no built-in meaning, and no class for it is known on {}",
                                   printable(layer.type_name()), title_),
                       "use layers of the language");
      return;
    }
    if (!is_known(layer.kind)) return not_available(layer.span, fmt::format("`{}` is", layer.type_name()), kCheckOnly);
    for (const auto& [parameter, attribute] : layer.attributes.entries()) {
      if (!is_penalty(attribute)) continue;
      not_available(layer.span, fmt::format("`{}` of `{}` is", parameter_name(parameter), layer.type_name()),
                    "leave it out, or use `weight_decay` of the optimizer");
    }
  }

  void not_available(syntax::Span span, const std::string& what, std::string help) {
    diagnostics_.add(Code::E703, span, fmt::format("{} known, but not available on {} in this version", what, title_),
                     std::move(help));
  }

  std::string_view title_;
  syntax::DiagnosticList& diagnostics_;
  std::size_t errors_ = diagnostics_.error_count();
};

}  // namespace

bool is_in_scope(const model::Model& model, std::string_view title, syntax::DiagnosticList& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  Gate(title, diagnostics).check(model);
  return diagnostics.error_count() == errors;
}

}  // namespace neural::emit
