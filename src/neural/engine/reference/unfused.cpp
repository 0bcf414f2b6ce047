#include "neural/engine/reference/unfused.hpp"

#include <vector>

#include "neural/base/check.hpp"
#include "neural/engine/graph/builder.hpp"

namespace neural::engine::reference {
namespace {

class Parts {
 public:
  Parts(const Graph& whole, const Operation& operation) : operation_(operation), builder_(graph_) {
    graph_.scalars = whole.scalars;
    for (const ValueId id : operation.inputs) builder_.input(whole.shape(id), whole.value(id).type);
    for (const ValueId id : operation.outputs) shapes_.push_back(whole.shape(id));
  }

  Graph run() {
    std::visit([&](const auto& action) { make(action); }, operation_.action);
    return std::move(graph_);
  }

 private:
  ValueId in(std::size_t i) const { return graph_.inputs[i]; }

  void make(const MatmulThen& action) {
    std::vector<ValueId> inputs = {
        builder_.matmul(in(0), in(1), action.product.transpose_a, action.product.transpose_b)};
    inputs.insert(inputs.end(), graph_.inputs.begin() + 2, graph_.inputs.end());
    graph_.outputs = builder_.elementwise(std::move(inputs), action.then, shapes_.front());
  }

  void make(const ConvolutionMaxPool& action) {
    ValueId y = builder_.convolution(in(0), in(1), action.window);
    if (action.has_bias) y = builder_.add(y, in(2));
    if (action.is_rectified) {
      y = builder_.elementwise({y}, [](std::span<const Term> of) { return rectified(of[0], of[0]); });
    }
    const auto [maxima, places] = builder_.max_pool(y, action.pool);
    graph_.outputs = {maxima, places};
  }

  void make(const MaximaConvolutionInput& action) {
    const ValueId y = builder_.max_pool_input(in(0), in(1), action.pooled);
    graph_.outputs = {builder_.convolution_input(y, in(2), action.window, action.spatial)};
  }

  void make(const MaximaConvolutionKernel& action) {
    const ValueId y = builder_.max_pool_input(in(1), in(2), action.pooled);
    graph_.outputs = {builder_.convolution_kernel(in(0), y, action.window, action.kernel)};
  }

  template <class Other>
  void make(const Other&) {
    NEURAL_CHECK(false, "an operation that was not made of several");
  }

  const Operation& operation_;
  Graph graph_;
  Builder builder_;
  std::vector<Shape> shapes_;
};

}  // namespace

Graph unfused(const Graph& graph, const Operation& operation) {
  return Parts(graph, operation).run();
}

}  // namespace neural::engine::reference
