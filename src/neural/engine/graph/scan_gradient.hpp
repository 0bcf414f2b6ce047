// The gradient of a Scan: another one, which runs the other way.
#pragma once

#include <optional>
#include <vector>

#include "neural/engine/graph/builder.hpp"

namespace neural::engine {

/// What flows into each input of the scan at `index` of the graph's operations, where `wanted`, from what flows into
/// its results. The scan gets further results: what its steps computed and the way back needs.
std::vector<std::optional<ValueId>> scan_gradients(Builder& builder, std::size_t index, const Scan& scan,
                                                   const std::vector<std::optional<ValueId>>& seeds,
                                                   const std::vector<bool>& wanted);

}  // namespace neural::engine
