// How operations are shared out among threads: into units that are computed apart, each by one thread and in one order,
// so that the bits of a result do not depend on how many threads there are.
#pragma once

#include <cstdint>
#include <vector>

#include "neural/engine/graph/graph.hpp"

namespace neural::engine {

/// The units of an operation are equal parts of the first axis of its results, or else something of its own.
struct Sharing {
  std::int64_t units = 1;
  /// By input: unit i reads part i of the input's first axis, and nothing else of it.
  std::vector<bool> is_aligned;
  /// Unit i writes part i of the first axis of each result.
  bool writes_aligned = true;
};

/// With `batch` parts where that is possible: of results whose first axis is a multiple of it.
Sharing sharing_of(const Graph& graph, const Operation& operation, std::int64_t batch);

}  // namespace neural::engine
