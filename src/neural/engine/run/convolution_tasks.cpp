// Convolutions whose windows are one product: the kernel is packed once a step, rows of taps follow each other in it.
#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/engine/run/window_tasks.hpp"

namespace neural::engine {
namespace {

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

  Axis height;
  Axis width;
  std::int64_t channels = 0;
  std::int64_t filters = 0;
};

std::int64_t strips_of(std::int64_t columns, const Kernels& kernels) {
  return (columns + kernels.strip - 1) / kernels.strip;
}

/// Packed weights, which every step makes anew.
std::shared_ptr<float> room_for(std::int64_t floats) {
  constexpr std::size_t kAlignment = 64;
  const auto bytes = (static_cast<std::size_t>(floats) * sizeof(float) + kAlignment - 1) / kAlignment * kAlignment;
  return {static_cast<float*>(::operator new(bytes, std::align_val_t{kAlignment})),
          [](float* place) { ::operator delete(place, std::align_val_t{kAlignment}); }};
}

/// y from x, the kernel being packed: each row of y is one product.
Task rows_of_products(const Plane& plane, std::int64_t samples, const Kernels& kernels, std::size_t x, std::size_t y,
                      std::shared_ptr<float> packed, const StepState& state) {
  const auto multiply = kernels.multiply;
  const std::int64_t strip_size = plane.depth() * kernels.strip;
  Task task;
  task.kernel = "windows in one product";
  task.scratch_floats = plane.is_padded() ? plane.padded_size() : 0;
  task.run = [=, packed = std::move(packed), &state](std::int64_t begin, std::int64_t end, float* buffer) {
    Product p;
    p.rows = plane.width.y;
    p.columns = plane.filters;
    p.depth = plane.tap_row();
    p.a_row = plane.width.stride * plane.channels;
    p.a_column = 1;
    p.blocks = plane.height.taps;
    p.a_block = plane.height.dilation * plane.x_row();
    p.b = packed.get();
    p.packed_strip = strip_size;
    p.c_row = plane.filters;
    for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
      const float* from = plane.padded(reals(state, x) + sample * plane.x_size(), buffer) + plane.first();
      float* to = writable(state, y) + sample * plane.y_size();
      for (std::int64_t row = 0; row < plane.height.y; ++row) {
        p.a = from + row * plane.height.stride * plane.x_row();
        p.c = to + row * plane.width.y * plane.filters;
        multiply(p);
      }
    }
  };
  return task;
}

}  // namespace

bool has_packed_convolution(const ConvolutionShapes& shapes) {
  const Window& window = shapes.window;
  return window.groups == 1 && window.strides.size() <= 2 && window.dilations.back() == 1;
}

bool has_packed_convolution_input(const ConvolutionShapes& shapes) {
  const std::vector<std::int64_t>& strides = shapes.window.strides;
  return has_packed_convolution(shapes) &&
         std::all_of(strides.begin(), strides.end(), [](std::int64_t stride) { return stride == 1; });
}

Task packed_convolution_task(const ConvolutionShapes& shapes, std::int64_t units, const Kernels& kernels,
                             ConvolutionValues values, const StepState& state) {
  const Plane plane(shapes);
  const std::int64_t strips = strips_of(plane.filters, kernels);
  const std::int64_t strip_size = plane.depth() * kernels.strip;
  const std::shared_ptr<float> packed = room_for(strips * strip_size);
  Task task = rows_of_products(plane, shapes.y.front() / units, kernels, values.x, values.y, packed, state);
  task.preparation_units = strips;
  task.prepare = [=, pack = kernels.pack, strip = kernels.strip, &state](std::int64_t begin, std::int64_t end) {
    Product p;
    p.columns = std::min(end * strip, plane.filters) - begin * strip;
    p.depth = plane.depth();
    p.b = reals(state, values.kernel) + begin * strip;
    p.b_row = plane.filters;
    p.b_column = 1;
    pack(p, packed.get() + begin * strip_size, strip_size);
  };
  return task;
}

Task packed_convolution_input_task(const ConvolutionShapes& shapes, std::int64_t units, const Kernels& kernels,
                                   ConvolutionValues values, const StepState& state) {
  // As a convolution over y: filters are channels, what lies around is what the window reaches beyond the pads.
  ConvolutionShapes mirrored = {shapes.y, shapes.kernel, shapes.x, shapes.window};
  std::swap(mirrored.kernel[mirrored.kernel.size() - 2], mirrored.kernel.back());
  for (std::size_t i = 0; i < mirrored.window.pads.size(); ++i) {
    const std::int64_t reach = (shapes.kernel[i] - 1) * shapes.window.dilations[i];
    mirrored.window.pads[i] = {reach - shapes.window.pads[i].first, reach - shapes.window.pads[i].second};
  }
  const Plane plane(mirrored);
  const std::int64_t strips = strips_of(plane.filters, kernels);
  const std::int64_t strip_size = plane.depth() * kernels.strip;
  const std::shared_ptr<float> packed = room_for(strips * strip_size);
  Task task = rows_of_products(plane, shapes.x.front() / units, kernels, values.y, values.x, packed, state);
  const std::int64_t taps = plane.height.taps * plane.width.taps;
  task.preparation_units = taps;
  task.prepare = [=, pack = kernels.pack, strip = kernels.strip, &state](std::int64_t begin, std::int64_t end) {
    for (std::int64_t tap = begin; tap < end; ++tap) {
      Product p;
      p.columns = plane.filters;
      p.depth = plane.channels;
      p.b = reals(state, values.kernel) + (taps - 1 - tap) * plane.channels * plane.filters;
      p.b_row = 1;
      p.b_column = plane.channels;
      pack(p, packed.get() + tap * plane.channels * strip, strip_size);
    }
  };
  return task;
}

Task packed_convolution_kernel_task(const ConvolutionShapes& shapes, const Kernels& kernels, ConvolutionValues values,
                                    const StepState& state) {
  const Plane plane(shapes);
  const std::int64_t batch = shapes.y.front();
  const std::int64_t places = plane.height.y * plane.width.y;
  const std::int64_t strip_size = places * kernels.strip;
  const std::int64_t packed = strips_of(plane.filters, kernels) * strip_size;
  Task task;
  task.kernel = "windows in one product";
  task.scratch_floats = packed + (plane.is_padded() ? plane.padded_size() : 0);
  task.run = [=, pack = kernels.pack, multiply = kernels.multiply, &state](std::int64_t begin, std::int64_t end,
                                                                           float* buffer) {
    float* kernel = writable(state, values.kernel) + begin;
    for (std::int64_t row = 0; row < plane.depth(); ++row) {
      std::fill_n(kernel + row * plane.filters, end - begin, 0.0F);
    }
    Product p;
    p.rows = plane.tap_row();
    p.columns = end - begin;
    p.depth = plane.width.y;
    p.a_row = 1;
    p.a_column = plane.width.stride * plane.channels;
    p.a_block = plane.height.stride * plane.x_row();
    p.c_row = plane.filters;
    p.accumulates = true;
    for (std::int64_t sample = 0; sample < batch; ++sample) {
      const float* x = plane.padded(reals(state, values.x) + sample * plane.x_size(), buffer + packed) + plane.first();
      // All places of y as the depth, one row of places a block.
      p.b = reals(state, values.y) + sample * plane.y_size() + begin;
      p.b_row = plane.filters;
      p.b_column = 1;
      p.blocks = plane.height.y;
      p.packed_strip = 0;
      pack(p, buffer, strip_size);
      p.b = buffer;
      p.packed_strip = strip_size;
      for (std::int64_t tap = 0; tap < plane.height.taps; ++tap) {
        p.a = x + tap * plane.height.dilation * plane.x_row();
        p.c = kernel + tap * plane.tap_row() * plane.filters;
        multiply(p);
      }
    }
  };
  return task;
}

}  // namespace neural::engine
