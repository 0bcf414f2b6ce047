// Windows that slide over the spatial axes of a convolution or a pooling.
#pragma once

#include <optional>
#include <vector>

#include "neural/model/shapes/shape_context.hpp"

namespace neural::model {

/// The size of a window along each spatial axis, and how it moves.
struct Windows {
  std::vector<std::int64_t> sizes;
  std::vector<std::int64_t> strides;
  std::vector<std::int64_t> dilations;
};

/// The spatial sizes after the windows: "valid" ⌊(n − k′)/s⌋ + 1 with k′ = (k − 1)d + 1, "same" ⌈n/s⌉, and a padding
/// of p elements on both sides is "valid" on n + 2p. An unknown size stays unknown. E503.
std::optional<Shape> slide(ShapeContext& context, const Shape& spatial, const Windows& windows);

/// The spatial sizes after transposed windows: "same" n·s, "valid" (n − 1)s + max(k′, s); with an output padding of o
/// (n − 1)s + k′ + o, or for "same" (n − 1)s + (k′ mod 2) + o; with a padding of p (n − 1)s + k′ − 2p + o. E503.
std::optional<Shape> slide_back(ShapeContext& context, const Shape& spatial, const Windows& windows);

/// A shape taken apart by the layer's data_format, and put together again.
struct ImageShape {
  Shape spatial;
  Dimension channels;
};
ImageShape split_channels(const ShapeContext& context);
Shape join_channels(const ShapeContext& context, Shape spatial, Dimension channels);

}  // namespace neural::model
