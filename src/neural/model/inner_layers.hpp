// Changing the layers inside a layer, which copies of a Model share.
#pragma once

#include <memory>
#include <utility>

#include "neural/model/model.hpp"

namespace neural::model {

/// Gives the layer copies of its own of the wrapped layer and of the body's layers, each after `change(copy)`.
template <class Change>
void change_inside(Layer& layer, Change change) {
  if (layer.wrapped) {
    auto wrapped = std::make_shared<Layer>(*layer.wrapped);
    change(*wrapped);
    layer.wrapped = std::move(wrapped);
  }
  if (layer.body() == nullptr) return;
  auto parts = std::make_shared<LayerParts>(*layer.parts);
  auto body = std::make_shared<Graph>(*parts->body);
  for (Layer& inner : body->layers) change(inner);
  parts->body = std::move(body);
  layer.parts = std::move(parts);
}

}  // namespace neural::model
