// A whole Graph, operation by operation, each as the reference computes it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/engine/graph/graph.hpp"
#include "neural/engine/reference/compute.hpp"

namespace neural::engine::reference {

/// The elements of a value; of its two lists the one of its type is used.
template <class Real>
struct Tensor {
  std::vector<Real> reals;
  std::vector<std::int32_t> integers;

  friend bool operator==(const Tensor&, const Tensor&) = default;
};

template <class Real>
using Tensors = std::vector<Tensor<Real>>;

/// The outputs. `states` are those of the graph, before the step, and then behind it.
template <class Real>
Tensors<Real> interpret(const Graph& graph, const Tensors<Real>& inputs, Tensors<Real>& states, const Step& step);

extern template Tensors<float> interpret<float>(const Graph&, const Tensors<float>&, Tensors<float>&, const Step&);
extern template Tensors<double> interpret<double>(const Graph&, const Tensors<double>&, Tensors<double>&, const Step&);

}  // namespace neural::engine::reference
