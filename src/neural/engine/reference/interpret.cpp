#include "neural/engine/reference/interpret.hpp"

#include <algorithm>
#include <utility>

#include "neural/base/check.hpp"

namespace neural::engine::reference {
namespace {

template <class Real>
class Interpreter {
 public:
  Interpreter(const Graph& graph, const Step& step) : graph_(graph), step_(step), tensors_(graph.values.size()) {}

  void set(ValueId id, Tensor<Real> tensor) {
    const bool is_integer = graph_.value(id).type == ValueType::kInteger;
    const std::size_t size = is_integer ? tensor.integers.size() : tensor.reals.size();
    NEURAL_CHECK(static_cast<std::int64_t>(size) == element_count(graph_.shape(id)));
    at(id) = std::move(tensor);
  }
  Tensor<Real>& at(ValueId id) { return tensors_[static_cast<std::size_t>(id.index)]; }

  void run() {
    for (const Operation& operation : graph_.operations) {
      for (const ValueId id : operation.outputs) allocate(id);
      if (const auto* scan = std::get_if<Scan>(&operation.action)) {
        run_scan(operation, *scan);
      } else {
        std::vector<const void*> inputs;
        std::vector<void*> outputs;
        for (const ValueId id : operation.inputs) inputs.push_back(data(id));
        for (const ValueId id : operation.outputs) outputs.push_back(data(id));
        compute<Real>(graph_, operation, inputs, outputs, step_);
      }
    }
  }

 private:
  void allocate(ValueId id) {
    const auto size = static_cast<std::size_t>(element_count(graph_.shape(id)));
    if (graph_.value(id).type == ValueType::kInteger) {
      at(id).integers.assign(size, 0);
    } else {
      at(id).reals.assign(size, 0);
    }
  }
  void* data(ValueId id) {
    Tensor<Real>& tensor = at(id);
    if (graph_.value(id).type == ValueType::kInteger) return tensor.integers.data();
    return tensor.reals.data();
  }

  /// Step `number` of a sequence.
  static Tensor<Real> part(const Tensor<Real>& sequence, std::int64_t steps, std::int64_t number) {
    const auto cut = [&](const auto& values) {
      const auto size = static_cast<std::ptrdiff_t>(values.size()) / steps;
      return std::decay_t<decltype(values)>(values.begin() + number * size, values.begin() + (number + 1) * size);
    };
    return {cut(sequence.reals), cut(sequence.integers)};
  }
  static void put(const Tensor<Real>& step, Tensor<Real>& sequence, std::int64_t number) {
    std::copy(step.reals.begin(), step.reals.end(),
              sequence.reals.begin() + number * static_cast<std::ptrdiff_t>(step.reals.size()));
    std::copy(step.integers.begin(), step.integers.end(),
              sequence.integers.begin() + number * static_cast<std::ptrdiff_t>(step.integers.size()));
  }

  void run_scan(const Operation& operation, const Scan& scan) {
    const auto sequences = static_cast<std::size_t>(scan.sequences);
    const auto states = static_cast<std::size_t>(scan.states);
    Tensors<Real> state;
    for (std::size_t i = 0; i < states; ++i) state.push_back(at(operation.inputs[sequences + i]));
    for (std::int64_t turn = 0; turn < scan.steps; ++turn) {
      const std::int64_t number = scan.reversed ? scan.steps - 1 - turn : turn;
      Tensors<Real> inputs;
      for (std::size_t i = 0; i < sequences; ++i) inputs.push_back(part(at(operation.inputs[i]), scan.steps, number));
      inputs.insert(inputs.end(), state.begin(), state.end());
      for (std::size_t i = sequences + states; i < operation.inputs.size(); ++i)
        inputs.push_back(at(operation.inputs[i]));
      Tensors<Real> none;
      const Tensors<Real> outputs = interpret<Real>(*scan.body, inputs, none, step_);
      for (std::size_t i = 0; i < states; ++i) state[i] = outputs[i];
      for (std::size_t i = states; i < outputs.size(); ++i) put(outputs[i], at(operation.outputs[i]), number);
    }
    for (std::size_t i = 0; i < states; ++i) at(operation.outputs[i]) = state[i];
  }

  const Graph& graph_;
  const Step& step_;
  Tensors<Real> tensors_;
};

}  // namespace

template <class Real>
Tensors<Real> interpret(const Graph& graph, const Tensors<Real>& inputs, Tensors<Real>& states, const Step& step) {
  NEURAL_CHECK(inputs.size() == graph.inputs.size() && states.size() == graph.states.size());
  Interpreter<Real> interpreter(graph, step);
  for (std::size_t i = 0; i < inputs.size(); ++i) interpreter.set(graph.inputs[i], inputs[i]);
  for (std::size_t i = 0; i < states.size(); ++i) interpreter.set(graph.states[i].before, states[i]);
  interpreter.run();
  Tensors<Real> outputs;
  for (const ValueId id : graph.outputs) outputs.push_back(interpreter.at(id));
  for (std::size_t i = 0; i < states.size(); ++i) states[i] = interpreter.at(graph.states[i].after);
  return outputs;
}

template Tensors<float> interpret<float>(const Graph&, const Tensors<float>&, Tensors<float>&, const Step&);
template Tensors<double> interpret<double>(const Graph&, const Tensors<double>&, Tensors<double>&, const Step&);

}  // namespace neural::engine::reference
