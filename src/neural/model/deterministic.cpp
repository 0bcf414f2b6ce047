#include "neural/model/deterministic.hpp"

#include <array>

namespace neural::model {
namespace {

constexpr std::array kStrengths = {Parameter::rate, Parameter::stddev, Parameter::dropout,
                                   Parameter::recurrent_dropout};

void silence(Layer& layer) {
  for (const Parameter strength : kStrengths) {
    if (layer.attributes.has(strength)) layer.attributes.set(strength, {0.0});
  }
  if (layer.wrapped) {
    auto wrapped = std::make_shared<Layer>(*layer.wrapped);
    silence(*wrapped);
    layer.wrapped = std::move(wrapped);
  }
  if (layer.body() == nullptr) return;
  auto parts = std::make_shared<LayerParts>(*layer.parts);
  auto body = std::make_shared<Graph>(*parts->body);
  for (Layer& inner : body->layers) silence(inner);
  parts->body = std::move(body);
  layer.parts = std::move(parts);
}

}  // namespace

Model without_randomness(const Model& model) {
  Model quiet = model;
  for (Layer& layer : quiet.layers) silence(layer);
  return quiet;
}

}  // namespace neural::model
