// The shapes of a network: runs the shape rules over the expanded layers and makes the Model's layers of them.
#pragma once

#include <optional>
#include <vector>

#include "neural/model/expand.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/ast.hpp"

namespace neural::model {

struct InferredNetwork {
  std::vector<Input> inputs;
  std::vector<Layer> layers;  ///< after an error those that are still understood
};

/// All layers in order, named, with shapes and parameter tensors. `loss`, where it is known, gives Output its
/// activation. Linear in the layers.
InferredNetwork infer(const syntax::Network& network, const Sequence& layers, std::optional<LossKind> loss,
                      Reporter& reporter);

}  // namespace neural::model
