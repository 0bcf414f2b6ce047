#include "neural/model/deterministic.hpp"

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

}  // namespace

Model without_randomness(const Model& model) {
  Model quiet = model;
  for (Layer& layer : quiet.layers) silence(layer);
  return quiet;
}

}  // namespace neural::model
