// The declared input of a network: batch axis, sizes.
#pragma once

#include <optional>
#include <vector>

#include "neural/model/expand.hpp"
#include "neural/syntax/ast.hpp"

namespace neural::model {

/// A tensor on its way through the layers. After an error its sizes, or even its rank, may be unknown.
struct Flow {
  std::optional<Shape> shape;
  std::optional<std::size_t> rank;
  bool is_raw = false;  ///< the input itself, or what layers that keep any shape make of it
};

struct DeclaredInput {
  Input input;
  Flow flow;
};

/// The one input of the network; a leading None is the batch axis and dropped, unless the first layer that demands a
/// rank demands it (W521). E502, E406, E703 for several inputs.
DeclaredInput read_input(const syntax::Network& network, const std::vector<Placement>& placements, Reporter& reporter);

/// False where a sample has more than 2^62 elements, unknown sizes left out: too many to count them safely.
bool is_countable(const Shape& shape);

}  // namespace neural::model
