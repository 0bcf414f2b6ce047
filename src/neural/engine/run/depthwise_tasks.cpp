// Depthwise convolutions with one filter a channel: all channels of a place at once.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "neural/engine/run/plane.hpp"
#include "neural/engine/run/window_tasks.hpp"

namespace neural::engine {
namespace {

/// Taps that are read together: where in x, and with which row of the kernel.
struct Taps {
  std::vector<std::int32_t> offsets;
  std::vector<std::int32_t> rows;

  void add(std::int64_t offset, std::int64_t row) {
    offsets.push_back(static_cast<std::int32_t>(offset));
    rows.push_back(static_cast<std::int32_t>(row));
  }
  void put_into(ChannelWindows& windows) const {
    windows.offsets = offsets.data();
    windows.tap_rows = rows.data();
    windows.taps = static_cast<int>(offsets.size());
  }
};

Taps all_taps(const Plane& plane) {
  Taps taps;
  for (std::int64_t row = 0; row < plane.height.taps; ++row) {
    for (std::int64_t column = 0; column < plane.width.taps; ++column) {
      taps.add(row * plane.height.dilation * plane.x_row() + column * plane.width.dilation * plane.channels,
               row * plane.width.taps + column);
    }
  }
  return taps;
}

/// Of an axis on the way back: the places of x that are `stride` apart from `first` on, which the same taps lie over.
struct Phase {
  std::int64_t first = 0;
  std::int64_t count = 0;
  struct Tap {
    std::int64_t number;
    std::int64_t y;  ///< the place of y whose window has this tap over `first`; may lie outside of y
  };
  std::vector<Tap> taps;
};

std::vector<Phase> phases_of(const Plane::Axis& axis) {
  std::vector<Phase> phases;
  for (std::int64_t first = 0; first < std::min(axis.stride, axis.x); ++first) {
    Phase phase = {first, (axis.x - first + axis.stride - 1) / axis.stride, {}};
    for (std::int64_t tap = 0; tap < axis.taps; ++tap) {
      const std::int64_t at = first + axis.before - axis.skipped - tap * axis.dilation;
      if (at % axis.stride == 0) phase.taps.push_back({tap, at / axis.stride});
    }
    phases.push_back(std::move(phase));
  }
  return phases;
}

/// How far phases reach beyond y, before its first and behind its last place.
std::array<std::int64_t, 2> margins_of(const std::vector<Phase>& phases, std::int64_t places) {
  std::array<std::int64_t, 2> margins = {0, 0};
  for (const Phase& phase : phases) {
    for (const Phase::Tap& tap : phase.taps) {
      margins[0] = std::max(margins[0], -tap.y);
      margins[1] = std::max(margins[1], tap.y + phase.count - places);
    }
  }
  return margins;
}

}  // namespace

bool is_depthwise(const ConvolutionShapes& shapes) {
  const std::int64_t channels = shapes.x.back();
  // Of fewer channels a vector would be mostly empty.
  constexpr std::int64_t kFewest = 4;
  return shapes.window.groups == channels && shapes.y.back() == channels && channels >= kFewest &&
         shapes.window.strides.size() <= 2;
}

Task depthwise_task(const ConvolutionShapes& shapes, std::int64_t units, const Kernels& kernels,
                    ConvolutionValues values, const StepState& state) {
  const Plane plane(shapes);
  const std::int64_t samples = shapes.y.front() / units;
  Task task;
  task.kernel = "channels";
  task.scratch_floats = plane.is_padded() ? plane.padded_size() : 0;
  task.run = [=, taps = all_taps(plane), sum = kernels.sum_windows, &state](std::int64_t begin, std::int64_t end,
                                                                            float* buffer) {
    ChannelWindows windows;
    taps.put_into(windows);
    windows.x_step = plane.column_step();
    windows.weights = writable(state, values.kernel);
    windows.weight_row = windows.y_step = windows.channels = plane.channels;
    windows.places = plane.width.y;
    for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
      const float* from = plane.padded(reals(state, values.x) + sample * plane.x_size(), buffer) + plane.first();
      for (std::int64_t row = 0; row < plane.height.y; ++row) {
        windows.x = from + row * plane.row_step();
        windows.y = writable(state, values.y) + sample * plane.y_size() + row * plane.width.y * plane.channels;
        sum(windows);
      }
    }
  };
  return task;
}

Task depthwise_input_task(const ConvolutionShapes& shapes, std::int64_t units, const Kernels& kernels,
                          ConvolutionValues values, const StepState& state) {
  const Plane plane(shapes);
  const std::int64_t samples = shapes.x.front() / units;
  const std::int64_t channels = plane.channels;
  const std::vector<Phase> rows = phases_of(plane.height);
  const std::vector<Phase> columns = phases_of(plane.width);
  const auto [above, below] = margins_of(rows, plane.height.y);
  const auto [before, behind] = margins_of(columns, plane.width.y);
  // y with zeros around, as far as windows over x reach.
  const std::int64_t y_row = (before + plane.width.y + behind) * channels;
  const std::int64_t padded_size = (above + plane.height.y + below) * y_row;
  const std::int64_t origin = above * y_row + before * channels;
  std::vector<Taps> taps;
  for (const Phase& row : rows) {
    for (const Phase& column : columns) {
      Taps& each = taps.emplace_back();
      for (const Phase::Tap& down : row.taps) {
        for (const Phase::Tap& right : column.taps) {
          each.add(origin + down.y * y_row + right.y * channels, down.number * plane.width.taps + right.number);
        }
      }
    }
  }
  Task task;
  task.kernel = "channels";
  task.scratch_floats = padded_size;
  task.run = [=, sum = kernels.sum_windows, &state](std::int64_t begin, std::int64_t end, float* padded) {
    ChannelWindows windows;
    windows.x_step = channels;
    windows.weights = writable(state, values.kernel);
    windows.weight_row = windows.channels = channels;
    windows.y_step = plane.width.stride * channels;
    std::fill_n(padded, padded_size, 0.0F);
    for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
      const float* from = reals(state, values.y) + sample * plane.y_size();
      for (std::int64_t row = 0; row < plane.height.y; ++row) {
        std::memcpy(padded + origin + row * y_row, from + row * plane.width.y * channels,
                    static_cast<std::size_t>(plane.width.y * channels) * sizeof(float));
      }
      float* to = writable(state, values.x) + sample * plane.x_size();
      std::size_t next = 0;
      for (const Phase& row : rows) {
        for (const Phase& column : columns) {
          taps[next++].put_into(windows);
          windows.places = column.count;
          for (std::int64_t i = 0; i < row.count; ++i) {
            windows.x = padded + i * y_row;
            windows.y = to + ((row.first + i * plane.height.stride) * plane.width.x + column.first) * channels;
            sum(windows);
          }
        }
      }
    }
  };
  return task;
}

Task depthwise_kernel_task(const ConvolutionShapes& shapes, std::int64_t parts, const Kernels& kernels,
                           ConvolutionValues values, const StepState& state) {
  const Plane plane(shapes);
  const std::int64_t batch = shapes.y.front();
  Task task;
  task.kernel = "channels";
  task.scratch_floats = plane.is_padded() ? plane.padded_size() : 0;
  task.run = [=, taps = all_taps(plane), add = kernels.add_window_products, &state](std::int64_t begin,
                                                                                    std::int64_t end, float* buffer) {
    ChannelWindows windows;
    taps.put_into(windows);
    windows.x_step = plane.column_step();
    windows.weight_row = windows.y_step = plane.channels;
    windows.places = plane.width.y;
    const auto add_sample = [&](std::int64_t sample, std::int64_t channel, float* weights) {
      windows.weights = weights;
      const float* from = plane.padded(reals(state, values.x) + sample * plane.x_size(), buffer) + plane.first();
      float* y = writable(state, values.y) + sample * plane.y_size();
      for (std::int64_t row = 0; row < plane.height.y; ++row) {
        windows.x = from + row * plane.row_step() + channel;
        windows.y = y + row * plane.width.y * plane.channels + channel;
        add(windows);
      }
    };
    const std::int64_t size = windows.taps * plane.channels;
    float* kernel = writable(state, values.kernel);
    if (parts > 0) {
      windows.channels = plane.channels;
      for (std::int64_t sample = begin * batch / parts; sample < end * batch / parts; ++sample) {
        std::fill_n(kernel + sample * size, size, 0.0F);
        add_sample(sample, 0, kernel + sample * size);
      }
      return;
    }
    windows.channels = end - begin;
    for (int tap = 0; tap < windows.taps; ++tap) std::fill_n(kernel + tap * plane.channels + begin, end - begin, 0.0F);
    for (std::int64_t sample = 0; sample < batch; ++sample) add_sample(sample, begin, kernel + begin);
  };
  return task;
}

}  // namespace neural::engine
