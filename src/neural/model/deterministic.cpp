#include "neural/model/deterministic.hpp"

#include <algorithm>
#include <array>

#include "neural/model/inner_layers.hpp"

namespace neural::model {
namespace {

constexpr std::array kStrengths = {Parameter::rate, Parameter::stddev, Parameter::dropout,
                                   Parameter::recurrent_dropout};

void silence(Layer& layer) {
  for (const Parameter strength : kStrengths) {
    if (layer.attributes.has(strength)) layer.attributes.set(strength, {0.0});
  }
  change_inside(layer, silence);
}

bool is_random_layer(const Layer& layer) {
  const auto is_strong = [&](Parameter strength) {
    return layer.attributes.has(strength) && layer.attributes.number(strength) != 0;
  };
  if (std::any_of(kStrengths.begin(), kStrengths.end(), is_strong)) return true;
  if (layer.wrapped && is_random_layer(*layer.wrapped)) return true;
  return layer.body() != nullptr &&
         std::any_of(layer.body()->layers.begin(), layer.body()->layers.end(), is_random_layer);
}

}  // namespace

Model without_randomness(const Model& model) {
  Model quiet = model;
  for (Layer& layer : quiet.layers) silence(layer);
  return quiet;
}

bool is_random(const Model& model) {
  return std::any_of(model.layers.begin(), model.layers.end(), is_random_layer);
}

}  // namespace neural::model
