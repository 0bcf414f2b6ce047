// Steps of optimisers that kernels know.
#pragma once

#include <optional>

#include "neural/engine/graph/graph.hpp"

namespace neural::engine {

/// Adam as its formula is lowered, of an expression whose results are weight, mean and square: which of its inputs are
/// what, and the numbers in it.
struct AdamForm {
  int gradient = 0;
  int weight = 0;
  int mean = 0;
  int square = 0;
  int rate = 0;  ///< scalar of the graph
  double mean_share = 0;
  double square_share = 0;
  int epsilon = 0;  ///< likewise
};
std::optional<AdamForm> adam_form(const Elementwise& action);

}  // namespace neural::engine
