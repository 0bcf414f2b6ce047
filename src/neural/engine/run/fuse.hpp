// Fewer passes over memory: operations that follow each other become one.
#pragma once

#include "neural/engine/graph/graph.hpp"

namespace neural::engine {

/// The same results from fewer operations. An elementwise operation goes into the one in front of it where both have
/// the same shape: two expressions become one, a product and an expression a MatmulThen. Values keep their ids; those
/// that nobody needs any more are not written. Convolutions in front of max pooling become what `with_maxima_alone`
/// makes of them, sums over the batch what `with_sums_by_samples` does, gradients of slices
/// what `with_joined_pads` does. Bodies of scans likewise.
Graph fused(const Graph& graph);

}  // namespace neural::engine
