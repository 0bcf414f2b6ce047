// Sums over a batch, made of the sums of each sample.
#pragma once

#include "neural/engine/graph/graph.hpp"

namespace neural::engine {

/// Sums over the batch and further axes become a sum within each sample, which is computed where the sample is at hand,
/// and a small one over the batch; gradients of small kernels likewise. Else threads would share the channels, read all
/// of the batch each, and have parts of vectors left where channels are few.
Graph with_sums_by_samples(Graph graph);

}  // namespace neural::engine
