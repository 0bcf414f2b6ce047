// What an operation stands for that was made of several.
#pragma once

#include "neural/engine/graph/graph.hpp"

namespace neural::engine::reference {

/// The operations that it was made of, as a graph with the same inputs and outputs. Of a fused operation alone: a
/// MatmulThen, a ConvolutionMaxPool, a MaximaConvolutionInput or a MaximaConvolutionKernel.
Graph unfused(const Graph& graph, const Operation& operation);

}  // namespace neural::engine::reference
