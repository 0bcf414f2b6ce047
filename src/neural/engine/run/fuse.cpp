#include "neural/engine/run/fuse.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "neural/base/check.hpp"
#include "neural/engine/run/block_program.hpp"
#include "neural/engine/run/by_samples.hpp"
#include "neural/engine/run/fuse_maxima.hpp"
#include "neural/engine/run/join_pads.hpp"

namespace neural::engine {
namespace {

constexpr std::size_t kMostInputs = 24;
constexpr std::size_t kMostOutputs = 8;

bool is_elementwise(const Operation& operation) {
  return std::holds_alternative<Elementwise>(operation.action);
}
bool is_matmul(const Operation& operation) {
  return std::holds_alternative<Matmul>(operation.action);
}
bool is_matmul_then(const Operation& operation) {
  return std::holds_alternative<MatmulThen>(operation.action);
}

/// An operation that is being put together: matrices, if any, and an expression over what is read by element.
class Merged {
 public:
  explicit Merged(const Operation& first) {
    if (is_elementwise(first)) {
      given_ = embed(std::get<Elementwise>(first.action), first.inputs, {});
    } else if (is_matmul(first)) {
      product_ = std::get<Matmul>(first.action);
      matrices_ = first.inputs;
      given_ = {action_.expression.input(0)};
    } else {
      const MatmulThen& action = std::get<MatmulThen>(first.action);
      product_ = action.product;
      matrices_.assign(first.inputs.begin(), first.inputs.begin() + 2);
      given_ = embed(action.then, {first.inputs.begin() + 2, first.inputs.end()}, {action_.expression.input(0)});
    }
  }

  /// With what the first operation gives, where the second reads it.
  void follow(const Operation& first, const Operation& second) {
    known_ = &first;
    if (is_elementwise(second)) {
      made_ = embed(std::get<Elementwise>(second.action), second.inputs, {});
      return;
    }
    NEURAL_CHECK(!product_, "two products in one operation");
    const MatmulThen& action = std::get<MatmulThen>(second.action);
    // Input 0 of the expression becomes the product.
    product_ = action.product;
    matrices_.assign(second.inputs.begin(), second.inputs.begin() + 2);
    Merged with_product(*this, action.product);
    *this = std::move(with_product);
    known_ = &first;
    made_ = embed(action.then, {second.inputs.begin() + 2, second.inputs.end()}, {action_.expression.input(0)});
  }

  /// Both operations as one, with the results of the first that are `needed`.
  Operation operation(const Operation& first, const Operation& second, const std::vector<bool>& needed) {
    Operation result;
    result.origin = second.origin.empty() ? first.origin : second.origin;
    for (std::size_t i = 0; i < first.outputs.size(); ++i) {
      if (!needed[i]) continue;
      action_.expression.add_result(given_[i]);
      result.outputs.push_back(first.outputs[i]);
    }
    for (std::size_t i = 0; i < second.outputs.size(); ++i) {
      action_.expression.add_result(made_[i]);
      result.outputs.push_back(second.outputs[i]);
    }
    action_.expression = action_.expression.trimmed();
    result.inputs = matrices_;
    result.inputs.insert(result.inputs.end(), inputs_.begin(), inputs_.end());
    if (product_) {
      result.action = MatmulThen{*product_, std::move(action_)};
    } else {
      result.action = std::move(action_);
    }
    return result;
  }

 private:
  /// The same with a product in front: the expression's inputs count from 1 on.
  Merged(const Merged& other, const Matmul& product) : product_(product), matrices_(other.matrices_) {
    inputs_ = other.inputs_;
    action_.scalars = other.action_.scalars;
    Expression with_results = other.action_.expression;
    for (const NodeId id : other.given_) with_results.add_result(id);
    given_ = action_.expression.embed(
        with_results, [&](int i) { return action_.expression.input(i + 1); },
        [&](int i) { return action_.expression.scalar(i); });
  }

  /// The nodes of an expression whose inputs are these values; behind `product`, if there is one, as input 0.
  std::vector<NodeId> embed(const Elementwise& other, const std::vector<ValueId>& values,
                            const std::vector<NodeId>& product) {
    const auto input = [&](int index) {
      if (!product.empty() && index == 0) return product.front();
      return node_of(values[static_cast<std::size_t>(index) - product.size()]);
    };
    const auto scalar = [&](int index) {
      action_.scalars.push_back(other.scalars[static_cast<std::size_t>(index)]);
      return action_.expression.scalar(static_cast<int>(action_.scalars.size()) - 1);
    };
    return action_.expression.embed(other.expression, input, scalar);
  }

  NodeId node_of(ValueId id) {
    if (known_ != nullptr) {
      const auto given = std::find(known_->outputs.begin(), known_->outputs.end(), id);
      if (given != known_->outputs.end()) return given_[static_cast<std::size_t>(given - known_->outputs.begin())];
    }
    auto place = std::find(inputs_.begin(), inputs_.end(), id);
    if (place == inputs_.end()) place = inputs_.insert(inputs_.end(), id);
    return action_.expression.input(static_cast<int>(place - inputs_.begin()) + (product_ ? 1 : 0));
  }

  std::optional<Matmul> product_;
  std::vector<ValueId> matrices_;
  std::vector<ValueId> inputs_;  ///< read by element
  Elementwise action_;
  std::vector<NodeId> given_;  ///< what the first operation gives
  std::vector<NodeId> made_;   ///< what the second does
  const Operation* known_ = nullptr;
};

class Fuser {
 public:
  explicit Fuser(Graph graph) : graph_(std::move(graph)), is_kept_(graph_.values.size(), false) {
    for (const ValueId id : graph_.outputs) is_kept_[index(id)] = true;
    for (const State& state : graph_.states) is_kept_[index(state.after)] = true;
    is_gone_.assign(graph_.operations.size(), false);
    producers_ = producers(graph_);
    readers_.resize(graph_.values.size());
    for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
      for (const ValueId id : graph_.operations[i].inputs) readers_[index(id)].push_back(i);
    }
  }

  Graph run() {
    for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
      Operation& operation = graph_.operations[i];
      if (auto* scan = std::get_if<Scan>(&operation.action)) scan->body = std::make_shared<Graph>(fused(*scan->body));
      while (merge_one_into(i)) {
      }
    }
    std::vector<Operation> left;
    for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
      if (!is_gone_[i]) left.push_back(std::move(graph_.operations[i]));
    }
    graph_.operations = std::move(left);
    return std::move(graph_);
  }

 private:
  static std::size_t index(ValueId id) { return static_cast<std::size_t>(id.index); }
  const Shape& shape_of(const Operation& operation) const { return graph_.shape(operation.outputs.front()); }

  bool merge_one_into(std::size_t second) {
    const Operation& operation = graph_.operations[second];
    if (!is_elementwise(operation) && !is_matmul_then(operation)) return false;
    for (std::size_t i = is_matmul_then(operation) ? 2 : 0; i < operation.inputs.size(); ++i) {
      const std::int32_t producer = producers_[index(operation.inputs[i])];
      if (producer < 0 || !may_merge(static_cast<std::size_t>(producer), second)) continue;
      merge(static_cast<std::size_t>(producer), second);
      return true;
    }
    return false;
  }

  bool may_merge(std::size_t first, std::size_t second) const {
    const Operation& one = graph_.operations[first];
    const Operation& other = graph_.operations[second];
    if (!has_matrices(one) && !is_elementwise(one)) return false;
    if (has_matrices(one) && is_matmul_then(other)) return false;
    if (shape_of(one) != shape_of(other)) return false;
    if (one.inputs.size() + other.inputs.size() > kMostInputs) return false;
    if (one.outputs.size() + other.outputs.size() > kMostOutputs) return false;
    // An update waits for all who read the old value: none of them may wait for it.
    const bool updates =
        std::any_of(other.outputs.begin(), other.outputs.end(), [&](ValueId id) { return is_kept_[index(id)]; });
    // Nobody reads the first one's results before the second one's place, nor as a matrix there.
    for (const ValueId id : one.outputs) {
      for (const std::size_t reader : readers_[index(id)]) {
        if (reader < second || (updates && reader > second)) return false;
      }
      if (is_matmul_then(other) && (other.inputs[0] == id || other.inputs[1] == id)) return false;
    }
    if (!has_matrices(one) && !is_matmul_then(other)) return true;
    return read_row_by_row(one) && read_row_by_row(other);
  }

  bool has_matrices(const Operation& operation) const {
    if (is_matmul_then(operation)) return true;
    return is_matmul(operation) && graph_.shape(operation.inputs[0]).size() == 2 &&
           graph_.shape(operation.inputs[1]).size() == 2;
  }

  bool read_row_by_row(const Operation& operation) const {
    if (is_matmul(operation)) return true;
    for (std::size_t i = is_matmul_then(operation) ? 2 : 0; i < operation.inputs.size(); ++i) {
      const Operand operand = operand_of(graph_.shape(operation.inputs[i]), shape_of(operation));
      if (operand.kind == Operand::Kind::kStrided) return false;
    }
    return true;
  }

  void merge(std::size_t first, std::size_t second) {
    const Operation one = graph_.operations[first];
    const Operation other = graph_.operations[second];
    std::vector<bool> needed;
    for (const ValueId id : one.outputs) {
      const std::vector<std::size_t>& readers = readers_[index(id)];
      const bool read = std::any_of(readers.begin(), readers.end(), [&](std::size_t each) { return each != second; });
      needed.push_back(read || is_kept_[index(id)]);
    }
    Merged merged(one);
    merged.follow(one, other);
    const Operation both = merged.operation(one, other, needed);
    forget(first, one);
    forget(second, other);
    is_gone_[first] = true;
    for (const ValueId id : both.inputs) readers_[index(id)].push_back(second);
    for (const ValueId id : both.outputs) producers_[index(id)] = static_cast<std::int32_t>(second);
    graph_.operations[second] = both;
  }

  void forget(std::size_t place, const Operation& operation) {
    for (const ValueId id : operation.inputs) std::erase(readers_[index(id)], place);
  }

  Graph graph_;
  std::vector<bool> is_kept_;  ///< by value: somebody outside reads it
  std::vector<bool> is_gone_;  ///< by operation
  std::vector<std::int32_t> producers_;
  std::vector<std::vector<std::size_t>> readers_;  ///< by value
};

}  // namespace

Graph fused(const Graph& graph) {
  return Fuser(with_sums_by_samples(with_joined_pads(with_maxima_alone(graph)))).run();
}

}  // namespace neural::engine
