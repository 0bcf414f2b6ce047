// Padding as PyTorch is told of it.
#pragma once

#include <string>
#include <vector>

#include "neural/emit/windows/padding.hpp"

namespace neural::emit::pytorch {

/// `(left, right, top, bottom)`: what nn.functional.pad is told, the last axis first.
std::string sides_of(const std::vector<Padding>& paddings);

}  // namespace neural::emit::pytorch
