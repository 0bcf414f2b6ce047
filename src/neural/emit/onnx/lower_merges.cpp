// Layers that make one tensor of several.
#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/onnx/lowering.hpp"

namespace neural::emit::onnx {
namespace {

using model::LayerKind;
using model::Parameter;

std::string folded(GraphBuilder& builder, std::string_view operation, const std::vector<Value>& values) {
  std::string result = values.front().name;
  for (std::size_t i = 1; i < values.size(); ++i) result = builder.add(operation, {result, values[i].name});
  return result;
}

/// The axis of a tensor in an array with the batch in front, counted from 1.
std::int64_t position(std::int64_t axis, std::size_t rank) {
  return axis < 0 ? axis + static_cast<std::int64_t>(rank) + 1 : axis;
}

/// [n, …, summed] with the axes that stay in one.
std::string as_matrix(GraphBuilder& builder, const Value& value, std::int64_t summed) {
  Integers order = rising(static_cast<std::int64_t>(value.rank) + 1);
  order.erase(order.begin() + summed);
  order.push_back(summed);
  const bool is_last = summed == static_cast<std::int64_t>(value.rank);
  const std::string last = is_last ? value.name : builder.transpose(value.name, std::move(order));
  if (value.rank == 2) return last;
  return builder.reshape(last, {0, value.rank == 1 ? 1 : -1, Size(value.name, summed)});
}

/// The sum over one axis of each; the axes that stay stand behind each other.
std::string dot(GraphBuilder& builder, const model::Layer& layer, const std::vector<Value>& values) {
  const Integers& axes = layer.attributes.integers(Parameter::axes);
  std::vector<std::string> matrices;
  std::vector<Size> sizes = {0};
  for (std::size_t which = 0; which < 2; ++which) {
    Value value = values[which];
    const std::int64_t summed = position(axes[std::min(which, axes.size() - 1)], value.rank);
    if (layer.attributes.boolean(Parameter::normalize)) {
      const std::string norm = builder.reduce("ReduceL2", value.name, {summed}, true);
      value.name = builder.add("Div", {value.name, builder.add("Max", {norm, builder.number(1e-12)})});
    }
    matrices.push_back(as_matrix(builder, value, summed));
    for (std::int64_t axis = 1; axis <= static_cast<std::int64_t>(value.rank); ++axis) {
      if (axis != summed) sizes.emplace_back(value.name, axis);
    }
  }
  const std::string product = builder.add("MatMul", {matrices[0], builder.transpose(matrices[1], {0, 2, 1})});
  if (sizes.size() == 1) sizes.emplace_back(1);
  return sizes.size() == 3 && values[0].rank == 2 && values[1].rank == 2 ? product : builder.reshape(product, sizes);
}

/// Theirs if it is one and may be kept, else as the network has it.
void bring_to_one_order(GraphBuilder& builder, std::vector<Value>& values, bool may_keep) {
  const Value& first = values.front();
  const bool keeps = may_keep && std::all_of(values.begin(), values.end(), [&](const Value& each) {
                       return each.lies_channels_first == first.lies_channels_first && each.rank == first.rank;
                     });
  if (keeps) return;
  for (Value& value : values) value = builder.declared(std::move(value));
}

/// Steps that count in any of them; where one has no mask, the result has none.
std::string any_mask(GraphBuilder& builder, const std::vector<Value>& values) {
  std::string mask = values.front().mask;
  for (std::size_t i = 1; i < values.size() && !mask.empty(); ++i) {
    mask = values[i].mask.empty() ? "" : builder.add("Or", {mask, values[i].mask});
  }
  return mask;
}

/// [n, steps] -> that of every element.
std::string spread(GraphBuilder& builder, const Value& value) {
  if (value.mask.empty()) return builder.add("Equal", {value.name, value.name});
  return builder.add("Expand", {builder.unsqueeze(value.mask, {-1}), builder.add("Shape", {value.name})});
}

/// A joint step counts where any element of it does.
std::string concatenated_mask(GraphBuilder& builder, const std::vector<Value>& values, std::int64_t axis) {
  const auto is_masked = [](const Value& value) { return !value.mask.empty(); };
  if (std::none_of(values.begin(), values.end(), is_masked)) return {};
  std::vector<std::string> masks;
  for (const Value& value : values) {
    masks.push_back(builder.add("Cast", {spread(builder, value)}, {{"to", static_cast<int>(ElementType::kFloat)}}));
  }
  const std::string whole = builder.add("Concat", std::move(masks), {{"axis", axis}});
  return builder.add("Cast", {builder.reduce("ReduceMax", whole, {-1}, false)},
                     {{"to", static_cast<int>(ElementType::kBool)}});
}

/// The larger or smaller of the values that count, as Keras folds them: a masked value gives way to what is there.
Value extreme(GraphBuilder& builder, std::string_view operation, const std::vector<Value>& values) {
  Value result = values.front();
  for (std::size_t i = 1; i < values.size(); ++i) {
    Value next = values[i];
    if (!next.mask.empty()) {
      next.name = builder.add("Where", {builder.unsqueeze(next.mask, {-1}), next.name, result.name});
    }
    if (!result.mask.empty()) {
      result.name = builder.add("Where", {builder.unsqueeze(result.mask, {-1}), result.name, next.name});
    }
    result.mask = any_mask(builder, {result, next});
    result.name = builder.add(operation, {result.name, next.name});
  }
  return result;
}

/// The product as Keras has it: a step that does not count in one is 1 there, and 0 in a result where it counts in
/// none.
Value product(GraphBuilder& builder, std::vector<Value> values) {
  const std::string mask = any_mask(builder, values);
  for (Value& value : values) {
    if (value.mask.empty()) continue;
    value.name = builder.add("Where", {builder.unsqueeze(value.mask, {-1}), value.name, builder.number(1)});
  }
  Value result = values.front();
  result.name = folded(builder, "Mul", values);
  result.mask = mask;
  if (!mask.empty()) {
    result.name = builder.add("Where", {builder.unsqueeze(mask, {-1}), result.name, builder.number(0)});
  }
  return result;
}

}  // namespace

Value add_values(GraphBuilder& builder, const Value& a, const Value& b) {
  std::vector<Value> values = {a, b};
  bring_to_one_order(builder, values, true);
  Value sum = values.front();
  sum.name = builder.add("Add", {values[0].name, values[1].name});
  sum.mask = any_mask(builder, values);
  return sum;
}

Value lower_merge(GraphBuilder& builder, const model::Layer& layer, std::vector<Value> inputs) {
  const bool is_masked =
      std::any_of(inputs.begin(), inputs.end(), [](const Value& each) { return !each.mask.empty(); });
  bring_to_one_order(builder, inputs, layer.kind != LayerKind::Dot && !is_masked);
  Value result = inputs.front();
  result.rank = layer.output.size();
  result.is_integer = false;
  const auto apply = [&](std::string name) {
    result.name = std::move(name);
    result.mask = any_mask(builder, inputs);
    return result;
  };
  const auto with_rank = [&](Value value) {
    value.rank = result.rank;
    return value;
  };
  switch (layer.kind) {
    case LayerKind::Add:
      return apply(folded(builder, "Add", inputs));
    case LayerKind::Multiply:
      return with_rank(product(builder, inputs));
    case LayerKind::Subtract:
      return apply(folded(builder, "Sub", inputs));
    case LayerKind::Average:
      return apply(
          builder.add("Div", {folded(builder, "Add", inputs), builder.number(static_cast<double>(inputs.size()))}));
    case LayerKind::Maximum:
      return with_rank(extreme(builder, "Max", inputs));
    case LayerKind::Minimum:
      return with_rank(extreme(builder, "Min", inputs));
    case LayerKind::Concatenate: {
      std::vector<std::string> names;
      for (const Value& input : inputs) names.push_back(input.name);
      const std::int64_t axis = dimension(result, layer.attributes.integer(Parameter::axis));
      result.name = builder.add("Concat", std::move(names), {{"axis", axis}});
      result.mask = concatenated_mask(builder, inputs, axis);
      return result;
    }
    case LayerKind::Dot:
      result.name = dot(builder, layer, inputs);
      result.mask.clear();
      return result;
    default:
      NEURAL_CHECK(false, "no merge");
      return result;
  }
}

}  // namespace neural::emit::onnx
