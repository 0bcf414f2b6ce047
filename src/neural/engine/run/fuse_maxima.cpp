#include "neural/engine/run/fuse_maxima.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "neural/engine/run/window_tasks.hpp"

namespace neural::engine {
namespace {

std::size_t at(ValueId id) {
  return static_cast<std::size_t>(id.index);
}

/// Whether the operation has this expression alone, in whichever order its inputs are: then those, in the order of the
/// pattern.
std::optional<std::vector<ValueId>> match(const Operation& operation, int inputs,
                                          const std::function<Term(std::span<const Term>)>& pattern) {
  const auto* action = std::get_if<Elementwise>(&operation.action);
  if (action == nullptr || action->expression.results().size() != 1) return std::nullopt;
  if (operation.inputs.size() != static_cast<std::size_t>(inputs)) return std::nullopt;
  std::vector<int> order;
  for (int i = 0; i < inputs; ++i) order.push_back(i);
  const std::string text = action->expression.to_string();
  do {
    Expression expected;
    std::vector<Term> terms;
    for (const int i : order) terms.emplace_back(expected, expected.input(i));
    expected.add_result(pattern(terms).id());
    if (expected.to_string() != text) continue;
    std::vector<ValueId> result;
    for (const int i : order) result.push_back(operation.inputs[static_cast<std::size_t>(i)]);
    return result;
  } while (std::next_permutation(order.begin(), order.end()));
  return std::nullopt;
}

class Rewriter {
 public:
  explicit Rewriter(Graph graph) : graph_(std::move(graph)) { look(); }

  Graph run() {
    for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
      if (std::holds_alternative<MaxPoolInput>(graph_.operations[i].action)) stay_at_maxima(i);
    }
    remove_unused(graph_);
    look();
    for (Operation& operation : graph_.operations) {
      if (std::holds_alternative<MaxPool>(operation.action)) pool_at_once(operation);
    }
    remove_unused(graph_);
    return std::move(graph_);
  }

 private:
  void look() {
    producers_ = producers(graph_);
    readers_.assign(graph_.values.size(), {});
    for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
      for (const ValueId id : graph_.operations[i].inputs) readers_[at(id)].push_back(i);
    }
    is_kept_.assign(graph_.values.size(), false);
    for (const ValueId id : graph_.outputs) is_kept_[at(id)] = true;
    for (const State& state : graph_.states) is_kept_[at(state.after)] = true;
  }

  const Operation* producer(ValueId id) const {
    const std::int32_t index = producers_[at(id)];
    return index < 0 ? nullptr : &graph_.operations[static_cast<std::size_t>(index)];
  }
  bool has_one_reader(ValueId id) const { return readers_[at(id)].size() == 1 && !is_kept_[at(id)]; }

  /// Of which the kernels for maxima know: sizes within what their lists count in.
  bool is_known(const Window& window, const Shape& x, const Shape& kernel, const Shape& y) const {
    constexpr std::int64_t kMostPlaces = std::int64_t{1} << 22;
    constexpr std::int64_t kMostFloats = std::int64_t{1} << 30;
    if (!has_packed_convolution({x, kernel, y, window}) || x.front() == 0) return false;
    const std::int64_t places = element_count({y.begin() + 1, y.end() - 1});
    std::int64_t padded = x.back();
    for (std::size_t i = 0; i < window.strides.size(); ++i) {
      padded *= x[i + 1] + std::abs(window.pads[i].first) + std::abs(window.pads[i].second);
    }
    return places < kMostPlaces && padded < kMostFloats;
  }

  bool can_stay(std::size_t reader, ValueId flow) const {
    const Operation& operation = graph_.operations[reader];
    const Shape& shape = graph_.shape(flow);
    if (const auto* action = std::get_if<ConvolutionInput>(&operation.action)) {
      return operation.inputs[0] == flow && operation.inputs[1] != flow &&
             is_known(action->window, graph_.shape(operation.outputs[0]), graph_.shape(operation.inputs[1]), shape) &&
             is_steady(operation.inputs[1]);
    }
    if (const auto* action = std::get_if<ConvolutionKernel>(&operation.action)) {
      return operation.inputs[1] == flow && operation.inputs[0] != flow &&
             is_known(action->window, graph_.shape(operation.inputs[0]), graph_.shape(operation.outputs[0]), shape);
    }
    const auto* reduce = std::get_if<Reduce>(&operation.action);
    if (reduce == nullptr || reduce->kind != Reduce::Kind::kSum) return false;
    for (std::size_t i = 0; i + 1 < shape.size(); ++i) {
      if (std::find(reduce->axes.begin(), reduce->axes.end(), static_cast<int>(i)) == reduce->axes.end()) return false;
    }
    return true;
  }

  /// It is what it is from the begin of a step to its end, and so may be prepared once.
  bool is_steady(ValueId id) const {
    return std::any_of(graph_.states.begin(), graph_.states.end(),
                       [&](const State& state) { return state.before == id; });
  }

  void stay_at_maxima(std::size_t index) {
    const Operation scatter = graph_.operations[index];
    const ValueId flow = scatter.inputs[0];
    const ValueId places = scatter.inputs[1];
    const Operation* pool = producer(places);
    if (pool == nullptr || !std::holds_alternative<MaxPool>(pool->action)) return;
    const ValueId maxima = pool->outputs[0];
    // What is rectified behind the convolution is 0 at the same places as its maxima.
    ValueId scattered = scatter.outputs[0];
    std::optional<std::size_t> mask;
    if (has_one_reader(scattered)) {
      const std::size_t reader = readers_[at(scattered)].front();
      const Operation* relu = producer(pool->inputs[0]);
      const auto before =
          relu == nullptr ? std::nullopt : match(*relu, 1, [](auto in) { return rectified(in[0], in[0]); });
      const auto found = match(graph_.operations[reader], 2, [](auto in) { return rectified(in[0], in[1]); });
      if (before && found && (*found)[0] == before->front() && (*found)[1] == scattered &&
          graph_.shape(before->front()) == graph_.shape(scattered)) {
        mask = reader;
        scattered = graph_.operations[reader].outputs[0];
      }
    }
    const std::vector<std::size_t> readers = readers_[at(scattered)];
    if (is_kept_[at(scattered)] || readers.empty()) return;
    if (!std::all_of(readers.begin(), readers.end(), [&](std::size_t each) { return can_stay(each, scattered); }))
      return;
    const ValueId left = mask ? rectified_flow(*mask, maxima, flow) : flow;
    const Shape whole = graph_.shape(scatter.outputs[0]);
    for (const std::size_t reader : readers)
      stay(graph_.operations[reader], left, places, {whole.begin() + 1, whole.end() - 1});
  }

  /// What flows back where a maximum is above 0, in place of the operation that told it of all elements.
  ValueId rectified_flow(std::size_t place, ValueId maxima, ValueId flow) {
    const ValueId result = {static_cast<std::int32_t>(graph_.values.size())};
    const Value like = graph_.value(maxima);
    graph_.values.push_back(like);
    is_kept_.push_back(false);
    readers_.emplace_back();
    Elementwise action;
    const Term x(action.expression, action.expression.input(0));
    const Term y(action.expression, action.expression.input(1));
    action.expression.add_result(rectified(x, y).id());
    Operation& operation = graph_.operations[place];
    operation.action = std::move(action);
    operation.inputs = {maxima, flow};
    operation.outputs = {result};
    return result;
  }

  static void stay(Operation& operation, ValueId flow, ValueId places, Shape pooled) {
    if (const auto* input = std::get_if<ConvolutionInput>(&operation.action)) {
      operation.inputs = {flow, places, operation.inputs[1]};
      operation.action = MaximaConvolutionInput{input->window, input->spatial, std::move(pooled)};
    } else if (const auto* kernel = std::get_if<ConvolutionKernel>(&operation.action)) {
      operation.inputs = {operation.inputs[0], flow, places};
      operation.action = MaximaConvolutionKernel{kernel->window, kernel->kernel, std::move(pooled)};
    } else {
      operation.inputs = {flow};
    }
  }

  /// Windows that do not overlap: a line of them is pooled when it has been computed.
  static bool lie_apart(const std::vector<std::vector<Interval>>& windows) {
    for (const auto& axis : windows) {
      for (std::size_t i = 1; i < axis.size(); ++i) {
        if (axis[i].begin < axis[i - 1].end) return false;
      }
    }
    return true;
  }

  void pool_at_once(Operation& pool) {
    ConvolutionMaxPool action;
    action.pool = std::get<MaxPool>(pool.action).windows;
    ValueId from = pool.inputs[0];
    const Shape pooled = graph_.shape(from);
    action.pooled = {pooled.begin() + 1, pooled.end() - 1};
    if (!lie_apart(action.pool) || !has_one_reader(from) || producer(from) == nullptr) return;
    const auto before = match(*producer(from), 1, [](auto in) { return rectified(in[0], in[0]); });
    if (before && graph_.shape(before->front()) == pooled) {
      action.is_rectified = true;
      from = before->front();
    }
    if (!has_one_reader(from) || producer(from) == nullptr) return;
    std::optional<ValueId> bias;
    if (const auto sum = match(*producer(from), 2, [](auto in) { return in[0] + in[1]; })) {
      const bool is_bias = graph_.shape((*sum)[0]) == pooled && graph_.shape((*sum)[1]) == Shape{pooled.back()};
      if (is_bias) {
        bias = (*sum)[1];
        from = (*sum)[0];
      }
    }
    if (!has_one_reader(from)) return;
    const Operation* operation = producer(from);
    const auto* convolution = operation == nullptr ? nullptr : std::get_if<Convolution>(&operation->action);
    if (convolution == nullptr || !is_steady(operation->inputs[1])) return;
    if (!is_known(convolution->window, graph_.shape(operation->inputs[0]), graph_.shape(operation->inputs[1]), pooled))
      return;
    action.window = convolution->window;
    action.has_bias = bias.has_value();
    pool.inputs = operation->inputs;
    if (bias) pool.inputs.push_back(*bias);
    pool.action = std::move(action);
    if (!operation->origin.empty()) pool.origin = operation->origin;
  }

  Graph graph_;
  std::vector<std::int32_t> producers_;            ///< by value: operations
  std::vector<std::vector<std::size_t>> readers_;  ///< likewise
  std::vector<bool> is_kept_;                      ///< by value: somebody outside reads it
};

}  // namespace

Graph with_maxima_alone(Graph graph) {
  return Rewriter(std::move(graph)).run();
}

}  // namespace neural::engine
