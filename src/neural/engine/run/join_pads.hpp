// Gradients of the parts of a value, put beside each other.
#pragma once

#include "neural/engine/graph/graph.hpp"

namespace neural::engine {

/// What flows back out of all slices of a value is a sum of as many values of its size, each 0 but for one part. Where
/// the parts lie beside each other along one axis and leave nothing out, that is one Concatenate: of the gates of a
/// recurrent layer.
Graph with_joined_pads(Graph graph);

}  // namespace neural::engine
