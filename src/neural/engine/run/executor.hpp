// Runs a Graph step by step.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "neural/engine/graph/graph.hpp"
#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/run/team.hpp"

namespace neural::engine {

/// The states of a network in training: their elements, which steps of several Graphs share (whole batches, the last
/// one, prediction).
class States {
 public:
  /// Zeros.
  explicit States(const Graph& graph);

  /// By name; null where there is none.
  float* find(const std::string& name);
  std::span<float> elements(std::size_t index);
  std::size_t count() const { return names_.size(); }
  const std::string& name(std::size_t index) const { return names_[index]; }

 private:
  std::vector<std::string> names_;
  std::vector<std::size_t> sizes_;
  std::vector<float*> places_;
  std::shared_ptr<void> memory_;
};

/// A Graph with all it needs to run: memory, kernels, the order of its operations. After the first step nothing is
/// allocated.
class Executor {
 public:
  /// The graph, the states and the team outlive it. States of the graph are found by their names.
  Executor(const Graph& graph, std::int64_t batch, States& states, Team& team, Isa isa);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// One step, counted from 0. `inputs` are where the elements of the graph's inputs lie, as float or std::int32_t.
  void run(std::span<const void* const> inputs, std::uint64_t seed, std::int64_t step);

  /// Elements of an output behind a step, until the next.
  const float* output(std::size_t index) const;

  std::int64_t arena_bytes() const;
  /// A line an operation: which kernel it got.
  std::string explanation() const;

 private:
  class Program;
  std::unique_ptr<Program> program_;
};

}  // namespace neural::engine
