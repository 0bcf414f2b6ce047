// Layers that change the sizes of an image without weights: ZeroPadding, Cropping, UpSampling.
#include <algorithm>
#include <cmath>

#include "neural/base/check.hpp"
#include "neural/engine/lower/lowering.hpp"

namespace neural::engine {
namespace {

using model::LayerKind;
using model::Parameter;

ValueId zero_padded(Builder& builder, const model::Layer& layer, ValueId x) {
  const std::vector<std::int64_t>& pads = layer.attributes.integers(Parameter::padding);
  Shape begin(builder.shape(x).size(), 0);
  Shape size = builder.shape(x);
  for (std::size_t i = 0; i < pads.size() / 2; ++i) {
    begin[i + 1] = pads[2 * i];
    size[i + 1] += pads[2 * i] + pads[2 * i + 1];
  }
  return builder.pad(x, begin, size);
}

ValueId cropped(Builder& builder, const model::Layer& layer, ValueId x) {
  const std::vector<std::int64_t>& cuts = layer.attributes.integers(Parameter::cropping);
  Shape begin(builder.shape(x).size(), 0);
  Shape size = builder.shape(x);
  for (std::size_t i = 0; i < cuts.size() / 2; ++i) {
    begin[i + 1] = cuts[2 * i];
    size[i + 1] -= cuts[2 * i] + cuts[2 * i + 1];
  }
  return builder.slice(x, begin, size);
}

/// Each element `factor` times.
ValueId repeated(Builder& builder, ValueId x, int axis, std::int64_t factor) {
  const Shape shape = builder.shape(x);
  const auto at = static_cast<std::size_t>(axis);
  Shape apart = shape;
  apart.insert(apart.begin() + axis + 1, 1);
  Shape wide = apart;
  wide[at + 1] = factor;
  Shape result = shape;
  result[at] *= factor;
  return builder.reshape(builder.broadcast(builder.reshape(x, apart), wide), result);
}

/// Linear between the centres of elements, held at the ends: a product with a matrix [from, to].
ValueId stretched(Builder& builder, ValueId x, int axis, std::int64_t factor) {
  const std::int64_t from = builder.shape(x)[static_cast<std::size_t>(axis)];
  const std::int64_t to = from * factor;
  std::vector<double> matrix(static_cast<std::size_t>(from * to), 0);
  for (std::int64_t i = 0; i < to; ++i) {
    const double place = (static_cast<double>(i) + 0.5) / static_cast<double>(factor) - 0.5;
    const auto below = static_cast<std::int64_t>(std::floor(place));
    const double share = place - static_cast<double>(below);
    const auto add = [&](std::int64_t row, double value) {
      matrix[static_cast<std::size_t>(std::clamp<std::int64_t>(row, 0, from - 1) * to + i)] += value;
    };
    add(below, 1 - share);
    add(below + 1, share);
  }
  const ValueId last = builder.swap_axes(x, axis, -1);
  return builder.swap_axes(linear(builder, last, builder.constant({from, to}, std::move(matrix)), std::nullopt), axis,
                           -1);
}

ValueId up_sampled(Builder& builder, const model::Layer& layer, ValueId x) {
  const std::vector<std::int64_t>& sizes = layer.attributes.integers(Parameter::size);
  const bool is_smooth =
      layer.attributes.has(Parameter::interpolation) && layer.attributes.word(Parameter::interpolation) == "bilinear";
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const int axis = static_cast<int>(i) + 1;
    if (sizes[i] != 1) x = is_smooth ? stretched(builder, x, axis, sizes[i]) : repeated(builder, x, axis, sizes[i]);
  }
  return x;
}

}  // namespace

Flow lower_sizes(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const ValueId x = channels_last(lowering, layer, input.value);
  ValueId y;
  switch (layer.kind) {
    case LayerKind::ZeroPadding1D:
    case LayerKind::ZeroPadding2D:
    case LayerKind::ZeroPadding3D:
      y = zero_padded(builder, layer, x);
      break;
    case LayerKind::Cropping1D:
    case LayerKind::Cropping2D:
    case LayerKind::Cropping3D:
      y = cropped(builder, layer, x);
      break;
    default:
      y = up_sampled(builder, layer, x);
  }
  return {as_declared(lowering, layer, y)};
}

}  // namespace neural::engine
