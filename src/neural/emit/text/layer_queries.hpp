// Questions about layers that several backends ask.
#pragma once

#include <algorithm>

#include "neural/model/model.hpp"

namespace neural::emit {

/// True if the layer or one inside it is such.
template <class Predicate>
bool holds(const model::Layer& layer, Predicate is_such) {
  if (is_such(layer) || (layer.wrapped && holds(*layer.wrapped, is_such))) return true;
  const model::Graph* body = layer.body();
  return body != nullptr && std::any_of(body->layers.begin(), body->layers.end(),
                                        [&](const model::Layer& each) { return holds(each, is_such); });
}

/// True if the layer, or one inside it, marks steps that do not count: Masking, or an Embedding with mask_zero.
inline bool marks_steps(const model::Layer& layer) {
  return holds(layer, [](const model::Layer& each) {
    return each.kind == model::LayerKind::Masking ||
           (each.kind == model::LayerKind::Embedding && each.attributes.boolean(model::Parameter::mask_zero));
  });
}

/// True if steps that do not count in the layer's input do not count in its result either, as in Keras.
bool hands_mask_on(const model::Layer& layer);

/// Layers that hand on the elements they get.
inline bool keeps_elements(model::LayerKind kind) {
  using model::LayerKind;
  return kind == LayerKind::Identity || kind == LayerKind::Flatten || kind == LayerKind::Reshape ||
         kind == LayerKind::Permute || kind == LayerKind::RepeatVector;
}

}  // namespace neural::emit
