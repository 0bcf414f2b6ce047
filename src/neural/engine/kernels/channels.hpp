// Sums channel by channel: of rows, and of the windows of a depthwise convolution.
#pragma once

#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/kernels/vector.hpp"

namespace neural::engine::NEURAL_ISA {

/// `use(channel, load, store)` for vectors of channels, a part of one at the end.
template <class Use>
NEURAL_INLINE void each_channels(std::int64_t channels, Use use) {
  std::int64_t c = 0;
  for (; c + kLanes <= channels; c += kLanes) {
    use(
        c, [](const float* from) __attribute__((always_inline)) { return load(from); },
        [](float* to, Floats x) __attribute__((always_inline)) { store(to, x); });
  }
  if (c == channels) return;
  const std::int64_t left = channels - c;
  use(
      c, [left](const float* from) __attribute__((always_inline)) { return load_part(from, left); },
      [left](float* to, Floats x) __attribute__((always_inline)) { store_part(to, x, left); });
}

inline void sum_rows(const float* from, std::int64_t rows, std::int64_t row_floats, std::int64_t channels, float* to) {
  constexpr int kTogether = 4;
  std::int64_t c = 0;
  for (; c + kTogether * kLanes <= channels; c += kTogether * kLanes) {
    Floats sums[kTogether] = {};
    for (std::int64_t r = 0; r < rows; ++r) {
      const float* row = from + r * row_floats + c;
      NEURAL_UNROLL
      for (int i = 0; i < kTogether; ++i) sums[i] += load(row + i * kLanes);
    }
    NEURAL_UNROLL
    for (int i = 0; i < kTogether; ++i) store(to + c + i * kLanes, sums[i]);
  }
  each_channels(channels - c, [&](std::int64_t at, auto read, auto write) __attribute__((always_inline)) {
    Floats sum = {};
    for (std::int64_t r = 0; r < rows; ++r) sum += read(from + r * row_floats + c + at);
    write(to + c + at, sum);
  });
}

inline void sum_windows(const ChannelWindows& w) {
  constexpr int kTogether = 4;
  each_channels(w.channels, [&](std::int64_t c, auto read, auto write) __attribute__((always_inline)) {
    std::int64_t place = 0;
    for (; place + kTogether <= w.places; place += kTogether) {
      Floats sums[kTogether] = {};
      for (int t = 0; t < w.taps; ++t) {
        const Floats weight = read(w.weights + w.tap_rows[t] * w.weight_row + c);
        const float* x = w.x + place * w.x_step + w.offsets[t] + c;
        NEURAL_UNROLL
        for (int i = 0; i < kTogether; ++i) sums[i] = multiply_add(read(x + i * w.x_step), weight, sums[i]);
      }
      NEURAL_UNROLL
      for (int i = 0; i < kTogether; ++i) write(w.y + (place + i) * w.y_step + c, sums[i]);
    }
    for (; place < w.places; ++place) {
      Floats sum = {};
      for (int t = 0; t < w.taps; ++t) {
        sum = multiply_add(read(w.x + place * w.x_step + w.offsets[t] + c),
                           read(w.weights + w.tap_rows[t] * w.weight_row + c), sum);
      }
      write(w.y + place * w.y_step + c, sum);
    }
  });
}

/// `kTaps` rows of weights from the tap `first` on, in registers over all places.
template <int kTaps>
NEURAL_INLINE void add_products_of(const ChannelWindows& w, int first) {
  each_channels(w.channels, [&](std::int64_t c, auto read, auto write) __attribute__((always_inline)) {
    Floats sums[kTaps];
    const float* x[kTaps];
    NEURAL_UNROLL
    for (int t = 0; t < kTaps; ++t) {
      sums[t] = read(w.weights + w.tap_rows[first + t] * w.weight_row + c);
      x[t] = w.x + w.offsets[first + t] + c;
    }
    for (std::int64_t place = 0; place < w.places; ++place) {
      const Floats y = read(w.y + place * w.y_step + c);
      NEURAL_UNROLL
      for (int t = 0; t < kTaps; ++t) sums[t] = multiply_add(read(x[t] + place * w.x_step), y, sums[t]);
    }
    NEURAL_UNROLL
    for (int t = 0; t < kTaps; ++t) write(w.weights + w.tap_rows[first + t] * w.weight_row + c, sums[t]);
  });
}

inline void add_window_products(const ChannelWindows& w) {
  int tap = 0;
  for (; tap + 9 <= w.taps; tap += 9) add_products_of<9>(w, tap);
  for (; tap + 5 <= w.taps; tap += 5) add_products_of<5>(w, tap);
  for (; tap + 3 <= w.taps; tap += 3) add_products_of<3>(w, tap);
  for (; tap < w.taps; ++tap) add_products_of<1>(w, tap);
}

}  // namespace neural::engine::NEURAL_ISA
