// The tables of explanations, one a group; explanations.cpp puts them together.
#pragma once

#include <span>

#include "neural/syntax/explanations.hpp"

namespace neural::syntax {

std::span<const Explanation> lexical_explanations();
std::span<const Explanation> syntax_explanations();
std::span<const Explanation> name_explanations();
std::span<const Explanation> value_explanations();
std::span<const Explanation> search_explanations();
std::span<const Explanation> structure_explanations();
std::span<const Explanation> shape_explanations();
std::span<const Explanation> training_explanations();
std::span<const Explanation> backend_explanations();
std::span<const Explanation> limit_explanations();

}  // namespace neural::syntax
