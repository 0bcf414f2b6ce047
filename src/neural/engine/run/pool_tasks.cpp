#include <algorithm>
#include <memory>

#include "neural/engine/reference/strides.hpp"
#include "neural/engine/run/window_tasks.hpp"

namespace neural::engine {
namespace {

using reference::Walk;

/// The sizes of what is pooled and of what comes of it, of one sample.
struct PoolShape {
  Shape x;  ///< spatial
  Shape y;
  std::int64_t channels = 0;
  std::int64_t x_size = 0;
  std::int64_t y_size = 0;

  PoolShape(const Windows& windows, const Shape& shape)
      : x(shape.begin() + 1, shape.end() - 1), channels(shape.back()) {
    for (const auto& axis : windows) y.push_back(static_cast<std::int64_t>(axis.size()));
    x_size = element_count(x) * channels;
    y_size = element_count(y) * channels;
  }
};

/// `use(place of y, spatial place of x)` for each element of each window, window by window.
template <class Begin, class Use, class End>
void each_window(const Windows& windows, const PoolShape& shape, Begin begin_window, Use use, End end_window) {
  Walk walk(shape.y, {});
  const std::int64_t count = element_count(shape.y);
  Shape sizes(shape.y.size());
  for (std::int64_t place = 0; place < count; ++place, walk.next()) {
    std::int64_t elements = 1;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const Interval& interval = windows[i][static_cast<std::size_t>(walk.index()[i])];
      sizes[i] = interval.end - interval.begin;
      elements *= sizes[i];
    }
    begin_window(place, elements);
    Walk inside(sizes, {});
    for (std::int64_t e = 0; e < elements; ++e, inside.next()) {
      std::int64_t spatial = 0;
      for (std::size_t i = 0; i < sizes.size(); ++i) {
        spatial =
            spatial * shape.x[i] + windows[i][static_cast<std::size_t>(walk.index()[i])].begin + inside.index()[i];
      }
      use(place, spatial, e == 0);
    }
    end_window(place, elements);
  }
}

}  // namespace

Task max_pool_task(const Windows& windows, const Shape& x, std::int64_t units, const Kernels& kernels,
                   PoolValues values, const StepState& state) {
  const PoolShape shape(windows, x);
  const std::int64_t samples = x.front() / units;
  // The rows of every window, one window behind the other.
  struct Places {
    std::vector<std::int32_t> rows;
    std::vector<std::int32_t> counts;
    int most = 0;
  };
  auto places = std::make_shared<Places>();
  each_window(
      windows, shape,
      [&](std::int64_t, std::int64_t elements) {
        places->counts.push_back(static_cast<std::int32_t>(elements));
        places->most = std::max(places->most, static_cast<int>(elements));
      },
      [&](std::int64_t, std::int64_t spatial, bool) { places->rows.push_back(static_cast<std::int32_t>(spatial)); },
      [](std::int64_t, std::int64_t) {});
  const auto max_of_rows = kernels.max_of_rows;
  constexpr std::int64_t kPointer = sizeof(const float*) / sizeof(float);
  return {[=, &state](std::int64_t begin, std::int64_t end, float* scratch) {
            const float** rows = reinterpret_cast<const float**>(scratch);
            for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
              const float* from = reals(state, values.from) + sample * shape.x_size;
              float* to = writable(state, values.to) + sample * shape.y_size;
              auto* winners = static_cast<std::int32_t*>(state.values[values.places]) + sample * shape.y_size;
              const std::int32_t* row = places->rows.data();
              for (const std::int32_t count : places->counts) {
                for (std::int32_t i = 0; i < count; ++i) rows[i] = from + row[i] * shape.channels;
                max_of_rows({rows, row, count}, shape.channels, to, winners);
                row += count;
                to += shape.channels;
                winners += shape.channels;
              }
            }
          },
          places->most * kPointer, "windows"};
}

Task average_pool_task(const Windows& windows, std::optional<std::int64_t> full_size, const Shape& x,
                       std::int64_t units, PoolValues values, const StepState& state) {
  const PoolShape shape(windows, x);
  const std::int64_t samples = x.front() / units;
  return {
      [=, &state](std::int64_t begin, std::int64_t end, float*) {
        for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
          const float* from = reals(state, values.from) + sample * shape.x_size;
          float* to = writable(state, values.to) + sample * shape.y_size;
          each_window(
              windows, shape,
              [&](std::int64_t place, std::int64_t) { std::fill_n(to + place * shape.channels, shape.channels, 0.0F); },
              [&](std::int64_t place, std::int64_t spatial, bool) {
                const float* row = from + spatial * shape.channels;
                float* sum = to + place * shape.channels;
                for (std::int64_t c = 0; c < shape.channels; ++c) sum[c] += row[c];
              },
              [&](std::int64_t place, std::int64_t elements) {
                const auto divisor = static_cast<float>(full_size.value_or(elements));
                float* sum = to + place * shape.channels;
                for (std::int64_t c = 0; c < shape.channels; ++c) sum[c] /= divisor;
              });
        }
      },
      0, "windows"};
}

Task average_pool_input_task(const Windows& windows, std::optional<std::int64_t> full_size, const Shape& x,
                             std::int64_t units, PoolValues values, const StepState& state) {
  const PoolShape shape(windows, x);
  const std::int64_t samples = x.front() / units;
  return {
      [=, &state](std::int64_t begin, std::int64_t end, float*) {
        for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
          const float* from = reals(state, values.from) + sample * shape.y_size;
          float* to = writable(state, values.to) + sample * shape.x_size;
          std::fill_n(to, shape.x_size, 0.0F);
          float divisor = 1;
          each_window(
              windows, shape,
              [&](std::int64_t, std::int64_t elements) { divisor = static_cast<float>(full_size.value_or(elements)); },
              [&](std::int64_t place, std::int64_t spatial, bool) {
                const float* share = from + place * shape.channels;
                float* sum = to + spatial * shape.channels;
                for (std::int64_t c = 0; c < shape.channels; ++c) sum[c] += share[c] / divisor;
              },
              [](std::int64_t, std::int64_t) {});
        }
      },
      0, "windows"};
}

}  // namespace neural::engine
