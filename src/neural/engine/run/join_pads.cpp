#include "neural/engine/run/join_pads.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace neural::engine {
namespace {

/// a + b, and nothing else.
bool is_sum(const Operation& operation) {
  const auto* elementwise = std::get_if<Elementwise>(&operation.action);
  if (elementwise == nullptr || operation.inputs.size() != 2 || operation.outputs.size() != 1) return false;
  const Expression& expression = elementwise->expression;
  if (expression.results().size() != 1) return false;
  using Node = Expression::Node;
  const Node& node = expression.node(expression.results().front());
  if (node.kind != Node::Kind::kCall || node.function != Function::add) return false;
  const Node& a = expression.node(node.arguments[0]);
  const Node& b = expression.node(node.arguments[1]);
  return a.kind == Node::Kind::kInput && b.kind == Node::Kind::kInput && a.input != b.input;
}

class Joiner {
 public:
  explicit Joiner(Graph graph) : graph_(std::move(graph)), producers_(producers(graph_)) {
    readers_.assign(graph_.values.size(), 0);
    const auto read = [&](ValueId id) { ++readers_[static_cast<std::size_t>(id.index)]; };
    for (const Operation& operation : graph_.operations)
      std::for_each(operation.inputs.begin(), operation.inputs.end(), read);
    std::for_each(graph_.outputs.begin(), graph_.outputs.end(), read);
    for (const State& state : graph_.states) read(state.after);
    is_gone_.assign(graph_.operations.size(), false);
  }

  Graph run() {
    for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
      if (is_sum(graph_.operations[i])) join(i);
    }
    std::vector<Operation> left;
    for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
      if (!is_gone_[i]) left.push_back(std::move(graph_.operations[i]));
    }
    graph_.operations = std::move(left);
    return std::move(graph_);
  }

 private:
  struct Part {
    std::int64_t begin;
    std::int64_t end;
    ValueId value;
  };

  /// The terms of a sum of sums, each read there alone and as large as the sum.
  bool collect(std::size_t index, std::vector<std::size_t>& gone, std::vector<std::size_t>& terms) const {
    const Operation& operation = graph_.operations[index];
    for (const ValueId id : operation.inputs) {
      const std::int32_t producer = producers_[static_cast<std::size_t>(id.index)];
      if (producer < 0 || readers_[static_cast<std::size_t>(id.index)] != 1) return false;
      if (graph_.shape(id) != graph_.shape(operation.outputs.front())) return false;
      const auto from = static_cast<std::size_t>(producer);
      gone.push_back(from);
      if (is_sum(graph_.operations[from])) {
        if (!collect(from, gone, terms)) return false;
      } else {
        terms.push_back(from);
      }
    }
    return true;
  }

  /// The axis along which a pad adds something, if it is one, and the part that is not 0.
  std::optional<std::pair<int, Part>> part_of(const Operation& operation) const {
    const auto* pad = std::get_if<Pad>(&operation.action);
    if (pad == nullptr) return std::nullopt;
    const Shape& from = graph_.shape(operation.inputs.front());
    const Shape& to = graph_.shape(operation.outputs.front());
    std::optional<std::pair<int, Part>> found;
    for (std::size_t i = 0; i < to.size(); ++i) {
      if (pad->step[i] != 1) return std::nullopt;
      if (from[i] == to[i]) continue;
      if (found) return std::nullopt;
      found = {static_cast<int>(i), {pad->begin[i], pad->begin[i] + from[i], operation.inputs.front()}};
    }
    return found;
  }

  void join(std::size_t index) {
    std::vector<std::size_t> gone;
    std::vector<std::size_t> terms;
    if (!collect(index, gone, terms)) return;
    std::vector<Part> parts;
    std::optional<int> axis;
    for (const std::size_t term : terms) {
      const auto part = part_of(graph_.operations[term]);
      if (!part || (axis && *axis != part->first)) return;
      axis = part->first;
      parts.push_back(part->second);
    }
    std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.begin < b.begin; });
    Operation& operation = graph_.operations[index];
    std::int64_t next = 0;
    for (const Part& part : parts) {
      if (part.begin != next) return;
      next = part.end;
    }
    if (next != graph_.shape(operation.outputs.front())[static_cast<std::size_t>(*axis)]) return;
    operation.action = Concatenate{*axis};
    operation.inputs.clear();
    for (const Part& part : parts) operation.inputs.push_back(part.value);
    for (const std::size_t each : gone) is_gone_[each] = true;
  }

  Graph graph_;
  std::vector<std::int32_t> producers_;
  std::vector<int> readers_;  ///< by value
  std::vector<bool> is_gone_;
};

}  // namespace

Graph with_joined_pads(Graph graph) {
  return Joiner(std::move(graph)).run();
}

}  // namespace neural::engine
