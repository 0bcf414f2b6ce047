#include "neural/engine/graph/scan_gradient.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/engine/graph/gradient.hpp"

namespace neural::engine {
namespace {

/// One step forward and back in a single graph, and which of it is which.
struct Step {
  Graph graph;
  std::size_t forward_operations = 0;
  std::vector<ValueId> state_seeds;                  ///< what flows into the states after the step
  std::vector<std::optional<ValueId>> output_seeds;  ///< into what it gives of each step
  std::vector<std::optional<ValueId>> flows;         ///< out of each input
};

class ScanGradient {
 public:
  ScanGradient(Builder& builder, std::size_t index, const Scan& scan) : builder_(builder), index_(index), scan_(scan) {}

  std::vector<std::optional<ValueId>> run(const std::vector<std::optional<ValueId>>& seeds,
                                          const std::vector<bool>& wanted) {
    differentiate_step(seeds, wanted);
    find_kept();
    extend_forward();
    return scan_back(seeds, wanted);
  }

 private:
  int inputs() const { return static_cast<int>(scan_.body->inputs.size()); }
  bool is_sequence(int input) const { return input < scan_.sequences; }
  bool is_state(int input) const { return !is_sequence(input) && input < scan_.sequences + scan_.states; }

  void differentiate_step(const std::vector<std::optional<ValueId>>& seeds, const std::vector<bool>& wanted) {
    step_.graph = *scan_.body;
    step_.forward_operations = step_.graph.operations.size();
    Builder body(step_.graph);
    std::vector<std::pair<ValueId, ValueId>> flows;
    for (std::size_t i = 0; i < scan_.body->outputs.size(); ++i) {
      const ValueId output = scan_.body->outputs[i];
      const bool is_state_output = i < static_cast<std::size_t>(scan_.states);
      if (!is_state_output && !seeds[i]) {
        step_.output_seeds.emplace_back();
        continue;
      }
      const ValueId seed = body.input(body.shape(output));
      if (is_state_output) {
        step_.state_seeds.push_back(seed);
      } else {
        step_.output_seeds.emplace_back(seed);
      }
      flows.emplace_back(output, seed);
    }
    // What flows into a state is needed for the step before it, whether or not anybody asks for the first.
    std::vector<ValueId> asked;
    std::vector<int> which;
    for (int i = 0; i < inputs(); ++i) {
      if (!wanted[static_cast<std::size_t>(i)] && !is_state(i)) continue;
      asked.push_back(scan_.body->inputs[static_cast<std::size_t>(i)]);
      which.push_back(i);
    }
    const auto found = gradients(body, flows, asked);
    step_.flows.resize(static_cast<std::size_t>(inputs()));
    for (std::size_t i = 0; i < which.size(); ++i) step_.flows[static_cast<std::size_t>(which[i])] = found[i];
  }

  /// Values of the way forward that the way back reads, but for constants and what the step was given.
  void find_kept() {
    std::vector<char> is_forward(step_.graph.values.size(), 0);
    const auto mark = [&](ValueId id) { is_forward[static_cast<std::size_t>(id.index)] = 1; };
    for (int i = 0; i < inputs(); ++i) mark(scan_.body->inputs[static_cast<std::size_t>(i)]);
    for (std::size_t i = 0; i < step_.forward_operations; ++i) {
      for (const ValueId id : step_.graph.operations[i].outputs) mark(id);
    }
    const auto need = [&](ValueId id) {
      if (is_forward[static_cast<std::size_t>(id.index)] == 0 || given(id) >= 0) return;
      if (std::find(kept_.begin(), kept_.end(), id) == kept_.end()) kept_.push_back(id);
    };
    for (std::size_t i = step_.forward_operations; i < step_.graph.operations.size(); ++i) {
      for (const ValueId id : step_.graph.operations[i].inputs) need(id);
    }
    for (const auto& flow : step_.flows) {
      if (flow) need(*flow);
    }
  }

  /// Which input of the step it is, where that can be given again: a sequence or a constant.
  int given(ValueId id) const {
    for (int i = 0; i < inputs(); ++i) {
      if (!is_state(i) && scan_.body->inputs[static_cast<std::size_t>(i)] == id) return i;
    }
    return -1;
  }

  void extend_forward() {
    if (kept_.empty()) return;
    auto body = std::make_shared<Graph>(*scan_.body);
    for (const ValueId id : kept_) {
      body->outputs.push_back(id);
      Value value = body->value(id);
      value.shape.insert(value.shape.begin(), scan_.steps);
      builder_.graph().values.push_back(value);
      kept_sequences_.push_back({static_cast<std::int32_t>(builder_.graph().values.size()) - 1});
    }
    Operation& operation = builder_.graph().operations[index_];
    operation.outputs.insert(operation.outputs.end(), kept_sequences_.begin(), kept_sequences_.end());
    std::get<Scan>(operation.action).body = std::move(body);
  }

  std::vector<std::optional<ValueId>> scan_back(const std::vector<std::optional<ValueId>>& seeds,
                                                const std::vector<bool>& wanted) {
    const std::vector<ValueId> outer = builder_.graph().operations[index_].inputs;
    auto body = std::make_shared<Graph>();
    Builder back(*body);
    std::map<std::int32_t, ValueId> copies;
    std::vector<ValueId> sequences;
    std::vector<ValueId> states;
    std::vector<ValueId> constants;
    const auto copy_input = [&](ValueId id) {
      copies[id.index] = back.input(step_.graph.shape(id), step_.graph.value(id).type);
    };

    for (std::size_t i = 0; i < step_.output_seeds.size(); ++i) {
      if (!step_.output_seeds[i]) continue;
      copy_input(*step_.output_seeds[i]);
      sequences.push_back(*seeds[static_cast<std::size_t>(scan_.states) + i]);
    }
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      copy_input(kept_[i]);
      sequences.push_back(kept_sequences_[i]);
    }
    for (int i = 0; i < inputs(); ++i) {
      if (!is_sequence(i)) continue;
      copy_input(scan_.body->inputs[static_cast<std::size_t>(i)]);
      sequences.push_back(outer[static_cast<std::size_t>(i)]);
    }
    for (int i = 0; i < scan_.states; ++i) {
      const ValueId seed = step_.state_seeds[static_cast<std::size_t>(i)];
      copy_input(seed);
      const auto& flow = seeds[static_cast<std::size_t>(i)];
      states.push_back(flow ? *flow : builder_.full(step_.graph.shape(seed), 0));
    }
    std::vector<std::pair<int, ValueId>> sums;  // of what flows into constants: the input, and the sum before the step
    for (int i = 0; i < inputs(); ++i) {
      const auto& flow = step_.flows[static_cast<std::size_t>(i)];
      if (is_sequence(i) || is_state(i) || !wanted[static_cast<std::size_t>(i)] || !flow || factors_of(*flow)) continue;
      sums.emplace_back(i, back.input(step_.graph.shape(*flow)));
      states.push_back(builder_.full(step_.graph.shape(*flow), 0));
    }
    for (int i = 0; i < inputs(); ++i) {
      if (is_sequence(i) || is_state(i)) continue;
      copy_input(scan_.body->inputs[static_cast<std::size_t>(i)]);
      constants.push_back(outer[static_cast<std::size_t>(i)]);
    }

    const auto copy = [&](ValueId id) {
      const auto found = copies.find(id.index);
      NEURAL_CHECK(found != copies.end(), "the way back reads what was not kept");
      return found->second;
    };
    for (std::size_t i = step_.forward_operations; i < step_.graph.operations.size(); ++i) {
      Operation operation = step_.graph.operations[i];
      for (ValueId& id : operation.inputs) id = copy(id);
      for (ValueId& id : operation.outputs) {
        body->values.push_back(step_.graph.value(id));
        const ValueId made = {static_cast<std::int32_t>(body->values.size()) - 1};
        copies[id.index] = made;
        id = made;
      }
      body->operations.push_back(std::move(operation));
    }

    for (int i = 0; i < scan_.states; ++i) {
      const auto& flow = step_.flows[static_cast<std::size_t>(scan_.sequences + i)];
      body->outputs.push_back(flow ? copy(*flow)
                                   : back.full(step_.graph.shape(step_.state_seeds[static_cast<std::size_t>(i)]), 0));
    }
    for (const auto& [input, sum] : sums) {
      body->outputs.push_back(back.add(sum, copy(*step_.flows[static_cast<std::size_t>(input)])));
    }
    // Behind these, by step: what flows into sequences, and the factors of what flows into constants.
    std::vector<std::pair<int, std::size_t>> sequence_flows;
    std::vector<std::pair<int, std::size_t>> factor_flows;
    for (int i = 0; i < inputs(); ++i) {
      const auto& flow = step_.flows[static_cast<std::size_t>(i)];
      if (is_state(i) || !wanted[static_cast<std::size_t>(i)] || !flow) continue;
      if (is_sequence(i)) {
        sequence_flows.emplace_back(i, body->outputs.size());
        body->outputs.push_back(copy(*flow));
      } else if (const auto factors = factors_of(*flow)) {
        factor_flows.emplace_back(i, body->outputs.size());
        body->outputs.push_back(copy(factors->first));
        body->outputs.push_back(copy(factors->second));
      }
    }

    Scan scan;
    scan.body = body;
    scan.steps = scan_.steps;
    scan.sequences = static_cast<int>(sequences.size());
    scan.states = static_cast<int>(states.size());
    scan.reversed = !scan_.reversed;
    std::vector<ValueId> values = std::move(sequences);
    values.insert(values.end(), states.begin(), states.end());
    values.insert(values.end(), constants.begin(), constants.end());
    remove_unused(*body);
    const std::vector<ValueId> results = builder_.scan(std::move(scan), std::move(values));

    std::vector<std::optional<ValueId>> flows(static_cast<std::size_t>(inputs()));
    for (int i = 0; i < scan_.states; ++i)
      flows[static_cast<std::size_t>(scan_.sequences + i)] = results[static_cast<std::size_t>(i)];
    for (std::size_t i = 0; i < sums.size(); ++i) {
      flows[static_cast<std::size_t>(sums[i].first)] = results[static_cast<std::size_t>(scan_.states) + i];
    }
    for (const auto& [input, output] : sequence_flows) flows[static_cast<std::size_t>(input)] = results[output];
    for (const auto& [input, output] : factor_flows) {
      // One product over all steps, in place of a sum of products.
      flows[static_cast<std::size_t>(input)] =
          builder_.matmul(rows_of(results[output]), rows_of(results[output + 1]), true, false);
    }
    return flows;
  }

  ValueId rows_of(ValueId sequence) {
    const Shape shape = builder_.shape(sequence);
    return builder_.reshape(sequence, {shape[0] * shape[1], shape[2]});
  }

  /// Where it is aᵀ · b of two matrices: a and b.
  std::optional<std::pair<ValueId, ValueId>> factors_of(ValueId flow) const {
    for (std::size_t i = step_.forward_operations; i < step_.graph.operations.size(); ++i) {
      const Operation& operation = step_.graph.operations[i];
      if (operation.outputs.front() != flow) continue;
      const auto* product = std::get_if<Matmul>(&operation.action);
      if (product == nullptr || !product->transpose_a || product->transpose_b) return std::nullopt;
      if (step_.graph.shape(operation.inputs[0]).size() != 2) return std::nullopt;
      return std::pair(operation.inputs[0], operation.inputs[1]);
    }
    return std::nullopt;
  }

  Builder& builder_;
  std::size_t index_;
  const Scan scan_;
  Step step_;
  std::vector<ValueId> kept_;
  std::vector<ValueId> kept_sequences_;
};

}  // namespace

std::vector<std::optional<ValueId>> scan_gradients(Builder& builder, std::size_t index, const Scan& scan,
                                                   const std::vector<std::optional<ValueId>>& seeds,
                                                   const std::vector<bool>& wanted) {
  return ScanGradient(builder, index, scan).run(seeds, wanted);
}

}  // namespace neural::engine
