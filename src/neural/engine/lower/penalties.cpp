#include "neural/engine/lower/penalties.hpp"

#include <algorithm>
#include <functional>

#include "neural/base/check.hpp"
#include "neural/model/weight_limits.hpp"

namespace neural::engine {
namespace {

using model::ConstraintKind;
using model::Parameter;

/// Calls `use` for each trainable tensor and what limits it, with the layer whose attributes say so.
void each_limited(const std::vector<model::Layer>& layers,
                  const std::function<void(const model::Layer& owner, const model::Layer& described,
                                           const model::Tensor& tensor, const model::Limits& limits)>& use) {
  const std::function<void(const model::Layer&)> visit = [&](const model::Layer& layer) {
    const bool is_both_ways = layer.kind == model::LayerKind::Bidirectional;
    const model::Layer& described = is_both_ways ? *layer.wrapped : layer;
    if (layer.attributes.boolean(Parameter::trainable)) {
      for (const model::Tensor& tensor : layer.tensors()) {
        const auto limits = model::limits_of(described.kind, tensor.name);
        if (limits && tensor.trainable) use(layer, described, tensor, *limits);
      }
    }
    if (layer.wrapped && !is_both_ways) visit(*layer.wrapped);
    if (layer.body() == nullptr) return;
    for (const model::Layer& inner : layer.body()->layers) visit(inner);
  };
  for (const model::Layer& layer : layers) visit(layer);
}

double share(const model::Attributes& parameters, Parameter parameter) {
  return parameters.has(parameter) ? parameters.number(parameter) : 0;
}

std::vector<int> all_axes(Builder& builder, ValueId x) {
  std::vector<int> axes;
  for (int axis = 0; axis < builder.rank(x); ++axis) axes.push_back(axis);
  return axes;
}

/// Norms along the first axis, as Keras's constraints have it by default.
ValueId norms(Builder& builder, ValueId weight) {
  const ValueId squares = builder.elementwise({weight}, [](std::span<const Term> in) { return in[0] * in[0]; });
  return builder.sum(squares, {0});
}

ValueId constrained(Builder& builder, const model::Constraint& constraint, ValueId weight) {
  constexpr double kSmall = 1e-7;
  if (constraint.kind == ConstraintKind::non_neg) {
    return builder.elementwise({weight}, [](std::span<const Term> in) {
      return select(less(in[0], in[0].number(0)), in[0].number(0), in[0]);
    });
  }
  const ValueId squares = norms(builder, weight);
  if (constraint.kind == ConstraintKind::unit_norm) {
    return builder.elementwise({weight, squares},
                               [](std::span<const Term> in) { return in[0] / (sqrt(in[1]) + kSmall); });
  }
  const double most =
      constraint.kind == ConstraintKind::max_norm ? constraint.parameters.number(Parameter::max_value) : 1;
  return builder.elementwise({weight, squares}, [&](std::span<const Term> in) {
    const Term norm = sqrt(in[1]);
    return in[0] * (min(norm, norm.number(most)) / (norm + kSmall));
  });
}

}  // namespace

void penalise_weights(Lowering& lowering) {
  Builder& builder = lowering.builder();
  each_limited(lowering.model().layers, [&](const model::Layer& owner, const model::Layer& described,
                                            const model::Tensor& tensor, const model::Limits& limits) {
    const model::Attribute* regularizer = described.attributes.find(limits.regularizer);
    if (regularizer == nullptr || regularizer->is_none()) return;
    const model::Attributes& parameters = std::get<model::Regularizer>(regularizer->value).parameters;
    const double l1 = share(parameters, Parameter::l1);
    const double l2 = share(parameters, Parameter::l2);
    if (l1 == 0 && l2 == 0) return;
    builder.set_origin(owner.name);
    const ValueId weight = lowering.weight(owner, tensor.name);
    const ValueId each =
        builder.elementwise({weight}, [&](std::span<const Term> in) { return l1 * abs(in[0]) + l2 * in[0] * in[0]; });
    lowering.add_penalty(builder.reshape(builder.sum(each, all_axes(builder, each)), {1}));
  });
}

void constrain_weights(Lowering& lowering) {
  Builder& builder = lowering.builder();
  each_limited(lowering.model().layers, [&](const model::Layer& owner, const model::Layer& described,
                                            const model::Tensor& tensor, const model::Limits& limits) {
    const model::Attribute* constraint = described.attributes.find(limits.constraint);
    if (constraint == nullptr || constraint->is_none()) return;
    builder.set_origin(owner.name);
    const ValueId weight = lowering.weight(owner, tensor.name);
    const auto& states = builder.graph().states;
    const auto state =
        std::find_if(states.begin(), states.end(), [&](const State& each) { return each.before == weight; });
    NEURAL_CHECK(state != states.end());
    builder.set_state(weight, constrained(builder, std::get<model::Constraint>(constraint->value), state->after));
  });
}

}  // namespace neural::engine
