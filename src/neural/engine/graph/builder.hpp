// Adds operations to a Graph, with the shapes that follow. A mistake in what it is asked is ours (NEURAL_CHECK).
#pragma once

#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "neural/engine/graph/graph.hpp"

namespace neural::engine {

/// The shape that all of them are broadcast to.
Shape broadcast_shape(std::span<const Shape> shapes);

class Builder {
 public:
  explicit Builder(Graph& graph) : graph_(graph) {}

  Graph& graph() { return graph_; }
  /// A copy: operations that are added move those that are there.
  Shape shape(ValueId id) const { return graph_.shape(id); }
  int rank(ValueId id) const { return static_cast<int>(shape(id).size()); }

  /// What follows belongs to this layer.
  void set_origin(std::string origin) { origin_ = std::move(origin); }
  const std::string& origin() const { return origin_; }

  ValueId input(Shape shape, ValueType type = ValueType::kReal);
  /// Given the value before the step, and unchanged by it until `set_state`.
  ValueId state(std::string name, Shape shape, bool is_trainable);
  void set_state(ValueId before, ValueId after);
  int scalar(const std::string& name, std::function<double(std::int64_t step)> value);  ///< the same for the same name

  using Compute = std::function<Term(std::span<const Term> inputs)>;
  using ComputeSeveral = std::function<std::vector<Term>(std::span<const Term> inputs, std::span<const Term> scalars)>;
  ValueId elementwise(std::initializer_list<ValueId> inputs, const Compute& compute);
  std::vector<ValueId> elementwise(std::span<const ValueId> inputs, std::span<const int> scalars,
                                   const ComputeSeveral& compute, std::optional<Shape> shape = std::nullopt);
  std::vector<ValueId> elementwise(std::vector<ValueId> inputs, Elementwise action, Shape shape);

  ValueId add(ValueId a, ValueId b);
  ValueId subtract(ValueId a, ValueId b);
  ValueId multiply(ValueId a, ValueId b);
  ValueId divide(ValueId a, ValueId b);
  ValueId scale(ValueId a, double factor);
  ValueId broadcast(ValueId a, Shape shape);

  ValueId constant(Shape shape, std::vector<double> values);
  ValueId full(Shape shape, double value);  ///< of one element, broadcast where it is read
  ValueId random(Shape shape, Random action);

  ValueId matmul(ValueId a, ValueId b, bool transpose_a = false, bool transpose_b = false);
  ValueId convolution(ValueId x, ValueId kernel, const Window& window);
  ValueId convolution_input(ValueId y, ValueId kernel, const Window& window, const Shape& spatial);
  ValueId convolution_kernel(ValueId x, ValueId y, const Window& window, const Shape& kernel);
  /// The maxima, and their places.
  std::pair<ValueId, ValueId> max_pool(ValueId x, const std::vector<std::vector<Interval>>& windows);
  ValueId max_pool_input(ValueId y, ValueId places, const Shape& spatial);
  ValueId average_pool(ValueId x, const std::vector<std::vector<Interval>>& windows,
                       std::optional<std::int64_t> full_size = std::nullopt);
  ValueId average_pool_input(ValueId y, const std::vector<std::vector<Interval>>& windows,
                             std::optional<std::int64_t> full_size, const Shape& spatial);

  ValueId reduce(ValueId x, Reduce::Kind kind, std::vector<int> axes);  ///< negative axes count from the end
  ValueId sum(ValueId x, std::vector<int> axes) { return reduce(x, Reduce::Kind::kSum, std::move(axes)); }
  ValueId mean(ValueId x, const std::vector<int>& axes);
  /// Sums over what was broadcast, so that `shape` is left.
  ValueId sum_to(ValueId x, Shape shape);

  ValueId softmax(ValueId x, int axis = -1);
  ValueId log_softmax(ValueId x, int axis = -1);
  ValueId cross_entropy(ValueId logits, ValueId classes);
  ValueId cross_entropy_input(ValueId logits, ValueId classes, ValueId flow);

  ValueId reshape(ValueId x, Shape shape);
  ValueId transpose(ValueId x, std::vector<int> axes);
  ValueId swap_axes(ValueId x, int a, int b);
  ValueId slice(ValueId x, Shape begin, const Shape& size, Shape step = {});
  ValueId slice_axis(ValueId x, int axis, std::int64_t begin, std::int64_t size);
  ValueId pad(ValueId x, Shape begin, const Shape& size, Shape step = {});
  ValueId concatenate(std::vector<ValueId> values, int axis);
  ValueId reverse(ValueId x, int axis);
  ValueId gather(ValueId table, ValueId ids);
  ValueId scatter_add(ValueId ids, ValueId rows, std::int64_t count);
  ValueId arg_max(ValueId x);
  ValueId to_real(ValueId x);
  std::vector<ValueId> scan(Scan action, std::vector<ValueId> inputs);

  int axis(ValueId x, int axis) const;  ///< from 0, where it may count from the end

 private:
  ValueId new_value(Shape shape, ValueType type = ValueType::kReal);
  std::vector<ValueId> operation(Action action, std::vector<ValueId> inputs, const std::vector<Value>& outputs);
  ValueId along_last(ValueId x, int axis, Action action);
  ValueId single(Action action, std::vector<ValueId> inputs, Shape shape, ValueType type = ValueType::kReal);

  Graph& graph_;
  std::string origin_;
};

}  // namespace neural::engine
