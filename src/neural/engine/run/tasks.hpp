// What a thread does for some units of an operation.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "neural/engine/graph/graph.hpp"
#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/run/sharing.hpp"

namespace neural::engine {

/// What all operations of a step are told.
struct StepState {
  std::vector<double> scalars;  ///< of the graph
  std::uint64_t seed = 0;
  std::uint64_t number = 0;
  std::vector<void*> values;  ///< where each value's elements lie
};

inline const float* reals(const StepState& state, std::size_t value) {
  return static_cast<const float*>(state.values[value]);
}
inline float* writable(const StepState& state, std::size_t value) {
  return static_cast<float*>(state.values[value]);
}
inline const std::int32_t* integers(const StepState& state, std::size_t value) {
  return static_cast<const std::int32_t*>(state.values[value]);
}

struct Task {
  /// Units [begin, end); `scratch` is the thread's own.
  std::function<void(std::int64_t begin, std::int64_t end, float* scratch)> run;
  std::int64_t scratch_floats = 0;
  std::string kernel;  ///< for people: "tiles of 6 x 4 vectors"
  /// What is done once in a step, before all operations, from values that stay what they are until its end.
  std::int64_t preparation_units = 0;
  std::function<void(std::int64_t begin, std::int64_t end)> prepare = {};
};

/// By value: whether it is the same from the begin of a step to its end, as weights are until their update.
using SteadyValues = std::vector<char>;
/// States, and inputs from `first_input` on, also in another shape.
SteadyValues steady_values(const Graph& graph, std::size_t first_input);

/// `state` is where the task looks each time it runs; it outlives the task.
Task task_of(const Graph& graph, const Operation& operation, const Sharing& sharing, const Kernels& kernels,
             const StepState& state, const SteadyValues& steady);

}  // namespace neural::engine
