#include "neural/engine/run/maxima_tasks.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "neural/engine/run/packed_kernel.hpp"
#include "neural/engine/run/plane.hpp"

namespace neural::engine {
namespace {

constexpr std::int64_t kLargestVector = 16;

std::int64_t rounded_up(std::int64_t floats) {
  return (floats + kLargestVector - 1) / kLargestVector * kLargestVector;
}

/// What walks over the patches under the maxima of a sample, in some scratch: the lists of some filters, then the
/// weights of each filter as rows of taps.
class PatchWalk {
 public:
  PatchWalk(const ConvolutionShapes& shapes, std::int64_t count, const Kernels& kernels)
      : plane_(shapes),
        count_(count),
        capacity_(rounded_up(count) + kLargestVector),
        weight_row_(rounded_up(plane_.tap_row())),
        list_(kernels.list_maxima) {}

  const Plane& plane() const { return plane_; }
  std::int64_t weight_row() const { return weight_row_; }
  std::int64_t weights_of_filter() const { return plane_.height.taps * weight_row_; }
  /// Of all filters.
  std::int64_t list_floats() const { return plane_.filters * (2 * capacity_ + 1) + kLargestVector; }

  Patches patches(float* scratch, std::int64_t filters) const {
    Patches p;
    p.lists.capacity = capacity_;
    p.lists.values = scratch;
    p.lists.offsets = reinterpret_cast<std::int32_t*>(scratch + plane_.filters * capacity_);
    p.lists.counts = p.lists.offsets + plane_.filters * capacity_;
    p.channels = filters;
    p.rows = plane_.height.taps;
    p.row_floats = plane_.tap_row();
    p.weight_row = weight_row_;
    p.row_step = plane_.height.dilation * plane_.x_row();
    return p;
  }

  /// The lists of filters [begin, end) of a sample.
  void list(const Patches& p, const float* flow, const std::int32_t* places, std::int64_t begin,
            std::int64_t end) const {
    Maxima m;
    m.flow = flow;
    m.places = places;
    m.count = count_;
    m.channels = plane_.filters;
    m.first = begin;
    m.end = end;
    m.width = plane_.width.y;
    m.row_step = static_cast<std::int32_t>(plane_.row_step());
    m.column_step = static_cast<std::int32_t>(plane_.column_step());
    list_(m, p.lists);
  }

  std::int64_t maxima_of_sample() const { return count_ * plane_.filters; }

 private:
  Plane plane_;
  std::int64_t count_;
  std::int64_t capacity_;
  std::int64_t weight_row_;
  void (*list_)(const Maxima& maxima, const MaximaLists& to);
};

}  // namespace

Task convolution_max_pool_task(const ConvolutionShapes& shapes, const ConvolutionMaxPool& action, std::int64_t units,
                               const Kernels& kernels, const MaximaValues& values, const StepState& state) {
  const Plane plane(shapes);
  const PackedKernel packed(plane, kernels);
  // Along one axis, there is one row.
  const auto columns = std::make_shared<const std::vector<Interval>>(action.pool.back());
  const auto rows = std::make_shared<const std::vector<Interval>>(
      action.pool.size() == 1 ? std::vector<Interval>{{0, 1}} : action.pool.front());
  const std::int64_t used_columns = columns->empty() ? 0 : columns->back().end;
  std::int64_t most_rows = 0;
  std::int64_t most = 0;
  for (const Interval& row : *rows) most_rows = std::max(most_rows, row.end - row.begin);
  for (const Interval& column : *columns) most = std::max(most, most_rows * (column.end - column.begin));
  const std::int64_t line = used_columns * plane.filters;
  const std::int64_t samples = shapes.y.front() / units;
  const std::int64_t padded = plane.is_padded() ? rounded_up(plane.padded_size()) : 0;
  const std::int64_t lines = rounded_up(most_rows * line);
  constexpr std::int64_t kPointer = sizeof(const float*) / sizeof(float);
  Task task;
  task.kernel = "windows in one product, their maxima at once";
  task.scratch_floats = padded + lines + most * (kPointer + 1);
  packed.prepare_by(task, values.kernel, state);
  task.run = [=, multiply = kernels.multiply, max_of_rows = kernels.max_of_rows, is_rectified = action.is_rectified,
              &state](std::int64_t begin, std::int64_t end, float* scratch) {
    float* computed = scratch + padded;
    const auto** in_window = reinterpret_cast<const float**>(computed + lines);
    auto* names = reinterpret_cast<std::int32_t*>(computed + lines + most * kPointer);
    Product p = product_of_row(plane, packed);
    p.rows = used_columns;
    WindowRows window;
    window.rows = in_window;
    window.places = names;
    window.bias = values.bias ? reals(state, *values.bias) : nullptr;
    window.is_rectified = is_rectified;
    const auto maxima = static_cast<std::int64_t>(rows->size() * columns->size()) * plane.filters;
    for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
      const float* from = plane.padded(reals(state, values.x) + sample * plane.x_size(), scratch) + plane.first();
      float* y = writable(state, values.y) + sample * maxima;
      auto* places = static_cast<std::int32_t*>(state.values[values.places]) + sample * maxima;
      for (const Interval& row : *rows) {
        for (std::int64_t i = row.begin; i < row.end; ++i) {
          p.a = from + i * plane.row_step();
          p.c = computed + (i - row.begin) * line;
          multiply(p);
        }
        for (const Interval& column : *columns) {
          window.count = 0;
          for (std::int64_t i = row.begin; i < row.end; ++i) {
            for (std::int64_t j = column.begin; j < column.end; ++j) {
              in_window[window.count] = computed + (i - row.begin) * line + j * plane.filters;
              names[window.count++] = static_cast<std::int32_t>(i * plane.width.y + j);
            }
          }
          max_of_rows(window, plane.filters, y, places);
          y += plane.filters;
          places += plane.filters;
        }
      }
    }
  };
  return task;
}

Task maxima_convolution_input_task(const ConvolutionShapes& shapes, std::int64_t count, std::int64_t units,
                                   const Kernels& kernels, const MaximaValues& values, const StepState& state) {
  const PatchWalk walk(shapes, count, kernels);
  const Plane& plane = walk.plane();
  const std::int64_t samples = shapes.x.front() / units;
  // The kernel by filters: that which a list belongs to stays in registers.
  const std::shared_ptr<float> turned = room_for(plane.filters * walk.weights_of_filter());
  std::fill_n(turned.get(), plane.filters * walk.weights_of_filter(), 0.0F);
  Task task;
  task.kernel = "patches of maxima";
  task.scratch_floats = rounded_up(walk.list_floats()) + (plane.is_padded() ? plane.padded_size() : 0);
  task.preparation_units = plane.height.taps;
  task.prepare = [=, transpose = kernels.transpose, &state](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      Transposed m;
      m.from = reals(state, values.kernel) + row * walk.plane().tap_row() * walk.plane().filters;
      m.from_row = walk.plane().filters;
      m.rows = walk.plane().tap_row();
      m.columns = walk.plane().filters;
      m.to = turned.get() + row * walk.weight_row();
      m.to_row = walk.weights_of_filter();
      transpose(m);
    }
  };
  task.run = [=, spread = kernels.spread_patches, &state](std::int64_t begin, std::int64_t end, float* scratch) {
    const Plane& at = walk.plane();
    float* room = scratch + rounded_up(walk.list_floats());
    Patches p = walk.patches(scratch, at.filters);
    p.weights = turned.get();
    for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
      const std::int64_t first = sample * walk.maxima_of_sample();
      walk.list(p, reals(state, values.y) + first, integers(state, values.places) + first, 0, at.filters);
      float* x = writable(state, values.x) + sample * at.x_size();
      float* sum = at.is_padded() ? room : x;
      std::fill_n(sum, at.padded_size(), 0.0F);
      p.plane = sum + at.first();
      spread(p);
      if (at.is_padded()) at.unpad(room, x);
    }
  };
  return task;
}

Task maxima_convolution_kernel_task(const ConvolutionShapes& shapes, std::int64_t count, const Kernels& kernels,
                                    const MaximaValues& values, const StepState& state) {
  const PatchWalk walk(shapes, count, kernels);
  const std::int64_t lists = rounded_up(walk.list_floats());
  const std::int64_t sums = walk.plane().filters * walk.weights_of_filter();
  const std::int64_t batch = shapes.x.front();
  Task task;
  task.kernel = "patches of maxima";
  task.scratch_floats = lists + sums + (walk.plane().is_padded() ? walk.plane().padded_size() : 0);
  task.run = [=, add = kernels.add_patches, transpose = kernels.transpose, &state](std::int64_t begin, std::int64_t end,
                                                                                   float* scratch) {
    const Plane& plane = walk.plane();
    const std::int64_t filters = end - begin;
    Patches p = walk.patches(scratch, filters);
    p.weights = scratch + lists;
    std::fill_n(p.weights, filters * walk.weights_of_filter(), 0.0F);
    for (std::int64_t sample = 0; sample < batch; ++sample) {
      const std::int64_t first = sample * walk.maxima_of_sample();
      walk.list(p, reals(state, values.y) + first, integers(state, values.places) + first, begin, end);
      const float* x = plane.padded(reals(state, values.x) + sample * plane.x_size(), scratch + lists + sums);
      p.plane = const_cast<float*>(x) + plane.first();  // which is read alone
      add(p);
    }
    for (std::int64_t row = 0; row < plane.height.taps; ++row) {
      Transposed m;
      m.from = p.weights + row * walk.weight_row();
      m.from_row = walk.weights_of_filter();
      m.rows = filters;
      m.columns = plane.tap_row();
      m.to = writable(state, values.kernel) + row * plane.tap_row() * plane.filters + begin;
      m.to_row = plane.filters;
      transpose(m);
    }
  };
  return task;
}

}  // namespace neural::engine
