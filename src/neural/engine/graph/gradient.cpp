#include "neural/engine/graph/gradient.hpp"

#include <algorithm>
#include <string>

#include "neural/base/check.hpp"
#include "neural/engine/graph/scan_gradient.hpp"

namespace neural::engine {
namespace {

constexpr std::size_t at(ValueId id) {
  return static_cast<std::size_t>(id.index);
}

/// Walks the operations backwards, and keeps what flows into each value.
class Backward {
 public:
  Backward(Builder& builder, std::span<const ValueId> wanted) : builder_(builder) {
    mark_dependent(wanted);
    flows_.resize(graph().values.size());
  }

  void flow_into(ValueId id, ValueId flow) {
    if (!depends(id)) return;
    std::optional<ValueId>& sum = flows_[at(id)];
    sum = sum ? builder_.add(*sum, flow) : flow;
  }
  std::optional<ValueId> flow(ValueId id) const { return at(id) < flows_.size() ? flows_[at(id)] : std::nullopt; }

  void run() {
    const std::string origin = builder_.origin();
    for (std::size_t i = graph().operations.size(); i-- > 0;) {
      // A copy: operations that are added move those that are there.
      const Operation operation = graph().operations[i];
      const bool flows = std::any_of(operation.outputs.begin(), operation.outputs.end(),
                                     [&](ValueId id) { return flow(id).has_value(); });
      if (!flows) continue;
      builder_.set_origin(operation.origin);
      if (const auto* scan = std::get_if<Scan>(&operation.action)) {
        through_scan(i, *scan);
      } else {
        std::visit([&](const auto& action) { through(action, operation); }, operation.action);
      }
    }
    builder_.set_origin(origin);
  }

 private:
  Graph& graph() { return builder_.graph(); }
  bool depends(ValueId id) const { return at(id) < dependent_.size() && dependent_[at(id)] != 0; }

  void mark_dependent(std::span<const ValueId> wanted) {
    dependent_.assign(graph().values.size(), 0);
    for (const ValueId id : wanted) dependent_[at(id)] = 1;
    for (const Operation& operation : graph().operations) {
      const bool any =
          std::any_of(operation.inputs.begin(), operation.inputs.end(), [&](ValueId id) { return depends(id); });
      for (const ValueId id : operation.outputs) {
        if (any && graph().value(id).type == ValueType::kReal) dependent_[at(id)] = 1;
      }
    }
  }

  ValueId only_flow(const Operation& operation) { return *flow(operation.outputs.front()); }

  void through(const Elementwise& action, const Operation& operation) {
    std::vector<int> wanted;
    for (std::size_t i = 0; i < operation.inputs.size(); ++i) {
      if (depends(operation.inputs[i])) wanted.push_back(static_cast<int>(i));
    }
    // The results into which something flows.
    Expression expression;
    std::vector<Term> inputs;
    for (std::size_t i = 0; i < operation.inputs.size(); ++i) {
      inputs.emplace_back(expression, expression.input(static_cast<int>(i)));
    }
    const std::vector<NodeId> results = expression.embed(
        action.expression, [&](int i) { return inputs[static_cast<std::size_t>(i)].id(); },
        [&](int i) { return expression.scalar(i); });
    std::vector<ValueId> values = operation.inputs;
    for (std::size_t r = 0; r < results.size(); ++r) {
      if (const auto seed = flow(operation.outputs[r])) {
        expression.add_result(results[r]);
        values.push_back(*seed);
      }
    }
    const Expression slopes = derivative(expression, wanted);
    const Shape shape = builder_.shape(operation.outputs.front());
    const std::vector<ValueId> flows = elementwise_of_used(values, slopes, action.scalars, shape);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const ValueId input = operation.inputs[static_cast<std::size_t>(wanted[i])];
      const Expression::Node& node = slopes.node(slopes.results()[i]);
      if (node.kind == Expression::Node::Kind::kNumber && node.number == 0) continue;
      flow_into(input, builder_.sum_to(flows[i], builder_.shape(input)));
    }
  }

  /// An elementwise operation without the inputs that its expression does not read. One that only hands an input on is
  /// none.
  std::vector<ValueId> elementwise_of_used(const std::vector<ValueId>& values, const Expression& expression,
                                           const std::vector<int>& scalars, const Shape& shape) {
    Elementwise action;
    action.scalars = scalars;
    std::vector<ValueId> used;
    std::vector<int> place(values.size(), -1);
    const auto input = [&](int i) {
      int& index = place[static_cast<std::size_t>(i)];
      if (index < 0) {
        index = static_cast<int>(used.size());
        used.push_back(values[static_cast<std::size_t>(i)]);
      }
      return action.expression.input(index);
    };
    std::vector<std::optional<ValueId>> plain(expression.results().size());
    for (std::size_t r = 0; r < plain.size(); ++r) {
      const Expression::Node& node = expression.node(expression.results()[r]);
      if (node.kind != Expression::Node::Kind::kInput) continue;
      const ValueId id = values[static_cast<std::size_t>(node.input)];
      if (builder_.shape(id) == shape) plain[r] = id;
    }
    const std::vector<NodeId> results =
        action.expression.embed(expression, input, [&](int i) { return action.expression.scalar(i); });
    std::vector<ValueId> ids(plain.size());
    bool all_plain = true;
    for (std::size_t r = 0; r < plain.size(); ++r) {
      if (plain[r]) {
        ids[r] = *plain[r];
      } else {
        all_plain = false;
        action.expression.add_result(results[r]);
      }
    }
    if (all_plain) return ids;
    action.expression = action.expression.trimmed();
    const std::vector<ValueId> made = builder_.elementwise(std::move(used), std::move(action), shape);
    std::size_t next = 0;
    for (std::size_t r = 0; r < plain.size(); ++r) {
      if (!plain[r]) ids[r] = made[next++];
    }
    return ids;
  }

  void through(const MatmulThen&, const Operation&) { too_late(); }
  void through(const ConvolutionMaxPool&, const Operation&) { too_late(); }
  void through(const MaximaConvolutionInput&, const Operation&) { too_late(); }
  void through(const MaximaConvolutionKernel&, const Operation&) { too_late(); }
  static void too_late() { NEURAL_CHECK(false, "graphs are prepared to run behind their gradients"); }

  void through(const Matmul& action, const Operation& operation) {
    const ValueId a = operation.inputs[0];
    const ValueId b = operation.inputs[1];
    const ValueId flow = only_flow(operation);
    if (depends(a)) {
      flow_into(a, action.transpose_a ? builder_.matmul(b, flow, action.transpose_b, true)
                                      : builder_.matmul(flow, b, false, !action.transpose_b));
    }
    if (!depends(b)) return;
    if (builder_.rank(b) == 2 && builder_.rank(a) > 2) {
      NEURAL_CHECK(!action.transpose_a, "stacked matrices, turned, times one matrix");
      const Shape rows = builder_.shape(a);
      const std::int64_t count = element_count({rows.begin(), rows.end() - 1});
      flow_into(b, product(builder_.reshape(a, {count, rows.back()}),
                           builder_.reshape(flow, {count, builder_.shape(flow).back()}), action));
      return;
    }
    flow_into(b, product(a, flow, action));
  }

  /// The gradient of the second factor.
  ValueId product(ValueId a, ValueId flow, const Matmul& action) {
    return action.transpose_b ? builder_.matmul(flow, a, true, action.transpose_a)
                              : builder_.matmul(a, flow, !action.transpose_a, false);
  }

  static Shape spatial_of(const Shape& shape) { return {shape.begin() + 1, shape.end() - 1}; }
  static Shape kernel_of(const Shape& shape) { return {shape.begin(), shape.end() - 2}; }

  void through(const Convolution& action, const Operation& operation) {
    const ValueId x = operation.inputs[0];
    const ValueId kernel = operation.inputs[1];
    const ValueId flow = only_flow(operation);
    if (depends(x))
      flow_into(x, builder_.convolution_input(flow, kernel, action.window, spatial_of(builder_.shape(x))));
    if (depends(kernel)) {
      flow_into(kernel, builder_.convolution_kernel(x, flow, action.window, kernel_of(builder_.shape(kernel))));
    }
  }

  void through(const ConvolutionInput& action, const Operation& operation) {
    const ValueId y = operation.inputs[0];
    const ValueId kernel = operation.inputs[1];
    const ValueId flow = only_flow(operation);
    if (depends(y)) flow_into(y, builder_.convolution(flow, kernel, action.window));
    if (depends(kernel)) {
      flow_into(kernel, builder_.convolution_kernel(flow, y, action.window, kernel_of(builder_.shape(kernel))));
    }
  }

  void through(const ConvolutionKernel& action, const Operation& operation) {
    const ValueId x = operation.inputs[0];
    const ValueId y = operation.inputs[1];
    const ValueId flow = only_flow(operation);
    if (depends(x)) flow_into(x, builder_.convolution_input(y, flow, action.window, spatial_of(builder_.shape(x))));
    if (depends(y)) flow_into(y, builder_.convolution(x, flow, action.window));
  }

  void through(const MaxPool&, const Operation& operation) {
    const ValueId x = operation.inputs[0];
    flow_into(x, builder_.max_pool_input(only_flow(operation), operation.outputs[1], spatial_of(builder_.shape(x))));
  }

  void through(const AveragePool& action, const Operation& operation) {
    const ValueId x = operation.inputs[0];
    flow_into(x, builder_.average_pool_input(only_flow(operation), action.windows, action.full_size,
                                             spatial_of(builder_.shape(x))));
  }

  void through(const AveragePoolInput& action, const Operation& operation) {
    flow_into(operation.inputs[0], builder_.average_pool(only_flow(operation), action.windows, action.full_size));
  }

  void through(const Reduce& action, const Operation& operation) {
    const ValueId x = operation.inputs[0];
    const ValueId flow = only_flow(operation);
    const Shape shape = builder_.shape(x);
    if (action.kind == Reduce::Kind::kSum) return flow_into(x, builder_.broadcast(flow, shape));
    // Shared among equal maxima, as in both frameworks.
    const ValueId is_largest =
        builder_.elementwise({x, operation.outputs[0]}, [](std::span<const Term> in) { return equal(in[0], in[1]); });
    const ValueId count = builder_.reduce(is_largest, Reduce::Kind::kSum, action.axes);
    flow_into(x, builder_.elementwise({flow, is_largest, count},
                                      [](std::span<const Term> in) { return in[0] * in[1] / in[2]; }));
  }

  void through(const Softmax&, const Operation& operation) {
    const ValueId y = operation.outputs[0];
    const ValueId flow = only_flow(operation);
    const ValueId mean = builder_.sum(builder_.multiply(y, flow), {-1});
    flow_into(operation.inputs[0],
              builder_.elementwise({y, flow, mean}, [](std::span<const Term> in) { return in[0] * (in[1] - in[2]); }));
  }

  void through(const LogSoftmax&, const Operation& operation) {
    const ValueId flow = only_flow(operation);
    const ValueId total = builder_.sum(flow, {-1});
    flow_into(operation.inputs[0],
              builder_.elementwise({operation.outputs[0], flow, total},
                                   [](std::span<const Term> in) { return in[1] - exp(in[0]) * in[2]; }));
  }

  void through(const CrossEntropy&, const Operation& operation) {
    flow_into(operation.inputs[0],
              builder_.cross_entropy_input(operation.inputs[0], operation.inputs[1], only_flow(operation)));
  }

  void through(const Reshape&, const Operation& operation) {
    flow_into(operation.inputs[0], builder_.reshape(only_flow(operation), builder_.shape(operation.inputs[0])));
  }

  void through(const Transpose& action, const Operation& operation) {
    std::vector<int> back(action.axes.size());
    for (std::size_t i = 0; i < back.size(); ++i) back[static_cast<std::size_t>(action.axes[i])] = static_cast<int>(i);
    flow_into(operation.inputs[0], builder_.transpose(only_flow(operation), std::move(back)));
  }

  void through(const Slice& action, const Operation& operation) {
    flow_into(operation.inputs[0],
              builder_.pad(only_flow(operation), action.begin, builder_.shape(operation.inputs[0]), action.step));
  }

  void through(const Pad& action, const Operation& operation) {
    flow_into(operation.inputs[0],
              builder_.slice(only_flow(operation), action.begin, builder_.shape(operation.inputs[0]), action.step));
  }

  void through(const Concatenate& action, const Operation& operation) {
    std::int64_t begin = 0;
    for (const ValueId id : operation.inputs) {
      const std::int64_t size = builder_.shape(id)[static_cast<std::size_t>(action.axis)];
      if (depends(id)) flow_into(id, builder_.slice_axis(only_flow(operation), action.axis, begin, size));
      begin += size;
    }
  }

  void through(const Reverse& action, const Operation& operation) {
    flow_into(operation.inputs[0], builder_.reverse(only_flow(operation), action.axis));
  }

  void through(const Gather&, const Operation& operation) {
    flow_into(operation.inputs[0], builder_.scatter_add(operation.inputs[1], only_flow(operation),
                                                        builder_.shape(operation.inputs[0]).front()));
  }

  void through(const ScatterAdd&, const Operation& operation) {
    flow_into(operation.inputs[1], builder_.gather(only_flow(operation), operation.inputs[0]));
  }

  void through_scan(std::size_t index, const Scan& scan) {
    std::vector<std::optional<ValueId>> seeds;
    for (const ValueId id : graph().operations[index].outputs) seeds.push_back(flow(id));
    std::vector<bool> wanted;
    for (const ValueId id : graph().operations[index].inputs) wanted.push_back(depends(id));
    const std::vector<ValueId> inputs = graph().operations[index].inputs;
    const std::vector<std::optional<ValueId>> flows = scan_gradients(builder_, index, scan, seeds, wanted);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (flows[i]) flow_into(inputs[i], *flows[i]);
    }
  }

  // Nothing flows through these, or nobody asks.
  void through(const Random&, const Operation&) {}
  void through(const Constant&, const Operation&) {}
  void through(const ArgMax&, const Operation&) {}
  void through(const ToReal&, const Operation&) {}
  void through(const Scan&, const Operation&) {}
  void through(const CrossEntropyInput&, const Operation&) { NEURAL_CHECK(false, "a second derivative of a loss"); }
  void through(const MaxPoolInput&, const Operation&) { NEURAL_CHECK(false, "a second derivative of max pooling"); }

  Builder& builder_;
  std::vector<char> dependent_;
  std::vector<std::optional<ValueId>> flows_;
};

}  // namespace

std::vector<std::optional<ValueId>> gradients(Builder& builder, std::span<const std::pair<ValueId, ValueId>> seeds,
                                              std::span<const ValueId> wanted) {
  Backward backward(builder, wanted);
  for (const auto& [value, seed] : seeds) backward.flow_into(value, seed);
  backward.run();
  std::vector<std::optional<ValueId>> result;
  for (const ValueId id : wanted) result.push_back(backward.flow(id));
  return result;
}

}  // namespace neural::engine
