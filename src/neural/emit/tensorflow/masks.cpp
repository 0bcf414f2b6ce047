// Which tensors have steps that do not count. Keras carries the masks; here it is only known where they are.
#include <algorithm>

#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/model/layer_queries.hpp"

namespace neural::emit::tensorflow {

using model::Activation;
using model::LayerKind;
using model::Parameter;

/// True, with E701, where Keras has no meaning for a mask, or loses it.
bool Lowering::refuses_mask() {
  if (!session_.masked.contains(inputs_.front())) return false;
  if (layer_.kind == LayerKind::Softmax) {
    refuse("masked steps", "use `Activation(\"softmax\")`, which does not look at masks");
    return true;
  }
  const bool is_function = layer_.kind == LayerKind::Activation &&
                           activation_of(Parameter::function) == Activation::celu &&
                           !attributes_.at(Parameter::alpha).is_none();
  if (is_function) refuse("masked steps", "leave `alpha` out: Keras has a layer for it that hands the mask on");
  return is_function;
}

/// True if some steps of the layer's result do not count; `inputs` say it of what it takes.
bool Lowering::gives_mask(const std::vector<bool>& inputs) const {
  const bool any = std::find(inputs.begin(), inputs.end(), true) != inputs.end();
  const bool all = std::find(inputs.begin(), inputs.end(), false) == inputs.end();
  switch (layer_.kind) {
    case LayerKind::Masking:
      return true;
    case LayerKind::Embedding:
      return attributes_.boolean(Parameter::mask_zero);
    case LayerKind::Add:
    case LayerKind::Subtract:
    case LayerKind::Multiply:
    case LayerKind::Average:
    case LayerKind::Maximum:
    case LayerKind::Minimum:
      return all;
    case LayerKind::Concatenate: {
      const std::int64_t axis = attributes_.integer(Parameter::axis);
      return axis == -1 || axis == static_cast<std::int64_t>(layer_.output.size()) ? all : any;
    }
    case LayerKind::ResidualConnection: {
      const model::Shortcut& shortcut = *layer_.parts->shortcut;
      return all && !shortcut.projects && !shortcut.crops() && session_.masked.contains(kTensor);
    }
    default:
      if (layer_.body() != nullptr && layer_.kind != LayerKind::TimeDistributed)
        return session_.masked.contains(kTensor);
      return hands_mask_on(layer_) && inputs.front();
  }
}

}  // namespace neural::emit::tensorflow
