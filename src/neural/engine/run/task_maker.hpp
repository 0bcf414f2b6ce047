// One method for each kind of operation. They are in tasks.cpp (what computes elements and windows), product_tasks.cpp,
// row_tasks.cpp (what works along an axis) and move_tasks.cpp (what copies).
#pragma once

#include <memory>

#include "neural/engine/run/tasks.hpp"

namespace neural::engine {

struct AdamForm;

/// Inputs or results of an elementwise operation.
inline constexpr std::size_t kMostValues = 64;

class TaskMaker {
 public:
  TaskMaker(const Graph& graph, const Operation& operation, const Sharing& sharing, const Kernels& kernels,
            const StepState& state, const SteadyValues& steady)
      : graph_(graph),
        operation_(operation),
        units_(sharing.units),
        kernels_(kernels),
        state_(state),
        steady_(steady) {}

  Task run() {
    return std::visit([&](const auto& action) { return make(action); }, operation_.action);
  }

 private:
  const Shape& in(std::size_t i) const { return graph_.shape(operation_.inputs[i]); }
  const Shape& out(std::size_t i = 0) const { return graph_.shape(operation_.outputs[i]); }
  std::size_t input(std::size_t i) const { return static_cast<std::size_t>(operation_.inputs[i].index); }
  std::size_t output(std::size_t i = 0) const { return static_cast<std::size_t>(operation_.outputs[i].index); }

  /// Elements of the result that belong to a unit.
  std::int64_t unit_size(const Shape& shape) const { return element_count(shape) / units_; }

  Task make(const Elementwise& action);
  Task make(const Random& action);
  Task make(const Constant& action);
  Task make(const Matmul& action);
  Task make(const Convolution& action);
  Task make(const ConvolutionInput& action);
  Task make(const ConvolutionKernel& action);
  Task make(const MaxPool& action);
  Task make(const MaxPoolInput& action);
  Task make(const AveragePool& action);
  Task make(const AveragePoolInput& action);
  Task make(const Reduce& action);
  Task make(const Softmax& action);
  Task make(const LogSoftmax& action);
  Task make(const CrossEntropy& action);
  Task make(const CrossEntropyInput& action);
  Task make(const Reshape& action);
  Task make(const Transpose& action);
  Task make(const Slice& action);
  Task make(const Pad& action);
  Task make(const Concatenate& action);
  Task make(const Reverse& action);
  Task make(const Gather& action);
  Task make(const ScatterAdd& action);
  Task make(const ArgMax& action);
  Task make(const ToReal& action);
  Task make(const Scan& action);
  Task make(const MatmulThen& action);
  Task make(const ConvolutionMaxPool& action);
  Task make(const MaximaConvolutionInput& action);
  Task make(const MaximaConvolutionKernel& action);
  /// Lets the task pack the second matrix once, where it is a constant of a scan: how it is read in every step. Else
  /// null.
  std::shared_ptr<float> pack_once(const Product& base, Task& task);
  Task multiply_and_step(const MatmulThen& action, const AdamForm& form);

  /// What has no kernel of its own: the reference's, for all units at once by whoever has the first.
  Task by_reference();
  /// Axes with others between them.
  Task reduce_apart(const Reduce& action);
  /// Result elements in order from places of these strides; four bytes each, whatever they are.
  Task copy_walking(std::vector<std::int64_t> strides, std::int64_t begin_place);

  const Graph& graph_;
  const Operation& operation_;
  std::int64_t units_;
  const Kernels& kernels_;
  const StepState& state_;
  const SteadyValues& steady_;
};

}  // namespace neural::engine
