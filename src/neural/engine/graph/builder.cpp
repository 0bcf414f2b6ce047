#include "neural/engine/graph/builder.hpp"

#include <algorithm>
#include <utility>

#include "neural/base/check.hpp"

namespace neural::engine {
Shape broadcast_shape(std::span<const Shape> shapes) {
  Shape result;
  for (const Shape& shape : shapes) {
    if (shape.size() > result.size()) result.insert(result.begin(), shape.size() - result.size(), 1);
    for (std::size_t i = 0; i < shape.size(); ++i) {
      std::int64_t& size = result[result.size() - shape.size() + i];
      if (size == 1) size = shape[i];
      NEURAL_CHECK(shape[i] == 1 || shape[i] == size, "shapes that do not go together");
    }
  }
  return result;
}

ValueId Builder::new_value(Shape shape, ValueType type) {
  graph_.values.push_back({std::move(shape), type});
  return {static_cast<std::int32_t>(graph_.values.size()) - 1};
}

std::vector<ValueId> Builder::operation(Action action, std::vector<ValueId> inputs, const std::vector<Value>& outputs) {
  for (const ValueId id : inputs) NEURAL_CHECK(id.index >= 0);
  std::vector<ValueId> ids;
  for (const Value& value : outputs) ids.push_back(new_value(value.shape, value.type));
  graph_.operations.push_back({std::move(action), std::move(inputs), ids, origin_});
  return ids;
}

ValueId Builder::single(Action action, std::vector<ValueId> inputs, Shape shape, ValueType type) {
  return operation(std::move(action), std::move(inputs), {{std::move(shape), type}}).front();
}

int Builder::axis(ValueId x, int axis) const {
  const int result = axis < 0 ? axis + rank(x) : axis;
  NEURAL_CHECK(0 <= result && result < rank(x));
  return result;
}

ValueId Builder::input(Shape shape, ValueType type) {
  const ValueId id = new_value(std::move(shape), type);
  graph_.inputs.push_back(id);
  return id;
}

ValueId Builder::state(std::string name, Shape shape, bool is_trainable) {
  const ValueId id = new_value(std::move(shape));
  graph_.states.push_back({std::move(name), id, id, is_trainable});
  return id;
}

void Builder::set_state(ValueId before, ValueId after) {
  const auto found = std::find_if(graph_.states.begin(), graph_.states.end(),
                                  [&](const State& state) { return state.before == before; });
  NEURAL_CHECK(found != graph_.states.end() && shape(before) == shape(after));
  found->after = after;
}

int Builder::scalar(const std::string& name, std::function<double(std::int64_t step)> value) {
  const auto found = std::find_if(graph_.scalars.begin(), graph_.scalars.end(),
                                  [&](const Scalar& scalar) { return scalar.name == name; });
  if (found != graph_.scalars.end()) return static_cast<int>(found - graph_.scalars.begin());
  graph_.scalars.push_back({name, std::move(value)});
  return static_cast<int>(graph_.scalars.size()) - 1;
}

std::vector<ValueId> Builder::elementwise(std::vector<ValueId> inputs, Elementwise action, Shape shape) {
  for (const ValueId id : inputs) {
    const std::vector<Shape> shapes = {shape, this->shape(id)};
    NEURAL_CHECK(broadcast_shape(shapes) == shape, "an input that is larger than the result");
  }
  NEURAL_CHECK(action.expression.input_count() <= static_cast<int>(inputs.size()));
  NEURAL_CHECK(action.expression.scalar_count() <= static_cast<int>(action.scalars.size()));
  const std::vector<Value> outputs(action.expression.results().size(), {shape, ValueType::kReal});
  return operation(std::move(action), std::move(inputs), outputs);
}

std::vector<ValueId> Builder::elementwise(std::span<const ValueId> inputs, std::span<const int> scalars,
                                          const ComputeSeveral& compute, std::optional<Shape> shape) {
  Elementwise action;
  std::vector<Term> terms;
  std::vector<Term> scalar_terms;
  std::vector<Shape> shapes;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    terms.emplace_back(action.expression, action.expression.input(static_cast<int>(i)));
    shapes.push_back(this->shape(inputs[i]));
  }
  for (std::size_t i = 0; i < scalars.size(); ++i) {
    scalar_terms.emplace_back(action.expression, action.expression.scalar(static_cast<int>(i)));
  }
  for (const Term& term : compute(terms, scalar_terms)) action.expression.add_result(term.id());
  action.expression = action.expression.trimmed();
  action.scalars.assign(scalars.begin(), scalars.end());
  return elementwise({inputs.begin(), inputs.end()}, std::move(action), shape ? *shape : broadcast_shape(shapes));
}

ValueId Builder::elementwise(std::initializer_list<ValueId> inputs, const Compute& compute) {
  return elementwise(
             std::span<const ValueId>(inputs.begin(), inputs.size()), {},
             [&](std::span<const Term> terms, std::span<const Term>) { return std::vector<Term>{compute(terms)}; })
      .front();
}

ValueId Builder::add(ValueId a, ValueId b) {
  return elementwise({a, b}, [](std::span<const Term> x) { return x[0] + x[1]; });
}
ValueId Builder::subtract(ValueId a, ValueId b) {
  return elementwise({a, b}, [](std::span<const Term> x) { return x[0] - x[1]; });
}
ValueId Builder::multiply(ValueId a, ValueId b) {
  return elementwise({a, b}, [](std::span<const Term> x) { return x[0] * x[1]; });
}
ValueId Builder::divide(ValueId a, ValueId b) {
  return elementwise({a, b}, [](std::span<const Term> x) { return x[0] / x[1]; });
}
ValueId Builder::scale(ValueId a, double factor) {
  return elementwise({a}, [factor](std::span<const Term> x) { return x[0] * factor; });
}

ValueId Builder::broadcast(ValueId a, Shape shape) {
  if (this->shape(a) == shape) return a;
  Elementwise action;
  action.expression.add_result(action.expression.input(0));
  return elementwise({a}, std::move(action), std::move(shape)).front();
}

ValueId Builder::constant(Shape shape, std::vector<double> values) {
  NEURAL_CHECK(element_count(shape) == static_cast<std::int64_t>(values.size()));
  return single(Constant{std::move(values)}, {}, std::move(shape));
}

ValueId Builder::full(Shape shape, double value) {
  return broadcast(constant(Shape(shape.size(), 1), {value}), shape);
}

ValueId Builder::random(Shape shape, Random action) {
  return single(action, {}, std::move(shape));
}

ValueId Builder::matmul(ValueId a, ValueId b, bool transpose_a, bool transpose_b) {
  const Shape left = shape(a);
  const Shape right = shape(b);
  NEURAL_CHECK(left.size() >= 2 && right.size() >= 2);
  NEURAL_CHECK(right.size() == 2 || std::equal(left.begin(), left.end() - 2, right.begin(), right.end() - 2));
  Shape result = left;
  const std::size_t m = left.size() - 2;
  const std::size_t n = right.size() - 2;
  const std::int64_t inner = transpose_a ? left[m] : left[m + 1];
  NEURAL_CHECK(inner == (transpose_b ? right[n + 1] : right[n]), "factors that do not fit");
  result[m] = transpose_a ? left[m + 1] : left[m];
  result[m + 1] = transpose_b ? right[n] : right[n + 1];
  return single(Matmul{transpose_a, transpose_b}, {a, b}, std::move(result));
}

ValueId Builder::reduce(ValueId x, Reduce::Kind kind, std::vector<int> axes) {
  Shape result = shape(x);
  for (int& each : axes) {
    each = axis(x, each);
    result[static_cast<std::size_t>(each)] = 1;
  }
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  if (result == shape(x)) return x;
  return single(Reduce{kind, std::move(axes)}, {x}, std::move(result));
}

ValueId Builder::mean(ValueId x, const std::vector<int>& axes) {
  const ValueId total = sum(x, axes);
  const double count = static_cast<double>(element_count(shape(x))) / static_cast<double>(element_count(shape(total)));
  return scale(total, 1 / count);
}

ValueId Builder::sum_to(ValueId x, Shape shape) {
  const Shape from = this->shape(x);
  if (from == shape) return x;
  std::vector<int> axes;
  const std::size_t more = from.size() - shape.size();
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (i < more || (shape[i - more] == 1 && from[i] != 1)) axes.push_back(static_cast<int>(i));
  }
  return reshape(sum(x, axes), std::move(shape));
}

ValueId Builder::along_last(ValueId x, int axis, Action action) {
  const int last = rank(x) - 1;
  const int from = this->axis(x, axis);
  const ValueId turned = from == last ? x : swap_axes(x, from, last);
  const ValueId result = single(std::move(action), {turned}, shape(turned));
  return from == last ? result : swap_axes(result, from, last);
}

ValueId Builder::softmax(ValueId x, int axis) {
  return along_last(x, axis, Softmax{});
}

ValueId Builder::log_softmax(ValueId x, int axis) {
  return along_last(x, axis, LogSoftmax{});
}

ValueId Builder::cross_entropy(ValueId logits, ValueId classes) {
  const Shape from = shape(logits);
  NEURAL_CHECK(Shape(from.begin(), from.end() - 1) == shape(classes));
  return single(CrossEntropy{}, {logits, classes}, shape(classes));
}

ValueId Builder::cross_entropy_input(ValueId logits, ValueId classes, ValueId flow) {
  NEURAL_CHECK(shape(flow) == shape(classes));
  return single(CrossEntropyInput{}, {logits, classes, flow}, shape(logits));
}

ValueId Builder::reshape(ValueId x, Shape shape) {
  if (this->shape(x) == shape) return x;
  NEURAL_CHECK(element_count(shape) == element_count(this->shape(x)));
  return single(Reshape{}, {x}, std::move(shape), graph_.value(x).type);
}

ValueId Builder::transpose(ValueId x, std::vector<int> axes) {
  Shape result;
  NEURAL_CHECK(static_cast<int>(axes.size()) == rank(x));
  for (const int each : axes) result.push_back(shape(x)[static_cast<std::size_t>(each)]);
  if (std::is_sorted(axes.begin(), axes.end())) return x;
  return single(Transpose{std::move(axes)}, {x}, std::move(result), graph_.value(x).type);
}

ValueId Builder::swap_axes(ValueId x, int a, int b) {
  std::vector<int> axes;
  for (int i = 0; i < rank(x); ++i) axes.push_back(i);
  std::swap(axes[static_cast<std::size_t>(axis(x, a))], axes[static_cast<std::size_t>(axis(x, b))]);
  return transpose(x, std::move(axes));
}

ValueId Builder::slice(ValueId x, Shape begin, const Shape& size, Shape step) {
  const Shape from = shape(x);
  if (step.empty()) step.assign(from.size(), 1);
  NEURAL_CHECK(begin.size() == from.size() && size.size() == from.size() && step.size() == from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    NEURAL_CHECK(begin[i] >= 0 && size[i] >= 0 && (size[i] == 0 || begin[i] + (size[i] - 1) * step[i] < from[i]));
  }
  if (size == from) return x;
  return single(Slice{std::move(begin), std::move(step)}, {x}, size, graph_.value(x).type);
}

ValueId Builder::slice_axis(ValueId x, int axis, std::int64_t begin, std::int64_t size) {
  Shape begins(shape(x).size(), 0);
  Shape sizes = shape(x);
  const auto at = static_cast<std::size_t>(this->axis(x, axis));
  begins[at] = begin;
  sizes[at] = size;
  return slice(x, std::move(begins), sizes);
}

ValueId Builder::pad(ValueId x, Shape begin, const Shape& size, Shape step) {
  const Shape from = shape(x);
  if (step.empty()) step.assign(from.size(), 1);
  NEURAL_CHECK(begin.size() == from.size() && size.size() == from.size() && step.size() == from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    NEURAL_CHECK(begin[i] >= 0 && (from[i] == 0 || begin[i] + (from[i] - 1) * step[i] < size[i]));
  }
  if (size == from) return x;
  return single(Pad{std::move(begin), std::move(step)}, {x}, size);
}

ValueId Builder::concatenate(std::vector<ValueId> values, int axis) {
  NEURAL_CHECK(!values.empty());
  if (values.size() == 1) return values.front();
  const auto at = static_cast<std::size_t>(this->axis(values.front(), axis));
  Shape result = shape(values.front());
  result[at] = 0;
  for (const ValueId id : values) {
    result[at] += shape(id)[at];
    for (std::size_t i = 0; i < result.size(); ++i) NEURAL_CHECK(i == at || shape(id)[i] == result[i]);
  }
  return single(Concatenate{static_cast<int>(at)}, std::move(values), std::move(result));
}

ValueId Builder::reverse(ValueId x, int axis) {
  return single(Reverse{this->axis(x, axis)}, {x}, shape(x), graph_.value(x).type);
}

ValueId Builder::gather(ValueId table, ValueId ids) {
  NEURAL_CHECK(rank(table) == 2 && graph_.value(ids).type == ValueType::kInteger);
  Shape result = shape(ids);
  result.push_back(shape(table).back());
  return single(Gather{}, {table, ids}, std::move(result));
}

ValueId Builder::scatter_add(ValueId ids, ValueId rows, std::int64_t count) {
  return single(ScatterAdd{count}, {ids, rows}, {count, shape(rows).back()});
}

ValueId Builder::arg_max(ValueId x) {
  const Shape from = shape(x);
  return single(ArgMax{}, {x}, Shape(from.begin(), from.end() - 1), ValueType::kInteger);
}

ValueId Builder::to_real(ValueId x) {
  if (graph_.value(x).type == ValueType::kReal) return x;
  return single(ToReal{}, {x}, shape(x));
}

std::vector<ValueId> Builder::scan(Scan action, std::vector<ValueId> inputs) {
  const Graph& body = *action.body;
  const auto states = static_cast<std::size_t>(action.states);
  NEURAL_CHECK(body.inputs.size() == inputs.size() && body.states.empty() && body.outputs.size() >= states);
  for (int i = 0; i < action.sequences; ++i) {
    Shape step = shape(inputs[static_cast<std::size_t>(i)]);
    NEURAL_CHECK(!step.empty() && step[0] == action.steps);
    step.erase(step.begin());
    NEURAL_CHECK(step == body.shape(body.inputs[static_cast<std::size_t>(i)]));
  }
  std::vector<Value> outputs;
  for (std::size_t i = 0; i < body.outputs.size(); ++i) {
    Value value = body.value(body.outputs[i]);
    if (i < states) {
      NEURAL_CHECK(value.shape == shape(inputs[static_cast<std::size_t>(action.sequences) + i]));
    } else {
      value.shape.insert(value.shape.begin(), action.steps);
    }
    outputs.push_back(std::move(value));
  }
  return operation(std::move(action), std::move(inputs), outputs);
}

}  // namespace neural::engine
