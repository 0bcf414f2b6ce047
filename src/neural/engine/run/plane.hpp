// A convolution along one axis or two, without groups or depthwise, as sizes and steps over memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "neural/engine/run/window_tasks.hpp"

namespace neural::engine {

/// A convolution along two axes; of one axis, the first has one place.
class Plane {
 public:
  struct Axis {
    std::int64_t x = 1;
    std::int64_t y = 1;
    std::int64_t taps = 1;
    std::int64_t stride = 1;
    std::int64_t dilation = 1;
    std::int64_t before = 0;   ///< zeros in front of x
    std::int64_t skipped = 0;  ///< places of x that no window begins before
    std::int64_t padded = 1;   ///< x with zeros around, as far as windows reach
  };

  explicit Plane(const ConvolutionShapes& shapes) : channels(shapes.x.back()), filters(shapes.y.back()) {
    const Window& window = shapes.window;
    const std::size_t axes = window.strides.size();
    for (std::size_t i = 0; i < axes; ++i) {
      Axis& axis = i + 1 == axes ? width : height;
      axis.x = shapes.x[i + 1];
      axis.y = shapes.y[i + 1];
      axis.taps = shapes.kernel[i];
      axis.stride = window.strides[i];
      axis.dilation = window.dilations[i];
      axis.before = std::max<std::int64_t>(window.pads[i].first, 0);
      axis.skipped = std::max<std::int64_t>(-window.pads[i].first, 0);
      const std::int64_t reach = (axis.y - 1) * axis.stride + (axis.taps - 1) * axis.dilation + 1;
      axis.padded = std::max(axis.before + axis.x, axis.skipped + reach);
    }
  }

  bool is_padded() const { return height.padded != height.x || width.padded != width.x; }
  std::int64_t x_size() const { return height.x * width.x * channels; }
  std::int64_t y_size() const { return height.y * width.y * filters; }
  std::int64_t padded_size() const { return height.padded * width.padded * channels; }
  std::int64_t x_row() const { return width.padded * channels; }
  /// A row of taps, which lies together in x.
  std::int64_t tap_row() const { return width.taps * channels; }
  std::int64_t depth() const { return height.taps * tap_row(); }
  std::int64_t first() const { return height.skipped * x_row() + width.skipped * channels; }

  /// Elements of the padded x from what a window covers to what the one below it, and the one beside it, covers.
  std::int64_t row_step() const { return height.stride * x_row(); }
  std::int64_t column_step() const { return width.stride * channels; }

  /// x, or a copy of it with zeros around.
  const float* padded(const float* x, float* room) const {
    if (!is_padded()) return x;
    std::fill_n(room, padded_size(), 0.0F);
    const std::int64_t count = width.x * channels;
    for (std::int64_t row = 0; row < height.x; ++row) {
      std::memcpy(room + (height.before + row) * x_row() + width.before * channels, x + row * count,
                  static_cast<std::size_t>(count) * sizeof(float));
    }
    return room;
  }

  /// The reverse: x without what is around it.
  void unpad(const float* padded, float* x) const {
    const std::int64_t count = width.x * channels;
    for (std::int64_t row = 0; row < height.x; ++row) {
      std::memcpy(x + row * count, padded + (height.before + row) * x_row() + width.before * channels,
                  static_cast<std::size_t>(count) * sizeof(float));
    }
  }

  Axis height;
  Axis width;
  std::int64_t channels = 0;
  std::int64_t filters = 0;
};

}  // namespace neural::engine
