// Windows over values whose sizes are known.
#pragma once

#include <vector>

#include "neural/engine/lower/lowering.hpp"
#include "neural/model/window_padding.hpp"

namespace neural::engine {

/// Those of the layer over the spatial axes of x, whose channels are last.
std::vector<model::Window> windows_over(Lowering& lowering, const model::Layer& layer, ValueId x,
                                        model::Parameter size);

/// With the padding of the layer.
Window window_of(const model::Layer& layer, const std::vector<model::Window>& windows, std::int64_t groups);

}  // namespace neural::engine
