// Questions about layers that several backends ask.
#pragma once

#include <algorithm>

#include "neural/model/model.hpp"

namespace neural::model {

/// True if the layer or one inside it is such.
template <class Predicate>
bool holds(const Layer& layer, Predicate is_such) {
  if (is_such(layer) || (layer.wrapped && holds(*layer.wrapped, is_such))) return true;
  const Graph* body = layer.body();
  return body != nullptr &&
         std::any_of(body->layers.begin(), body->layers.end(), [&](const Layer& each) { return holds(each, is_such); });
}

/// True if the layer, or one inside it, marks steps that do not count: Masking, or an Embedding with mask_zero.
inline bool marks_steps(const Layer& layer) {
  return holds(layer, [](const Layer& each) {
    return each.kind == LayerKind::Masking ||
           (each.kind == LayerKind::Embedding && each.attributes.boolean(Parameter::mask_zero));
  });
}

/// True if steps that do not count in the layer's input do not count in its result either, as in Keras.
bool hands_mask_on(const Layer& layer);

/// Layers that hand on the elements they get.
inline bool keeps_elements(LayerKind kind) {
  return kind == LayerKind::Identity || kind == LayerKind::Flatten || kind == LayerKind::Reshape ||
         kind == LayerKind::Permute || kind == LayerKind::RepeatVector;
}

}  // namespace neural::model
