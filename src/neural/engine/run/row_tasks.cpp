// Operations along an axis: sums, maxima, softmax and what belongs to it.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "neural/engine/reference/strides.hpp"
#include "neural/engine/run/task_maker.hpp"

namespace neural::engine {
namespace {

using reference::broadcast_strides;
using reference::Walk;

void largest_of_columns(const float* from, float* to, std::int64_t rows, std::int64_t width, std::int64_t begin,
                        std::int64_t end) {
  std::fill(to + begin, to + end, -std::numeric_limits<float>::infinity());
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* row = from + r * width;
    for (std::int64_t j = begin; j < end; ++j) to[j] = row[j] > to[j] || row[j] != row[j] ? row[j] : to[j];
  }
}

/// In sixteen sums side by side, which are added at the end: the same for every instruction set.
float reduce_row(const float* row, std::int64_t count, bool is_sum) {
  if (!is_sum) {
    float largest = -std::numeric_limits<float>::infinity();
    for (std::int64_t i = 0; i < count; ++i) largest = row[i] > largest || row[i] != row[i] ? row[i] : largest;
    return largest;
  }
  constexpr std::int64_t kSums = 16;
  float sums[kSums] = {};
  std::int64_t i = 0;
  for (; i + kSums <= count; i += kSums) {
    for (std::int64_t j = 0; j < kSums; ++j) sums[j] += row[i + j];
  }
  for (; i < count; ++i) sums[i % kSums] += row[i];
  for (std::int64_t step = kSums / 2; step > 0; step /= 2) {
    for (std::int64_t j = 0; j < step; ++j) sums[j] += sums[j + step];
  }
  return sums[0];
}

/// `use(row)` of rows of the last axis.
template <class Use>
Task each_row(const Shape& shape, std::int64_t units, Use use) {
  const std::int64_t width = shape.back();
  const std::int64_t rows = width > 0 ? element_count(shape) / width / units : 0;
  return {[=](std::int64_t begin, std::int64_t end, float* buffer) {
            for (std::int64_t row = begin * rows; row < end * rows; ++row) use(row, width, buffer);
          },
          shape.back() + kBlock, "rows"};
}

/// exp(x - largest) of a row into `to`; gives the largest and the sum.
std::pair<float, float> exponentials(const float* row, std::int64_t width, float* to, BlockFunction exponential) {
  const float largest = reduce_row(row, width, false);
  alignas(64) float block[kBlock];
  for (std::int64_t i = 0; i < width; i += kBlock) {
    const std::int64_t count = std::min(kBlock, width - i);
    for (std::int64_t j = 0; j < count; ++j) block[j] = row[i + j] - largest;
    exponential(block, block, block, block, count);
    std::memcpy(to + i, block, static_cast<std::size_t>(count) * sizeof(float));
  }
  return {largest, reduce_row(to, width, true)};
}

}  // namespace

Task TaskMaker::make(const Reduce& action) {
  const Shape& from = in(0);
  const bool is_sum = action.kind == Reduce::Kind::kSum;
  // Over leading axes, or over trailing ones: rows and columns of a matrix.
  const auto first = static_cast<std::size_t>(action.axes.front());
  bool is_run = true;
  for (std::size_t i = 1; i < action.axes.size(); ++i) is_run = is_run && action.axes[i] == action.axes[i - 1] + 1;
  if (!is_run) return reduce_apart(action);
  const auto last = static_cast<std::size_t>(action.axes.back());
  const std::int64_t outer = element_count({from.begin(), from.begin() + static_cast<std::ptrdiff_t>(first)});
  const std::int64_t reduced = element_count(
      {from.begin() + static_cast<std::ptrdiff_t>(first), from.begin() + static_cast<std::ptrdiff_t>(last) + 1});
  const std::int64_t inner = element_count({from.begin() + static_cast<std::ptrdiff_t>(last) + 1, from.end()});
  const auto reduce_columns = [is_sum, sum = kernels_.sum_rows](const float* from_rows, float* to, std::int64_t rows,
                                                                std::int64_t width, std::int64_t begin,
                                                                std::int64_t end) {
    if (is_sum) return sum(from_rows + begin, rows, width, end - begin, to + begin);
    largest_of_columns(from_rows, to, rows, width, begin, end);
  };
  if (first == 0) {
    // Units are columns; each sum in the order of the rows.
    return {[=, x = input(0), y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
              reduce_columns(reals(state, x), writable(state, y), reduced, inner, begin, end);
            },
            0, "columns"};
  }
  const std::int64_t rows = outer / units_;
  return {[=, x = input(0), y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
            for (std::int64_t o = begin * rows; o < end * rows; ++o) {
              const float* row = reals(state, x) + o * reduced * inner;
              float* to = writable(state, y) + o * inner;
              if (inner == 1) {
                *to = reduce_row(row, reduced, is_sum);
              } else {
                reduce_columns(row, to, reduced, inner, 0, inner);
              }
            }
          },
          0, "rows"};
}

Task TaskMaker::reduce_apart(const Reduce& action) {
  if (action.axes.front() == 0) return by_reference();
  const std::int64_t from_size = element_count(in(0)) / units_;
  const std::int64_t to_size = element_count(out()) / units_;
  Shape part = in(0);
  part.front() /= units_;
  Shape result = out();
  result.front() /= units_;
  const bool is_sum = action.kind == Reduce::Kind::kSum;
  return {[=, x = input(0), y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
            for (std::int64_t unit = begin; unit < end; ++unit) {
              const float* from = reals(state, x) + unit * from_size;
              float* to = writable(state, y) + unit * to_size;
              std::fill_n(to, to_size, is_sum ? 0.0F : -std::numeric_limits<float>::infinity());
              Walk walk(part, {broadcast_strides(result, part)});
              for (std::int64_t i = 0; i < from_size; ++i, walk.next()) {
                float& sum = to[walk.place(0)];
                if (is_sum) {
                  sum += from[i];
                } else if (from[i] > sum || from[i] != from[i]) {
                  sum = from[i];
                }
              }
            }
          },
          0, "walk"};
}

Task TaskMaker::make(const Softmax&) {
  const BlockFunction exponential = kernels_.function(Function::exponential);
  return each_row(in(0), units_,
                  [=, x = input(0), y = output(), &state = state_](std::int64_t row, std::int64_t width, float*) {
                    float* to = writable(state, y) + row * width;
                    const float sum = exponentials(reals(state, x) + row * width, width, to, exponential).second;
                    for (std::int64_t i = 0; i < width; ++i) to[i] /= sum;
                  });
}

Task TaskMaker::make(const LogSoftmax&) {
  const BlockFunction exponential = kernels_.function(Function::exponential);
  return each_row(
      in(0), units_,
      [=, x = input(0), y = output(), &state = state_](std::int64_t row, std::int64_t width, float* buffer) {
        const float* from = reals(state, x) + row * width;
        const auto [largest, sum] = exponentials(from, width, buffer, exponential);
        const float shift = largest + std::log(sum);
        float* to = writable(state, y) + row * width;
        for (std::int64_t i = 0; i < width; ++i) to[i] = from[i] - shift;
      });
}

Task TaskMaker::make(const CrossEntropy&) {
  const BlockFunction exponential = kernels_.function(Function::exponential);
  return each_row(in(0), units_,
                  [=, x = input(0), classes = input(1), y = output(), &state = state_](
                      std::int64_t row, std::int64_t width, float* buffer) {
                    const float* from = reals(state, x) + row * width;
                    const auto [largest, sum] = exponentials(from, width, buffer, exponential);
                    writable(state, y)[row] = largest + std::log(sum) - from[integers(state, classes)[row]];
                  });
}

Task TaskMaker::make(const CrossEntropyInput&) {
  const BlockFunction exponential = kernels_.function(Function::exponential);
  return each_row(in(0), units_,
                  [=, x = input(0), classes = input(1), flow = input(2), y = output(), &state = state_](
                      std::int64_t row, std::int64_t width, float*) {
                    float* to = writable(state, y) + row * width;
                    const float sum = exponentials(reals(state, x) + row * width, width, to, exponential).second;
                    const float factor = reals(state, flow)[row];
                    for (std::int64_t i = 0; i < width; ++i) to[i] = to[i] / sum * factor;
                    to[integers(state, classes)[row]] -= factor;
                  });
}

Task TaskMaker::make(const ArgMax&) {
  const std::int64_t width = in(0).back();
  const std::int64_t rows = element_count(out()) / units_;
  return {[=, x = input(0), y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
            for (std::int64_t row = begin * rows; row < end * rows; ++row) {
              const float* from = reals(state, x) + row * width;
              static_cast<std::int32_t*>(state.values[y])[row] =
                  static_cast<std::int32_t>(std::max_element(from, from + width) - from);
            }
          },
          0, "rows"};
}

}  // namespace neural::engine
