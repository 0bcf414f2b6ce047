// Padding as PyTorch is told of it.
#pragma once

#include <string>
#include <vector>

#include "neural/model/window_padding.hpp"

namespace neural::emit::pytorch {

using model::Crop;
using model::Padding;
using model::Window;

/// `(left, right, top, bottom)`: what nn.functional.pad is told, the last axis first.
std::string sides_of(const std::vector<Padding>& paddings);

}  // namespace neural::emit::pytorch
