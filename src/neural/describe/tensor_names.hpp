// What the tensors of a graph are called: an input by its name, what a layer gives by the layer's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neural/estimate/outline.hpp"

namespace neural::describe {

/// The names in one graph: the network's own, or the one inside a layer.
class TensorNames {
 public:
  static TensorNames of_network(const estimate::Outline& outline) {
    return {&outline.model->inputs, {}, outline.layers};
  }

  /// Of a body that takes what the layer called `outside` hands in.
  static TensorNames of_body(std::string_view outside, const std::vector<estimate::Node>& body) {
    return {nullptr, outside, body};
  }

  /// The body of a layer takes the wrapped layer's result where there is one, else what the layer itself has: its
  /// input, or of a transformer block its result.
  static TensorNames of_body(const estimate::Node& node) {
    return of_body(node.wrapped.empty() ? node.layer->name : node.wrapped.front().layer->name, node.body);
  }

  std::size_t input_count() const { return inputs_ == nullptr ? 1 : inputs_->size(); }

  std::string_view of(model::TensorId tensor) const {
    const std::size_t count = input_count();
    if (tensor.index >= count) return layers_[tensor.index - count].layer->name;
    return inputs_ == nullptr ? outside_ : std::string_view((*inputs_)[tensor.index].name);
  }

  /// True if the layer at this place takes just what stands before it.
  bool follows(std::size_t place) const {
    const auto& inputs = layers_[place].layer->inputs;
    return inputs.size() == 1 && inputs.front().index + 1 == input_count() + place;
  }

 private:
  TensorNames(const std::vector<model::Input>* inputs, std::string_view outside,
              const std::vector<estimate::Node>& layers)
      : inputs_(inputs), outside_(outside), layers_(layers) {}

  const std::vector<model::Input>* inputs_;
  std::string_view outside_;
  const std::vector<estimate::Node>& layers_;
};

}  // namespace neural::describe
