// A network with what it costs: every layer, with everything inside it, in numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "neural/base/amount.hpp"
#include "neural/estimate/memory.hpp"
#include "neural/model/model.hpp"

namespace neural::estimate {

/// For one sample; see work.hpp for what is counted.
struct Cost {
  Amount forward;  ///< floating-point operations of one forward pass
  /// Forward and backward. The backward pass of a layer with trained weights takes two products of the size of the
  /// forward one, for the gradients of its input and of its weights; without weights only the first: 3 and 2 times the
  /// forward pass. It is an upper bound, as the first layers need no gradient of their input.
  Amount forward_backward;
  Amount activation_bytes;  ///< what training keeps of the forward pass for the backward pass

  Cost& operator+=(const Cost& other);
};

/// A layer with everything inside it. The cost of what is inside is that of all its uses for one sample: all steps of
/// a TimeDistributed, both directions of a Bidirectional.
struct Node {
  const model::Layer* layer = nullptr;
  Amount parameters;
  Amount trainable_parameters;
  Cost cost;
  Amount layers = 1;          ///< it and those inside
  Amount uncounted;           ///< of them without built-in meaning: their operations are not part of the cost
  bool is_dynamic = false;    ///< a size that is not known was counted as 1
  std::vector<Node> wrapped;  ///< none or one
  std::vector<Node> body;
};

struct Totals {
  Amount layers;
  Amount parameters;
  Amount trainable_parameters;
  Cost cost;
  Amount uncounted;
  bool is_dynamic = false;
  Memory memory;
};

struct Outline {
  const model::Model* model = nullptr;  ///< outlives the outline, as the nodes point into it
  std::vector<Node> layers;
  Totals totals;
};

/// Linear in the layers and the connections between them.
Outline outline_of(const model::Model& model);

}  // namespace neural::estimate
