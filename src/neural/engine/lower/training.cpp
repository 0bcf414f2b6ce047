#include "neural/engine/lower/training.hpp"

#include <algorithm>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/engine/graph/gradient.hpp"
#include "neural/engine/lower/losses.hpp"
#include "neural/engine/lower/lowering.hpp"
#include "neural/engine/lower/optimizers.hpp"
#include "neural/engine/lower/penalties.hpp"
#include "neural/engine/lower/supported.hpp"

namespace neural::engine {
namespace {

using model::Parameter;

std::vector<Flow> network_inputs(Builder& builder, const model::Model& model, std::int64_t batch,
                                 const std::vector<Shape>& shapes) {
  NEURAL_CHECK(shapes.size() == model.inputs.size());
  std::vector<Flow> inputs;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    Shape shape = {batch};
    shape.insert(shape.end(), shapes[i].begin(), shapes[i].end());
    inputs.push_back(
        {builder.input(std::move(shape), model.inputs[i].is_integer ? ValueType::kInteger : ValueType::kReal)});
  }
  return inputs;
}

ValueId targets_input(Builder& builder, const model::Model& model, ValueId outputs) {
  Shape shape = builder.shape(outputs);
  if (model.targets != model::TargetKind::kClasses) return builder.input(std::move(shape));
  shape.pop_back();
  return builder.input(std::move(shape), ValueType::kInteger);
}

/// What the checks of a loss need to hold.
bool accepts_loss(Lowering& lowering, const Flow& outputs) {
  const model::Model& model = lowering.model();
  const model::Layer& last = model.layers.back();
  if (model.loss.parameters.word(Parameter::reduction) == "none") {
    lowering.refuse(last, "training on a loss with reduction=\"none\"", "use reduction=\"mean\" or \"sum\"");
    return false;
  }
  if (outputs.is_masked() && lowering.builder().rank(outputs.mask) + 1 != lowering.builder().rank(outputs.value)) {
    lowering.refuse(last, "a loss of masked steps with several axes", "reduce them before the end of the network");
    return false;
  }
  return true;
}

/// What training and its gradients alone have in common: the loss, and what the network gives.
struct Loss {
  ValueId value;
  ValueId outputs;
};

std::optional<Loss> lower_loss(Lowering& lowering, Builder& builder, std::int64_t batch,
                               const std::vector<Shape>& inputs, syntax::DiagnosticList& diagnostics) {
  const model::Model& model = lowering.model();
  const Flow outputs =
      lower_layers(lowering, model.layers, network_inputs(builder, model, batch, inputs), model.loss.fused.has_value());
  if (diagnostics.has_errors() || !accepts_loss(lowering, outputs)) return std::nullopt;
  const ValueId targets = targets_input(builder, model, outputs.value);
  ValueId loss = loss_of(builder, model, outputs.value, targets, outputs.mask);
  penalise_weights(lowering);
  for (const ValueId penalty : lowering.penalties()) loss = builder.add(loss, penalty);
  return Loss{loss, outputs.value};
}

/// Of every trainable state, in their order. A weight that the loss does not depend on has a gradient of 0, which
/// momentum and decay still act on.
std::vector<Gradient> weight_gradients(Builder& builder, ValueId loss) {
  std::vector<ValueId> weights;
  for (const State& state : builder.graph().states) {
    if (state.is_trainable) weights.push_back(state.before);
  }
  const std::vector<std::pair<ValueId, ValueId>> seeds = {{loss, builder.full({1}, 1)}};
  const auto flows = gradients(builder, seeds, weights);
  std::vector<Gradient> changes;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    changes.push_back({weights[i], flows[i] ? *flows[i] : builder.full(builder.shape(weights[i]), 0)});
  }
  return changes;
}

}  // namespace

std::optional<Graph> training_graph(const model::Model& model, std::int64_t batch, const std::vector<Shape>& inputs,
                                    syntax::DiagnosticList& diagnostics, Dialect dialect) {
  check_supported(model, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  Graph graph;
  Builder builder(graph);
  Lowering lowering(model, builder, true, diagnostics);
  const auto loss = lower_loss(lowering, builder, batch, inputs, diagnostics);
  if (!loss) return std::nullopt;
  apply_optimizer(builder, model.optimizer, weight_gradients(builder, loss->value), dialect, diagnostics);
  constrain_weights(lowering);
  if (diagnostics.has_errors()) return std::nullopt;
  graph.outputs = {loss->value, loss->outputs};
  remove_unused(graph);
  return graph;
}

std::optional<Graph> gradient_graph(const model::Model& model, std::int64_t batch, const std::vector<Shape>& inputs,
                                    syntax::DiagnosticList& diagnostics) {
  check_supported(model, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  Graph graph;
  Builder builder(graph);
  Lowering lowering(model, builder, true, diagnostics);
  const auto loss = lower_loss(lowering, builder, batch, inputs, diagnostics);
  if (!loss) return std::nullopt;
  graph.outputs = {loss->value};
  for (const Gradient& each : weight_gradients(builder, loss->value)) graph.outputs.push_back(each.flow);
  remove_unused(graph);
  return graph;
}

std::optional<Graph> prediction_graph(const model::Model& model, std::int64_t batch, const std::vector<Shape>& inputs,
                                      bool with_targets, syntax::DiagnosticList& diagnostics) {
  check_supported(model, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  Graph graph;
  Builder builder(graph);
  Lowering lowering(model, builder, false, diagnostics);
  const Flow outputs =
      lower_layers(lowering, model.layers, network_inputs(builder, model, batch, inputs), model.loss.fused.has_value());
  if (diagnostics.has_errors()) return std::nullopt;
  const ValueId predictions = model.loss.fused ? activate(builder, *model.loss.fused, outputs.value) : outputs.value;
  graph.outputs = {predictions, outputs.value};
  if (with_targets) {
    if (!accepts_loss(lowering, outputs)) return std::nullopt;
    const ValueId targets = targets_input(builder, model, outputs.value);
    graph.outputs.push_back(loss_of(builder, model, outputs.value, targets, outputs.mask));
  }
  remove_unused(graph);
  return graph;
}

}  // namespace neural::engine
