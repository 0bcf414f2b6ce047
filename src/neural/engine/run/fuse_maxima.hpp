// Convolutions in front of max pooling.
#pragma once

#include "neural/engine/graph/graph.hpp"

namespace neural::engine {

/// The same results, but what flows back through max pooling into a convolution, rectified or not, stays at the maxima:
/// of the windows of k elements one in k is not 0. And where nobody else reads what is pooled, it is not kept.
Graph with_maxima_alone(Graph graph);

}  // namespace neural::engine
