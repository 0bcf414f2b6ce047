#include "neural/weights/weights.hpp"

namespace neural::weights {
namespace {

void append(const model::Layer& layer, std::vector<NamedTensor>& tensors) {
  for (const model::Tensor& tensor : layer.tensors()) {
    tensors.push_back({layer.name + "/" + tensor.name, &layer, &tensor});
  }
  // Bidirectional has all tensors of the layer it wraps as its own.
  if (layer.wrapped && layer.kind != model::LayerKind::Bidirectional) append(*layer.wrapped, tensors);
  if (layer.body() == nullptr) return;
  for (const model::Layer& inner : layer.body()->layers) append(inner, tensors);
}

}  // namespace

std::vector<NamedTensor> tensors_of(const model::Model& model) {
  std::vector<NamedTensor> tensors;
  for (const model::Layer& layer : model.layers) append(layer, tensors);
  return tensors;
}

}  // namespace neural::weights
