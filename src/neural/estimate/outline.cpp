#include "neural/estimate/outline.hpp"

#include <algorithm>
#include <span>

#include "neural/estimate/work.hpp"

namespace neural::estimate {

using model::Layer;
using model::LayerKind;
using model::Shape;

Cost& Cost::operator+=(const Cost& other) {
  forward += other.forward;
  forward_backward += other.forward_backward;
  activation_bytes += other.activation_bytes;
  return *this;
}

namespace {

/// To the totals, or to the node it is inside.
template <class Sum>
void add(const Node& node, Sum& sum) {
  sum.layers += node.layers;
  sum.parameters += node.parameters;
  sum.trainable_parameters += node.trainable_parameters;
  sum.cost += node.cost;
  sum.uncounted += node.uncounted;
  sum.is_dynamic = sum.is_dynamic || node.is_dynamic;
}

/// How often a layer inside others runs for one sample, and whether its weights are held (and trained) outside.
struct Use {
  Amount times = 1;
  bool trains_outside = false;
};

class Builder {
 public:
  explicit Builder(const model::Model& model) : model_(model) {}

  Outline build() {
    Outline outline{.model = &model_};
    std::vector<const Shape*> tensors;
    for (const model::Input& input : model_.inputs) tensors.push_back(&input.shape);
    outline.layers = nodes_of(model_.layers, std::move(tensors), {});
    for (const Node& node : outline.layers) add(node, outline.totals);
    outline.totals.memory = memory(outline.totals.cost.activation_bytes);
    return outline;
  }

 private:
  std::vector<Node> nodes_of(const std::vector<Layer>& layers, std::vector<const Shape*> tensors, const Use& use) {
    std::vector<Node> nodes;
    nodes.reserve(layers.size());
    std::vector<const Shape*> inputs;
    for (const Layer& layer : layers) {
      inputs.clear();
      for (const model::TensorId tensor : layer.inputs) inputs.push_back(tensors[tensor.index]);
      nodes.push_back(node_of(layer, inputs, use));
      tensors.push_back(&layer.output);
    }
    return nodes;
  }

  Node node_of(const Layer& layer, std::span<const Shape* const> inputs, const Use& use) {
    Node node{.layer = &layer};
    const bool trains = count_tensors(layer, node) || use.trains_outside;
    const Work work = work_of(layer, inputs);
    const Amount others = work.flops.value() - work.shortcut_flops.value();
    const bool is_residual = layer.kind == LayerKind::ResidualConnection;
    node.cost = {.forward = use.times * work.flops,
                 .forward_backward =
                     use.times * (others * (trains && !is_residual ? 3 : 2) + work.shortcut_flops * (trains ? 3 : 2)),
                 .activation_bytes = use.times * work.kept * activation_bytes(layer, model_.training.mixed_precision)};
    node.uncounted = work.is_known ? 0 : 1;
    node.is_dynamic =
        model::has_unknown_size(layer.output) ||
        std::any_of(inputs.begin(), inputs.end(), [](const Shape* shape) { return model::has_unknown_size(*shape); });
    add_inside(layer, use, trains, node);
    return node;
  }

  /// Whether some of its own tensors are trained. Copies of a layer share their tensors.
  bool count_tensors(const Layer& layer, Node& node) {
    if (layer.own_tensors == nullptr) return false;
    if (counted_ != layer.own_tensors.get()) {
      counted_ = layer.own_tensors.get();
      elements_ = trained_elements_ = 0;
      for (const model::Tensor& tensor : *counted_) {
        elements_ += tensor.size();
        if (tensor.trainable) trained_elements_ += tensor.size();
      }
    }
    node.parameters = elements_;
    node.trainable_parameters = trained_elements_;
    weights_ += weight_bytes(layer) * elements_;
    trained_weights_ += weight_bytes(layer) * trained_elements_;
    return trained_elements_ > 0;
  }

  void add_inside(const Layer& layer, const Use& use, bool trains, Node& node) {
    Use inside = use;
    if (layer.kind == LayerKind::TimeDistributed) inside.times *= layer.output.front().value_or(1);
    if (layer.kind == LayerKind::Bidirectional) inside = {.times = use.times * 2, .trains_outside = trains};
    if (layer.wrapped != nullptr) {
      const Shape* input = &layer.wrapped->input;
      node.wrapped.push_back(node_of(*layer.wrapped, std::span(&input, 1), inside));
      add(node.wrapped.front(), node);
    }
    if (const model::Graph* body = layer.body()) {
      node.body = nodes_of(body->layers, {&body->layers.front().input}, inside);
      for (const Node& child : node.body) add(child, node);
    }
  }

  Memory memory(Amount activations) const {
    Memory memory{.weights = weights_,
                  .gradients = trained_weights_,
                  .optimizer_state = optimizer_slots(model_.optimizer) * trained_weights_,
                  .activations_per_sample = activations,
                  .batch_size = model_.training.batch_size};
    for (const model::Input& input : model_.inputs) memory.inputs_per_sample += input_bytes(input);
    return memory;
  }

  const model::Model& model_;
  const std::vector<model::Tensor>* counted_ = nullptr;  ///< whose elements these are
  Amount elements_;
  Amount trained_elements_;
  Amount weights_;
  Amount trained_weights_;
};

}  // namespace

Outline outline_of(const model::Model& model) {
  return Builder(model).build();
}

}  // namespace neural::estimate
