// Layers that make one tensor of several, and layers with layers inside.
#include <algorithm>
#include <functional>

#include "neural/base/check.hpp"
#include "neural/engine/lower/lowering.hpp"

namespace neural::engine {
namespace {

using model::LayerKind;
using model::Parameter;
using Combine = std::function<Term(Term, Term)>;

bool any_masked(const std::vector<Flow>& flows) {
  return std::any_of(flows.begin(), flows.end(), [](const Flow& flow) { return flow.is_masked(); });
}

ValueId folded(Builder& builder, const std::vector<Flow>& flows, const Combine& combine) {
  ValueId result = flows.front().value;
  for (std::size_t i = 1; i < flows.size(); ++i) {
    result =
        builder.elementwise({result, flows[i].value}, [&](std::span<const Term> in) { return combine(in[0], in[1]); });
  }
  return result;
}

/// [n, …, summed] with the axes that stay in one.
ValueId as_matrix(Builder& builder, ValueId x, int summed) {
  std::vector<int> axes;
  for (int axis = 0; axis < builder.rank(x); ++axis) {
    if (axis != summed) axes.push_back(axis);
  }
  axes.push_back(summed);
  const ValueId last = builder.transpose(x, std::move(axes));
  const Shape shape = builder.shape(last);
  const std::int64_t rows = element_count({shape.begin() + 1, shape.end() - 1});
  return builder.reshape(last, {shape.front(), rows, shape.back()});
}

/// The sum over one axis of each; the axes that stay stand behind each other.
ValueId dot(Lowering& lowering, const model::Layer& layer, const std::vector<Flow>& inputs) {
  Builder& builder = lowering.builder();
  const std::vector<std::int64_t>& axes = layer.attributes.integers(Parameter::axes);
  std::vector<ValueId> matrices;
  Shape result = {builder.shape(inputs.front().value).front()};
  for (std::size_t which = 0; which < 2; ++which) {
    ValueId x = inputs[which].value;
    const int summed = builder.axis(x, static_cast<int>(axes[std::min(which, axes.size() - 1)]));
    if (layer.attributes.boolean(Parameter::normalize)) {
      const ValueId squares = builder.elementwise({x}, [](std::span<const Term> in) { return in[0] * in[0]; });
      x = builder.elementwise({x, builder.sum(squares, {summed})},
                              [](std::span<const Term> in) { return in[0] / sqrt(max(in[1], in[1].number(1e-24))); });
    }
    for (int axis = 1; axis < builder.rank(x); ++axis) {
      if (axis != summed) result.push_back(builder.shape(x)[static_cast<std::size_t>(axis)]);
    }
    matrices.push_back(as_matrix(builder, x, summed));
  }
  if (result.size() == 1) result.push_back(1);
  return builder.reshape(builder.matmul(matrices[0], matrices[1], false, true), result);
}

/// A joint step counts where any element of it does.
ValueId concatenated_mask(Builder& builder, const std::vector<Flow>& flows, int axis) {
  if (!any_masked(flows)) return {};
  std::vector<ValueId> masks;
  for (const Flow& flow : flows) {
    const Shape shape = builder.shape(flow.value);
    masks.push_back(flow.is_masked() ? builder.broadcast(spread_mask(builder, flow.mask, flow.value), shape)
                                     : builder.full(shape, 1));
  }
  const ValueId whole = builder.reduce(builder.concatenate(masks, axis), Reduce::Kind::kMaximum, {-1});
  const Shape shape = builder.shape(whole);
  return builder.reshape(whole, {shape.begin(), shape.end() - 1});
}

/// The larger or smaller of the values that count, as Keras folds them: a masked value gives way to what is there.
Flow extreme(Builder& builder, const std::vector<Flow>& flows, const Combine& combine) {
  Flow result = flows.front();
  for (std::size_t i = 1; i < flows.size(); ++i) {
    Flow next = flows[i];
    if (next.is_masked()) next.value = where_counts(builder, next.mask, next.value, result.value);
    if (result.is_masked()) result.value = where_counts(builder, result.mask, result.value, next.value);
    result.mask = mask_of_any(builder, {result, next});
    result.value = folded(builder, {result, next}, combine);
  }
  return result;
}

/// As Keras has it: a step that does not count in one is 1 there, and 0 in a result where it counts in none.
Flow product(Builder& builder, std::vector<Flow> flows) {
  const ValueId mask = mask_of_any(builder, flows);
  for (Flow& flow : flows) {
    if (flow.is_masked()) flow.value = where_counts(builder, flow.mask, flow.value, builder.full({1}, 1));
  }
  Flow result{folded(builder, flows, [](Term a, Term b) { return a * b; }), mask};
  if (mask) result.value = where_counts(builder, mask, result.value, builder.full({1}, 0));
  return result;
}

}  // namespace

Flow lower_merge(Lowering& lowering, const model::Layer& layer, std::vector<Flow> inputs) {
  Builder& builder = lowering.builder();
  const auto fold = [&](const Combine& combine) {
    return Flow{folded(builder, inputs, combine), mask_of_any(builder, inputs)};
  };
  switch (layer.kind) {
    case LayerKind::Add:
      return fold([](Term a, Term b) { return a + b; });
    case LayerKind::Subtract:
      return fold([](Term a, Term b) { return a - b; });
    case LayerKind::Average: {
      Flow sum = fold([](Term a, Term b) { return a + b; });
      sum.value = builder.scale(sum.value, 1 / static_cast<double>(inputs.size()));
      return sum;
    }
    case LayerKind::Multiply:
      return product(builder, std::move(inputs));
    case LayerKind::Maximum:
      return extreme(builder, inputs, [](Term a, Term b) { return max(a, b); });
    case LayerKind::Minimum:
      return extreme(builder, inputs, [](Term a, Term b) { return min(a, b); });
    case LayerKind::Concatenate: {
      const auto axis = static_cast<int>(layer.attributes.integer(Parameter::axis));
      std::vector<ValueId> values;
      for (const Flow& input : inputs) values.push_back(input.value);
      return {builder.concatenate(values, axis), concatenated_mask(builder, inputs, axis)};
    }
    case LayerKind::Dot:
      return {dot(lowering, layer, inputs)};
    default:
      NEURAL_CHECK(false, "no merge");
      return inputs.front();
  }
}

namespace {

/// The convolution with a window of 1, or the linear map, that brings the input to the shape of the body's result.
ValueId projected(Lowering& lowering, const model::Layer& layer, const model::Shortcut& shortcut, ValueId x) {
  Builder& builder = lowering.builder();
  // Strides over a window of 1 pick elements, and a linear map of the channels does the rest, whatever the rank.
  const Shape shape = builder.shape(x);
  Shape size = shape;
  Shape step(shape.size(), 1);
  for (std::size_t i = 0; i < shortcut.strides.size(); ++i) {
    step[i + 1] = shortcut.strides[i];
    size[i + 1] = (shape[i + 1] + step[i + 1] - 1) / step[i + 1];
  }
  x = builder.slice(x, Shape(shape.size(), 0), size, step);
  const ValueId kernel = lowering.weight(layer, layer.tensors().front().name);
  const Shape full = builder.shape(kernel);
  return linear(builder, x, builder.reshape(kernel, {full[full.size() - 2], full.back()}), std::nullopt);
}

/// The middle of what is longer than the body's result.
ValueId cropped(Builder& builder, const model::Shortcut& shortcut, ValueId x) {
  Shape begin(builder.shape(x).size(), 0);
  Shape size = builder.shape(x);
  for (std::size_t i = 0; i < shortcut.cropping.size(); ++i) {
    const auto [before, after] = shortcut.cropping[i];
    begin[i + 1] = before;
    size[i + 1] -= before + after;
  }
  return builder.slice(x, begin, size);
}

}  // namespace

Flow lower_residual(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const model::Shortcut& shortcut = *layer.parts->shortcut;
  const Flow body = lower_layers(lowering, layer.body()->layers, {input});
  builder.set_origin(layer.name);
  Flow past{builder.to_real(input.value), input.mask};
  if (shortcut.projects) past = {projected(lowering, layer, shortcut, past.value)};
  if (shortcut.crops()) past = {cropped(builder, shortcut, past.value)};
  return {builder.add(past.value, body.value), mask_of_any(builder, {past, body})};
}

/// Each step is a sample of its own.
Flow lower_time_distributed(Lowering& lowering, const model::Layer& layer, Flow input, bool leaves_out) {
  Builder& builder = lowering.builder();
  const Shape shape = builder.shape(input.value);
  Shape merged = {shape[0] * shape[1]};
  merged.insert(merged.end(), shape.begin() + 2, shape.end());
  const bool has_body = layer.body() != nullptr;
  Flow step = lower_layer(lowering, *layer.wrapped, {builder.reshape(input.value, merged)}, leaves_out && !has_body);
  if (has_body) step = lower_layers(lowering, layer.body()->layers, {step}, leaves_out);
  builder.set_origin(layer.name);
  Shape split = builder.shape(step.value);
  split.front() = shape[0];
  split.insert(split.begin() + 1, shape[1]);
  return {builder.reshape(step.value, split), input.mask};
}

}  // namespace neural::engine
