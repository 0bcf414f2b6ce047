#include "model_rules.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "neural/base/check.hpp"

namespace neural::fuzz {
namespace {

using model::Graph;
using model::Layer;
using model::Model;
using model::Shape;

void require_sizes(const Shape& shape) {
  NEURAL_CHECK(!shape.empty(), "a shape has no axis");
  for (const model::Dimension& dimension : shape) NEURAL_CHECK(!dimension || *dimension >= 1, "an axis has no size");
}

void require_tensors(const Layer& layer) {
  std::unordered_set<std::string_view> names;
  for (const model::Tensor& tensor : layer.tensors()) {
    NEURAL_CHECK(!tensor.name.empty() && names.insert(tensor.name).second, "tensors have names of their own");
    for (const std::int64_t size : tensor.shape) NEURAL_CHECK(size >= 1, "a tensor is empty");
  }
  NEURAL_CHECK(layer.trainable_count() >= 0 && layer.trainable_count() <= layer.parameter_count(),
               "no more parameters are trained than there are");
}

void require_layer(const Layer& layer);

/// `inputs` are the shapes of the tensors the graph is given.
void require_graph(const std::vector<Layer>& layers, std::vector<Shape> tensors) {
  NEURAL_CHECK(!layers.empty(), "a graph has no layer");
  for (const Layer& layer : layers) {
    NEURAL_CHECK(!layer.inputs.empty(), "a layer takes nothing");
    for (const model::TensorId id : layer.inputs) {
      NEURAL_CHECK(id.index < tensors.size(), "a layer takes a tensor that is not there yet");
    }
    NEURAL_CHECK(layer.input == tensors[layer.inputs.front().index], "a layer takes another shape than it is given");
    require_layer(layer);
    tensors.push_back(layer.output);
  }
}

void require_layer(const Layer& layer) {
  require_sizes(layer.input);
  require_sizes(layer.output);
  require_tensors(layer);
  NEURAL_CHECK(!layer.type_name().empty() && layer.line >= 1, "a layer has a type and a place");
  if (layer.wrapped != nullptr) require_layer(*layer.wrapped);
  if (const Graph* body = layer.body()) {
    NEURAL_CHECK(!body->layers.empty(), "a body has no layer");
    require_graph(body->layers, {body->layers.front().input});
  }
}

void collect_names(const std::vector<Layer>& layers, std::vector<std::string_view>& names) {
  for (const Layer& layer : layers) {
    names.push_back(layer.name);
    if (layer.wrapped != nullptr) names.push_back(layer.wrapped->name);
    if (const Graph* body = layer.body()) collect_names(body->layers, names);
  }
}

void require_names(const Model& model) {
  std::vector<std::string_view> names;
  collect_names(model.layers, names);
  std::sort(names.begin(), names.end());
  NEURAL_CHECK(std::adjacent_find(names.begin(), names.end()) == names.end(), "two layers have one name");
  NEURAL_CHECK(names.empty() || !names.front().empty(), "a layer has no name");
}

std::size_t count(const Layer& layer) {
  std::size_t layers = 1;
  if (layer.wrapped != nullptr) layers += count(*layer.wrapped);
  if (const Graph* body = layer.body()) {
    for (const Layer& inner : body->layers) layers += count(inner);
  }
  return layers;
}

}  // namespace

void require_sound(const Model& model) {
  NEURAL_CHECK(!model.inputs.empty() && !model.layers.empty(), "a network has an input and a layer");
  std::vector<Shape> inputs;
  for (const model::Input& input : model.inputs) {
    require_sizes(input.shape);
    inputs.push_back(input.shape);
  }
  require_graph(model.layers, std::move(inputs));
  require_names(model);
  NEURAL_CHECK(model.trainable_count() >= 0 && model.trainable_count() <= model.parameter_count(),
               "no more parameters are trained than there are");
  NEURAL_CHECK(model.training.epochs >= 1 && model.training.batch_size >= 1, "a training has no step");
}

std::size_t layer_count(const Model& model) {
  std::size_t layers = 0;
  for (const Layer& layer : model.layers) layers += count(layer);
  return layers;
}

}  // namespace neural::fuzz
