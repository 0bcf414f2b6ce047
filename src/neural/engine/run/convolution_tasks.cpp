// Convolutions whose windows are one product: the kernel is packed once a step, rows of taps follow each other in it.
#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/engine/run/packed_kernel.hpp"
#include "neural/engine/run/plane.hpp"
#include "neural/engine/run/window_tasks.hpp"

namespace neural::engine {
namespace {

/// y from x, the kernel being packed: each row of y is one product.
Task rows_of_products(const Plane& plane, std::int64_t samples, const Kernels& kernels, std::size_t x, std::size_t y,
                      const PackedKernel& packed, const StepState& state) {
  const auto multiply = kernels.multiply;
  Task task;
  task.kernel = "windows in one product";
  task.scratch_floats = plane.is_padded() ? plane.padded_size() : 0;
  task.run = [=, &state](std::int64_t begin, std::int64_t end, float* buffer) {
    Product p = product_of_row(plane, packed);
    p.rows = plane.width.y;
    for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
      const float* from = plane.padded(reals(state, x) + sample * plane.x_size(), buffer) + plane.first();
      float* to = writable(state, y) + sample * plane.y_size();
      for (std::int64_t row = 0; row < plane.height.y; ++row) {
        p.a = from + row * plane.row_step();
        p.c = to + row * plane.width.y * plane.filters;
        multiply(p);
      }
    }
  };
  return task;
}

}  // namespace

std::shared_ptr<float> room_for(std::int64_t floats) {
  constexpr std::size_t kAlignment = 64;
  const auto bytes = (static_cast<std::size_t>(floats) * sizeof(float) + kAlignment - 1) / kAlignment * kAlignment;
  return {static_cast<float*>(::operator new(bytes, std::align_val_t{kAlignment})),
          [](float* place) { ::operator delete(place, std::align_val_t{kAlignment}); }};
}

PackedKernel::PackedKernel(const Plane& plane, const Kernels& kernels)
    : strip(kernels.strip),
      strips((plane.filters + strip - 1) / strip),
      strip_size(plane.depth() * strip),
      filters(plane.filters),
      depth(plane.depth()),
      pack(kernels.pack),
      room(room_for(strips * strip_size)) {}

void PackedKernel::prepare_by(Task& task, std::size_t kernel, const StepState& state) const {
  task.preparation_units = strips;
  task.prepare = [kernel, &state, packed = *this](std::int64_t begin, std::int64_t end) {
    Product p;
    p.columns = std::min(end * packed.strip, packed.filters) - begin * packed.strip;
    p.depth = packed.depth;
    p.b = reals(state, kernel) + begin * packed.strip;
    p.b_row = packed.filters;
    p.b_column = 1;
    packed.pack(p, packed.room.get() + begin * packed.strip_size, packed.strip_size);
  };
}

Product product_of_row(const Plane& plane, const PackedKernel& packed) {
  Product p;
  p.columns = plane.filters;
  p.depth = plane.tap_row();
  p.a_row = plane.column_step();
  p.a_column = 1;
  p.blocks = plane.height.taps;
  p.a_block = plane.height.dilation * plane.x_row();
  p.b = packed.room.get();
  p.packed_strip = packed.strip_size;
  p.c_row = plane.filters;
  return p;
}

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
  const PackedKernel packed(plane, kernels);
  Task task = rows_of_products(plane, shapes.y.front() / units, kernels, values.x, values.y, packed, state);
  packed.prepare_by(task, values.kernel, state);
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
  const PackedKernel packed(plane, kernels);
  Task task = rows_of_products(plane, shapes.x.front() / units, kernels, values.y, values.x, packed, state);
  const std::int64_t taps = plane.height.taps * plane.width.taps;
  task.preparation_units = taps;
  task.prepare = [=, &state](std::int64_t begin, std::int64_t end) {
    for (std::int64_t tap = begin; tap < end; ++tap) {
      Product p;
      p.columns = plane.filters;
      p.depth = plane.channels;
      p.b = reals(state, values.kernel) + (taps - 1 - tap) * plane.channels * plane.filters;
      p.b_row = 1;
      p.b_column = plane.channels;
      packed.pack(p, packed.room.get() + tap * plane.channels * packed.strip, packed.strip_size);
    }
  };
  return task;
}

Task packed_convolution_kernel_task(const ConvolutionShapes& shapes, std::int64_t parts, const Kernels& kernels,
                                    ConvolutionValues values, const StepState& state) {
  const Plane plane(shapes);
  const std::int64_t batch = shapes.y.front();
  const std::int64_t places = plane.height.y * plane.width.y;
  const std::int64_t strip_size = places * kernels.strip;
  const std::int64_t packed = (plane.filters + kernels.strip - 1) / kernels.strip * strip_size;
  Task task;
  task.kernel = "windows in one product";
  task.scratch_floats = packed + (plane.is_padded() ? plane.padded_size() : 0);
  task.run = [=, pack = kernels.pack, multiply = kernels.multiply, &state](std::int64_t begin, std::int64_t end,
                                                                           float* buffer) {
    Product p;
    p.rows = plane.tap_row();
    p.depth = plane.width.y;
    p.a_row = 1;
    p.a_column = plane.width.stride * plane.channels;
    p.a_block = plane.height.stride * plane.x_row();
    p.c_row = plane.filters;
    const auto add_sample = [&](std::int64_t sample, std::int64_t filter, float* kernel) {
      const float* x = plane.padded(reals(state, values.x) + sample * plane.x_size(), buffer + packed) + plane.first();
      // All places of y as the depth, one row of places a block.
      p.b = reals(state, values.y) + sample * plane.y_size() + filter;
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
    };
    float* kernel = writable(state, values.kernel);
    if (parts > 0) {
      const std::int64_t size = plane.depth() * plane.filters;
      p.columns = plane.filters;
      for (std::int64_t sample = begin * batch / parts; sample < end * batch / parts; ++sample) {
        add_sample(sample, 0, kernel + sample * size);
      }
      return;
    }
    p.columns = end - begin;
    p.accumulates = true;
    for (std::int64_t row = 0; row < plane.depth(); ++row) {
      std::fill_n(kernel + row * plane.filters + begin, end - begin, 0.0F);
    }
    for (std::int64_t sample = 0; sample < batch; ++sample) add_sample(sample, begin, kernel + begin);
  };
  return task;
}

}  // namespace neural::engine
