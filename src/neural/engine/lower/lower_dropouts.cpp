// Layers that act in training only: dropout and noise of every kind, by the formulas of Keras.
#include <cmath>

#include "neural/base/check.hpp"
#include "neural/engine/lower/lowering.hpp"

namespace neural::engine {
namespace {

using model::LayerKind;
using model::Parameter;

/// As x, with 1 where all elements along the axis share a number.
Shape noise_shape(Lowering& lowering, const model::Layer& layer, ValueId x) {
  Shape shape = lowering.builder().shape(x);
  const bool is_spatial = layer.kind == LayerKind::SpatialDropout1D || layer.kind == LayerKind::SpatialDropout2D ||
                          layer.kind == LayerKind::SpatialDropout3D;
  if (is_spatial) {
    const bool is_first = model::is_channels_first(layer.attributes);
    for (std::size_t axis = 1; axis < shape.size(); ++axis) {
      if (axis != (is_first ? 1 : shape.size() - 1)) shape[axis] = 1;
    }
    return shape;
  }
  if (layer.kind == LayerKind::GaussianDropout || !layer.attributes.has(Parameter::noise_shape)) return shape;
  if (layer.attributes.at(Parameter::noise_shape).is_none()) return shape;
  const model::Shape& noise = layer.attributes.shape(Parameter::noise_shape);
  for (std::size_t i = 0; i < noise.size(); ++i) shape[i + 1] = noise[i].value_or(shape[i + 1]);
  return shape;
}

}  // namespace

Flow lower_dropout(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const model::Attributes& attributes = layer.attributes;
  std::optional<std::int64_t> seed;
  if (!attributes.at(Parameter::seed).is_none()) seed = attributes.integer(Parameter::seed);
  const auto random = [&](Random::Kind kind) {
    return lowering.random(noise_shape(lowering, layer, input.value), kind, seed);
  };
  if (layer.kind == LayerKind::GaussianNoise) {
    const double deviation = attributes.number(Parameter::stddev);
    if (deviation == 0) return input;
    input.value = builder.elementwise({input.value, random(Random::Kind::kNormal)},
                                      [&](std::span<const Term> in) { return in[0] + deviation * in[1]; });
    return input;
  }
  const double rate = attributes.number(Parameter::rate);
  if (rate == 0) return input;
  switch (layer.kind) {
    case LayerKind::GaussianDropout: {
      const double deviation = std::sqrt(rate / (1 - rate));
      input.value = builder.elementwise({input.value, random(Random::Kind::kNormal)},
                                        [&](std::span<const Term> in) { return in[0] * (1 + deviation * in[1]); });
      return input;
    }
    case LayerKind::AlphaDropout: {
      // Dropped values become α', and an affine map brings mean and variance back (Klambauer et al. 2017).
      constexpr double kDropped = -1.0507009873554805 * 1.6732632423543772;
      const double kept = 1 - rate;
      const double factor = 1 / std::sqrt(kept * (1 + rate * kDropped * kDropped));
      const double offset = -factor * kDropped * rate;
      input.value = builder.elementwise({input.value, random(Random::Kind::kUniform)}, [&](std::span<const Term> in) {
        return factor * select(less(in[1], in[1].number(rate)), in[1].number(kDropped), in[0]) + offset;
      });
      return input;
    }
    default:
      input.value = builder.elementwise({input.value, random(Random::Kind::kUniform)}, [&](std::span<const Term> in) {
        return select(less(in[1], in[1].number(rate)), in[1].number(0), in[0] * (1 / (1 - rate)));
      });
      return input;
  }
}

}  // namespace neural::engine
