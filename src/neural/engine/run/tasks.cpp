#include "neural/engine/run/tasks.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

#include "neural/base/check.hpp"
#include "neural/engine/reference/compute.hpp"
#include "neural/engine/reference/strides.hpp"
#include "neural/engine/run/block_program.hpp"
#include "neural/engine/run/window_tasks.hpp"

namespace neural::engine {
namespace {

using reference::broadcast_strides;
using reference::strides_of;
using reference::Walk;

class TaskMaker {
 public:
  TaskMaker(const Graph& graph, const Operation& operation, const Sharing& sharing, const Kernels& kernels,
            const StepState& state)
      : graph_(graph), operation_(operation), units_(sharing.units), kernels_(kernels), state_(state) {}

  Task run() {
    return std::visit([&](const auto& action) { return make(action); }, operation_.action);
  }

 private:
  const Shape& in(std::size_t i) const { return graph_.shape(operation_.inputs[i]); }
  const Shape& out(std::size_t i = 0) const { return graph_.shape(operation_.outputs[i]); }
  std::size_t input(std::size_t i) const { return static_cast<std::size_t>(operation_.inputs[i].index); }
  std::size_t output(std::size_t i = 0) const { return static_cast<std::size_t>(operation_.outputs[i].index); }

  static const float* reals(const StepState& state, std::size_t value) {
    return static_cast<const float*>(state.values[value]);
  }
  static float* writable(const StepState& state, std::size_t value) { return static_cast<float*>(state.values[value]); }
  static const std::int32_t* integers(const StepState& state, std::size_t value) {
    return static_cast<const std::int32_t*>(state.values[value]);
  }

  /// Elements of the result that belong to a unit.
  std::int64_t unit_size(const Shape& shape) const { return element_count(shape) / units_; }

  Task make(const Elementwise& action) {
    std::vector<Shape> shapes;
    for (std::size_t i = 0; i < operation_.inputs.size(); ++i) shapes.push_back(in(i));
    auto program = std::make_shared<const BlockProgram>(action, shapes, out(), kernels_);
    std::vector<std::size_t> from;
    std::vector<std::size_t> to;
    for (std::size_t i = 0; i < operation_.inputs.size(); ++i) from.push_back(input(i));
    for (std::size_t i = 0; i < operation_.outputs.size(); ++i) to.push_back(output(i));
    const std::int64_t size = unit_size(out());
    const std::int64_t scratch = program->scratch_floats();
    return {[=, &state = state_](std::int64_t begin, std::int64_t end, float* buffer) {
              const float* inputs[kMostValues];
              float* outputs[kMostValues];
              for (std::size_t i = 0; i < from.size(); ++i) inputs[i] = reals(state, from[i]);
              for (std::size_t i = 0; i < to.size(); ++i) outputs[i] = writable(state, to[i]);
              program->run(begin * size, end * size, {inputs, from.size()}, {outputs, to.size()}, state.scalars,
                           buffer);
            },
            scratch, "blocks"};
  }

  Task make(const Random& action) {
    const std::int64_t size = unit_size(out());
    return {[=, value = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
              float* to = writable(state, value);
              const std::uint64_t seed = action.seed.value_or(state.seed);
              for (std::int64_t i = begin * size; i < end * size; ++i) {
                to[i] = static_cast<float>(reference::random_element(action.kind, action.stream, seed, state.number,
                                                                     static_cast<std::uint64_t>(i)));
              }
            },
            0, "Philox"};
  }

  Task make(const Constant& action) {
    auto values = std::make_shared<const std::vector<float>>(action.values.begin(), action.values.end());
    return {[=, value = output(), &state = state_](std::int64_t, std::int64_t, float*) {
              std::copy(values->begin(), values->end(), writable(state, value));
            },
            0, "copy"};
  }

  Task make(const Matmul& action) {
    const Shape& a = in(0);
    const Shape& b = in(1);
    const std::size_t left = a.size() - 2;
    const std::size_t right = b.size() - 2;
    const std::int64_t m = action.transpose_a ? a[left + 1] : a[left];
    const std::int64_t k = action.transpose_a ? a[left] : a[left + 1];
    const std::int64_t n = action.transpose_b ? b[right] : b[right + 1];
    const std::int64_t matrices = element_count({a.begin(), a.end() - 2});
    Product base;
    base.columns = n;
    base.depth = k;
    base.a_row = action.transpose_a ? 1 : k;
    base.a_column = action.transpose_a ? m : 1;
    base.b_row = action.transpose_b ? 1 : n;
    base.b_column = action.transpose_b ? k : 1;
    base.c_row = n;
    const bool shares_b = b.size() == 2;
    // Rows of one product, or whole products.
    const std::int64_t rows = a.size() == 2 ? m / units_ : 0;
    const std::int64_t each = a.size() == 2 ? 0 : matrices / units_;
    const auto multiply = kernels_.multiply;
    return {[=, x = input(0), y = input(1), z = output(), &state = state_](std::int64_t begin, std::int64_t end,
                                                                           float* buffer) {
              Product p = base;
              p.scratch = buffer;
              p.a = reals(state, x);
              p.b = reals(state, y);
              p.c = writable(state, z);
              if (rows > 0) {
                p.rows = (end - begin) * rows;
                p.a += begin * rows * p.a_row;
                p.c += begin * rows * n;
                return multiply(p);
              }
              p.rows = m;
              p.a += begin * each * m * k;
              p.c += begin * each * m * n;
              if (!shares_b) p.b += begin * each * k * n;
              for (std::int64_t i = begin * each; i < end * each; ++i) {
                multiply(p);
                p.a += m * k;
                p.c += m * n;
                if (!shares_b) p.b += k * n;
              }
            },
            kernels_.scratch_floats(k), "tiles"};
  }

  Task make(const Convolution& action) {
    return convolution_task({in(0), in(1), out(), action.window}, units_, kernels_, {input(0), input(1), output()},
                            state_);
  }
  Task make(const ConvolutionInput& action) {
    return convolution_input_task({out(), in(1), in(0), action.window}, units_, kernels_,
                                  {output(), input(1), input(0)}, state_);
  }
  Task make(const ConvolutionKernel& action) {
    return convolution_kernel_task({in(0), out(), in(1), action.window}, units_, kernels_,
                                   {input(0), output(), input(1)}, state_);
  }

  /// What has no kernel of its own: the reference's, for all units at once by whoever has the first.
  Task by_reference() {
    const Graph& graph = graph_;
    const Operation& operation = operation_;
    return {[&graph, &operation, &state = state_](std::int64_t begin, std::int64_t, float*) {
              if (begin != 0) return;
              std::vector<const void*> inputs;
              std::vector<void*> outputs;
              for (const ValueId id : operation.inputs)
                inputs.push_back(state.values[static_cast<std::size_t>(id.index)]);
              for (const ValueId id : operation.outputs)
                outputs.push_back(state.values[static_cast<std::size_t>(id.index)]);
              const reference::Step step = {state.scalars, state.seed, state.number};
              reference::compute<float>(graph, operation, inputs, outputs, step);
            },
            0, "reference"};
  }

  Task make(const MaxPool& action) {
    return max_pool_task(action.windows, in(0), units_, {input(0), output(0), output(1)}, state_);
  }
  Task make(const MaxPoolInput&) {
    const Shape& y = in(0);
    const Shape& x = out();
    const std::int64_t channels = y.back();
    const std::int64_t from_size = element_count(y) / y.front();
    const std::int64_t to_size = element_count(x) / x.front();
    const std::int64_t samples = y.front() / units_;
    return {[=, flow = input(0), places = input(1), to = output(), &state = state_](std::int64_t begin,
                                                                                    std::int64_t end, float*) {
              for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
                const float* from = reals(state, flow) + sample * from_size;
                const std::int32_t* place = integers(state, places) + sample * from_size;
                float* result = writable(state, to) + sample * to_size;
                std::fill_n(result, to_size, 0.0F);
                for (std::int64_t i = 0; i < from_size; i += channels) {
                  for (std::int64_t c = 0; c < channels; ++c) result[place[i + c] * channels + c] += from[i + c];
                }
              }
            },
            0, "scatter"};
  }
  Task make(const AveragePool& action) {
    return average_pool_task(action.windows, action.full_size, in(0), units_, {input(0), output()}, state_);
  }
  Task make(const AveragePoolInput& action) {
    return average_pool_input_task(action.windows, action.full_size, out(), units_, {input(0), output()}, state_);
  }

  Task make(const Reduce& action) {
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
    if (first == 0) {
      // Units are columns; each sum in the order of the rows.
      return {[=, x = input(0), y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
                reduce_columns(reals(state, x), writable(state, y), reduced, inner, begin, end, is_sum);
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
                  reduce_columns(row, to, reduced, inner, 0, inner, is_sum);
                }
              }
            },
            0, "rows"};
  }

  static void reduce_columns(const float* from, float* to, std::int64_t rows, std::int64_t width, std::int64_t begin,
                             std::int64_t end, bool is_sum) {
    std::fill(to + begin, to + end, is_sum ? 0.0F : -std::numeric_limits<float>::infinity());
    for (std::int64_t r = 0; r < rows; ++r) {
      const float* row = from + r * width;
      if (is_sum) {
        for (std::int64_t j = begin; j < end; ++j) to[j] += row[j];
      } else {
        for (std::int64_t j = begin; j < end; ++j) to[j] = row[j] > to[j] || row[j] != row[j] ? row[j] : to[j];
      }
    }
  }

  /// In sixteen sums side by side, which are added at the end: the same for every instruction set.
  static float reduce_row(const float* row, std::int64_t count, bool is_sum) {
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

  /// Axes with others between them.
  Task reduce_apart(const Reduce& action) {
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

  /// `use(row)` of rows of the last axis.
  template <class Use>
  Task each_row(const Shape& shape, Use use) {
    const std::int64_t width = shape.back();
    const std::int64_t rows = width > 0 ? element_count(shape) / width / units_ : 0;
    return {[=](std::int64_t begin, std::int64_t end, float* buffer) {
              for (std::int64_t row = begin * rows; row < end * rows; ++row) use(row, width, buffer);
            },
            shape.back() + kBlock, "rows"};
  }

  /// exp(x - largest) of a row into `to`; gives the largest and the sum.
  static std::pair<float, float> exponentials(const float* row, std::int64_t width, float* to,
                                              BlockFunction exponential) {
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

  Task make(const Softmax&) {
    const BlockFunction exponential = kernels_.function(Function::exponential);
    return each_row(in(0),
                    [=, x = input(0), y = output(), &state = state_](std::int64_t row, std::int64_t width, float*) {
                      float* to = writable(state, y) + row * width;
                      const float sum = exponentials(reals(state, x) + row * width, width, to, exponential).second;
                      for (std::int64_t i = 0; i < width; ++i) to[i] /= sum;
                    });
  }
  Task make(const LogSoftmax&) {
    const BlockFunction exponential = kernels_.function(Function::exponential);
    return each_row(
        in(0), [=, x = input(0), y = output(), &state = state_](std::int64_t row, std::int64_t width, float* buffer) {
          const float* from = reals(state, x) + row * width;
          const auto [largest, sum] = exponentials(from, width, buffer, exponential);
          const float shift = largest + std::log(sum);
          float* to = writable(state, y) + row * width;
          for (std::int64_t i = 0; i < width; ++i) to[i] = from[i] - shift;
        });
  }
  Task make(const CrossEntropy&) {
    const BlockFunction exponential = kernels_.function(Function::exponential);
    return each_row(in(0), [=, x = input(0), classes = input(1), y = output(), &state = state_](
                               std::int64_t row, std::int64_t width, float* buffer) {
      const float* from = reals(state, x) + row * width;
      const auto [largest, sum] = exponentials(from, width, buffer, exponential);
      writable(state, y)[row] = largest + std::log(sum) - from[integers(state, classes)[row]];
    });
  }
  Task make(const CrossEntropyInput&) {
    const BlockFunction exponential = kernels_.function(Function::exponential);
    return each_row(in(0), [=, x = input(0), classes = input(1), flow = input(2), y = output(), &state = state_](
                               std::int64_t row, std::int64_t width, float*) {
      float* to = writable(state, y) + row * width;
      const float sum = exponentials(reals(state, x) + row * width, width, to, exponential).second;
      const float factor = reals(state, flow)[row];
      for (std::int64_t i = 0; i < width; ++i) to[i] = to[i] / sum * factor;
      to[integers(state, classes)[row]] -= factor;
    });
  }

  Task make(const Reshape&) {
    return {[](std::int64_t, std::int64_t, float*) {}, 0, "nothing"};
  }

  /// Result elements in order from places of these strides; four bytes each, whatever they are.
  Task copy_walking(std::vector<std::int64_t> strides, std::int64_t begin_place) {
    Shape part = out();
    if (!part.empty()) part.front() /= units_;
    const std::int64_t size = unit_size(out());
    const std::int64_t unit_step = part.empty() ? 0 : strides.front() * part.front();
    // The last axis in one go.
    const std::int64_t width = part.empty() ? 1 : part.back();
    const std::int64_t step = part.empty() ? 1 : strides.back();
    Shape outer(part.begin(), part.empty() ? part.begin() : part.end() - 1);
    std::vector<std::int64_t> outer_strides(strides.begin(), strides.empty() ? strides.begin() : strides.end() - 1);
    return {[=, x = input(0), y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
              for (std::int64_t unit = begin; unit < end; ++unit) {
                const float* from = reals(state, x) + begin_place + unit * unit_step;
                float* to = writable(state, y) + unit * size;
                Walk walk(outer, {outer_strides});
                for (std::int64_t at = 0; at < size; at += width, walk.next()) {
                  const float* row = from + walk.place(0);
                  if (step == 1) {
                    std::memcpy(to + at, row, static_cast<std::size_t>(width) * sizeof(float));
                  } else {
                    for (std::int64_t i = 0; i < width; ++i) to[at + i] = row[i * step];
                  }
                }
              }
            },
            0, "copy"};
  }

  Task make(const Transpose& action) {
    const std::vector<std::int64_t> own = strides_of(in(0));
    std::vector<std::int64_t> strides;
    for (const int axis : action.axes) strides.push_back(own[static_cast<std::size_t>(axis)]);
    return copy_walking(std::move(strides), 0);
  }
  Task make(const Slice& action) {
    std::vector<std::int64_t> strides = strides_of(in(0));
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < strides.size(); ++i) {
      begin += action.begin[i] * strides[i];
      strides[i] *= action.step[i];
    }
    return copy_walking(std::move(strides), begin);
  }
  Task make(const Reverse& action) {
    std::vector<std::int64_t> strides = strides_of(in(0));
    const auto axis = static_cast<std::size_t>(action.axis);
    const std::int64_t begin = (in(0)[axis] - 1) * strides[axis];
    strides[axis] = -strides[axis];
    return copy_walking(std::move(strides), begin);
  }

  Task make(const Pad& action) {
    const bool keeps_first = action.begin.front() == 0 && action.step.front() == 1 && in(0).front() == out().front();
    if (!keeps_first) return by_reference();
    Shape part = in(0);
    part.front() /= units_;
    std::vector<std::int64_t> strides = strides_of(out());
    std::int64_t begin_place = 0;
    for (std::size_t i = 0; i < strides.size(); ++i) {
      begin_place += action.begin[i] * strides[i];
      strides[i] *= action.step[i];
    }
    const std::int64_t from_size = unit_size(in(0));
    const std::int64_t to_size = unit_size(out());
    return {[=, x = input(0), y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
              for (std::int64_t unit = begin; unit < end; ++unit) {
                const float* from = reals(state, x) + unit * from_size;
                float* to = writable(state, y) + unit * to_size;
                std::fill_n(to, to_size, 0.0F);
                Walk walk(part, {strides});
                for (std::int64_t i = 0; i < from_size; ++i, walk.next()) to[begin_place + walk.place(0)] = from[i];
              }
            },
            0, "walk"};
  }

  Task make(const Concatenate& action) {
    if (action.axis == 0) return by_reference();
    const Shape& shape = out();
    const std::int64_t outer = element_count({shape.begin(), shape.begin() + action.axis}) / units_;
    const std::int64_t row = element_count({shape.begin() + action.axis, shape.end()});
    std::vector<std::pair<std::size_t, std::int64_t>> parts;
    for (std::size_t i = 0; i < operation_.inputs.size(); ++i) {
      parts.emplace_back(input(i), element_count({in(i).begin() + action.axis, in(i).end()}));
    }
    return {[=, y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
              for (std::int64_t o = begin * outer; o < end * outer; ++o) {
                float* to = writable(state, y) + o * row;
                for (const auto& [value, size] : parts) {
                  std::memcpy(to, reals(state, value) + o * size, static_cast<std::size_t>(size) * sizeof(float));
                  to += size;
                }
              }
            },
            0, "copy"};
  }

  Task make(const Gather&) {
    const std::int64_t width = in(0).back();
    const std::int64_t rows = element_count(in(1)) / units_;
    return {[=, table = input(0), ids = input(1), y = output(), &state = state_](std::int64_t begin, std::int64_t end,
                                                                                 float*) {
              for (std::int64_t i = begin * rows; i < end * rows; ++i) {
                std::memcpy(writable(state, y) + i * width, reals(state, table) + integers(state, ids)[i] * width,
                            static_cast<std::size_t>(width) * sizeof(float));
              }
            },
            0, "copy"};
  }

  /// Each thread looks at all ids, and adds up the rows that are its own.
  Task make(const ScatterAdd& action) {
    const std::int64_t width = out().back();
    const std::int64_t rows = action.rows / units_;
    const std::int64_t count = element_count(in(0));
    return {[=, ids = input(0), from = input(1), y = output(), &state = state_](std::int64_t begin, std::int64_t end,
                                                                                float*) {
              float* to = writable(state, y);
              std::fill(to + begin * rows * width, to + end * rows * width, 0.0F);
              for (std::int64_t i = 0; i < count; ++i) {
                const std::int64_t row = integers(state, ids)[i];
                if (row < begin * rows || row >= end * rows) continue;
                const float* part = reals(state, from) + i * width;
                for (std::int64_t j = 0; j < width; ++j) to[row * width + j] += part[j];
              }
            },
            0, "rows"};
  }

  Task make(const ArgMax&) {
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
  Task make(const ToReal&) {
    const std::int64_t size = unit_size(out());
    return {[=, x = input(0), y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
              for (std::int64_t i = begin * size; i < end * size; ++i) {
                writable(state, y)[i] = static_cast<float>(integers(state, x)[i]);
              }
            },
            0, "convert"};
  }
  Task make(const Scan&) {
    NEURAL_CHECK(false, "a scan is run by the executor");
    return {};
  }

  static constexpr std::size_t kMostValues = 64;

  const Graph& graph_;
  const Operation& operation_;
  std::int64_t units_;
  const Kernels& kernels_;
  const StepState& state_;
};

}  // namespace

Task task_of(const Graph& graph, const Operation& operation, const Sharing& sharing, const Kernels& kernels,
             const StepState& state) {
  return TaskMaker(graph, operation, sharing, kernels, state).run();
}

}  // namespace neural::engine
