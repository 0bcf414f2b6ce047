#include "neural/emit/pytorch/pytorch.hpp"

#include "neural/emit/pytorch/legalise.hpp"
#include "neural/emit/pytorch/print.hpp"
#include "neural/emit/text/scope.hpp"

namespace neural::emit {
namespace {

using model::LayerKind;
using model::MetricKind;
using model::OptimizerKind;

bool knows_layer(LayerKind kind) {
  switch (kind) {
    case LayerKind::ActivityRegularization:
    case LayerKind::L1:
    case LayerKind::L2:
      return false;
    default:
      return true;
  }
}

bool knows_optimizer(OptimizerKind kind) {
  return kind == OptimizerKind::SGD || kind == OptimizerKind::Adam || kind == OptimizerKind::AdamW ||
         kind == OptimizerKind::RMSprop;
}

bool knows_metric(const model::Metric& metric) {
  const auto* kind = std::get_if<MetricKind>(&metric.kind);
  return kind != nullptr &&
         (*kind == MetricKind::binary_accuracy || *kind == MetricKind::categorical_accuracy ||
          *kind == MetricKind::sparse_categorical_accuracy || *kind == MetricKind::top_k_categorical_accuracy ||
          *kind == MetricKind::sparse_top_k_categorical_accuracy);
}

constexpr Scope kScope = {.title = "PyTorch",
                          .knows_layer = knows_layer,
                          .knows_optimizer = knows_optimizer,
                          .knows_metric = knows_metric,
                          .schedules = false,
                          .penalties = false};

}  // namespace

std::optional<std::string> emit_pytorch(const model::Model& model, const Options& options,
                                        syntax::DiagnosticList& diagnostics) {
  if (!is_in_scope(model, kScope, diagnostics)) return std::nullopt;
  const Program program = describe(model, options, "pytorch", "PyTorch");
  const auto legal = pytorch::legalise(model, program.words, diagnostics);
  if (!legal) return std::nullopt;
  return pytorch::print(*legal, program);
}

}  // namespace neural::emit
