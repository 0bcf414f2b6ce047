// Layers that act in training only: dropout and noise of every kind.
#include <utility>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::LayerKind;
using model::Parameter;

/// The module, with a seed of its own where the layer has one.
std::string add(ModuleBuilder& builder, const model::Layer& layer, Expression constructor) {
  const model::Attributes& attributes = layer.attributes;
  if (attributes.at(Parameter::seed).is_none()) return builder.add(layer, std::move(constructor));
  require(builder.program(), seeded());
  return builder.add(
      layer, Expression::call("Seeded",
                              {std::move(constructor), {"seed", std::to_string(attributes.integer(Parameter::seed))}}));
}

void lower_shared_dropout(ModuleBuilder& builder, const model::Layer& layer, const std::string& rate) {
  model::Shape shape = layer.attributes.shape(Parameter::noise_shape);
  shape.insert(shape.begin(), std::nullopt);  // every sample has a mask of its own
  builder.to_declared_order();
  require(builder.program(), shared_dropout());
  builder.call(add(builder, layer, Expression::call("SharedDropout", {{"p", rate}, {"shape", python_shape(shape)}})));
}

/// Whole channels are dropped.
void lower_spatial_dropout(ModuleBuilder& builder, const model::Layer& layer, const std::string& rate) {
  builder.to_channels_first_as_declared(layer);
  const std::string axes = std::to_string(layer.input.size() - 1);
  builder.call(add(builder, layer, Expression::call("nn.Dropout" + axes + "d", {{"p", rate}})));
}

}  // namespace

void lower_dropout(ModuleBuilder& builder, const model::Layer& layer) {
  const model::Attributes& attributes = layer.attributes;
  if (layer.kind == LayerKind::GaussianNoise) {
    require(builder.program(), gaussian_noise());
    const std::string deviation = python_number(attributes.number(Parameter::stddev));
    return builder.call(add(builder, layer, Expression::call("GaussianNoise", {{"stddev", deviation}})));
  }
  const std::string rate = python_number(attributes.number(Parameter::rate));
  switch (layer.kind) {
    case LayerKind::Dropout:
      if (!attributes.at(Parameter::noise_shape).is_none()) return lower_shared_dropout(builder, layer, rate);
      return builder.call(add(builder, layer, Expression::call("nn.Dropout", {{"p", rate}})));
    case LayerKind::SpatialDropout1D:
    case LayerKind::SpatialDropout2D:
    case LayerKind::SpatialDropout3D:
      return lower_spatial_dropout(builder, layer, rate);
    case LayerKind::GaussianDropout:
      require(builder.program(), gaussian_dropout());
      return builder.call(add(builder, layer, Expression::call("GaussianDropout", {{"rate", rate}})));
    case LayerKind::AlphaDropout:
      return builder.call(add(builder, layer, Expression::call("nn.AlphaDropout", {{"p", rate}})));
    default:
      NEURAL_CHECK(false, "no layer of dropout");
  }
}

}  // namespace neural::emit::pytorch
