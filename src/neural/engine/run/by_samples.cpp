#include "neural/engine/run/by_samples.hpp"

#include <utility>
#include <vector>

#include "neural/engine/run/window_tasks.hpp"

namespace neural::engine {
namespace {

class Splitter {
 public:
  explicit Splitter(Graph graph) : graph_(std::move(graph)) {}

  Graph run() {
    std::vector<Operation> operations = std::exchange(graph_.operations, {});
    for (Operation& operation : operations) {
      if (const auto* reduce = std::get_if<Reduce>(&operation.action);
          reduce != nullptr && is_split(*reduce, operation)) {
        split(*reduce, operation);
      } else if (const auto* kernel = std::get_if<ConvolutionKernel>(&operation.action);
                 kernel != nullptr && is_split(*kernel, operation)) {
        split(*kernel, operation);
      }
      graph_.operations.push_back(std::move(operation));
    }
    return std::move(graph_);
  }

 private:
  const Shape& in(const Operation& operation, std::size_t i) const { return graph_.shape(operation.inputs[i]); }

  /// Over the batch and the axes behind it, but not all of them.
  bool is_split(const Reduce& action, const Operation& operation) const {
    const Shape& from = in(operation, 0);
    if (action.kind != Reduce::Kind::kSum || action.axes.size() < 2 || action.axes.size() >= from.size()) return false;
    for (std::size_t i = 0; i < action.axes.size(); ++i) {
      if (static_cast<std::size_t>(action.axes[i]) != i) return false;
    }
    return from.front() > 1;
  }

  void split(const Reduce& action, Operation& operation) {
    Shape part = in(operation, 0);
    Reduce within = action;
    within.axes.erase(within.axes.begin());
    for (const auto axis : within.axes) part[static_cast<std::size_t>(axis)] = 1;
    Reduce over = action;
    over.axes.resize(1);
    operation.inputs = {put_before(operation, std::move(within), part)};
    operation.action = std::move(over);
  }

  bool is_split(const ConvolutionKernel& action, const Operation& operation) const {
    constexpr std::int64_t kMostFloats = 8192;  // of a kernel: for each sample there is one
    const Shape& kernel = graph_.shape(operation.outputs.front());
    const ConvolutionShapes shapes = {in(operation, 0), kernel, in(operation, 1), action.window};
    return element_count(kernel) <= kMostFloats && shapes.x.front() > 1 &&
           (is_depthwise(shapes) || has_packed_convolution(shapes));
  }

  void split(const ConvolutionKernel& action, Operation& operation) {
    Shape kernels = graph_.shape(operation.outputs.front());
    kernels.insert(kernels.begin(), in(operation, 0).front());
    ConvolutionKernel each = action;
    each.by_sample = true;
    const ValueId parts = put_before(operation, std::move(each), kernels);
    kernels.front() = 1;
    Operation sum;
    sum.origin = operation.origin;
    sum.action = Reduce{Reduce::Kind::kSum, {0}};
    sum.inputs = {parts};
    sum.outputs = {add_value(operation, kernels)};
    operation.inputs = sum.outputs;
    operation.action = Reshape{};
    graph_.operations.push_back(std::move(sum));
  }

  ValueId add_value(const Operation& like, Shape shape) {
    Value value = graph_.value(like.outputs.front());
    value.shape = std::move(shape);
    graph_.values.push_back(std::move(value));
    return {static_cast<std::int32_t>(graph_.values.size()) - 1};
  }

  template <class Action>
  ValueId put_before(const Operation& operation, Action action, Shape shape) {
    Operation first;
    first.origin = operation.origin;
    first.action = std::move(action);
    first.inputs = operation.inputs;
    first.outputs = {add_value(operation, std::move(shape))};
    graph_.operations.push_back(first);
    return first.outputs.front();
  }

  Graph graph_;
};

}  // namespace

Graph with_sums_by_samples(Graph graph) {
  return Splitter(std::move(graph)).run();
}

}  // namespace neural::engine
