// The declared inputs of a network: names, batch axis, sizes.
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

/// As declared, else "input", or "input_1", "input_2", … where there are several.
std::string input_name(const syntax::Network& network, std::size_t index);

/// A leading None is the batch axis and dropped, unless the first layer on that input's path that demands a rank
/// demands it (W521). E213, E502, E406.
std::vector<DeclaredInput> read_inputs(const syntax::Network& network, const Sequence& layers, Reporter& reporter);

/// The most elements of a sample.
inline constexpr std::int64_t kMostSampleElements = std::int64_t{1} << 62;

/// False where a sample has more than those, unknown sizes left out: too many to count them safely.
bool is_countable(const Shape& shape);

}  // namespace neural::model
