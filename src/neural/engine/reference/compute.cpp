#include "neural/engine/reference/compute.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "neural/base/check.hpp"
#include "neural/engine/reference/strides.hpp"
#include "neural/engine/reference/unfused.hpp"
#include "neural/engine/reference/windows.hpp"

namespace neural::engine::reference {
namespace {

/// The buffers of one operation by their types.
template <class Real>
class Computation {
 public:
  Computation(const Graph& graph, const Operation& operation, std::span<const void* const> inputs,
              std::span<void* const> outputs, const Step& step)
      : graph_(graph), operation_(operation), inputs_(inputs), outputs_(outputs), step_(step) {}

  void run() {
    std::visit([&](const auto& action) { make(action); }, operation_.action);
  }

 private:
  const Shape& in_shape(std::size_t i) const { return graph_.shape(operation_.inputs[i]); }
  const Shape& out_shape(std::size_t i = 0) const { return graph_.shape(operation_.outputs[i]); }
  const Real* in(std::size_t i) const { return static_cast<const Real*>(inputs_[i]); }
  const std::int32_t* integers(std::size_t i) const { return static_cast<const std::int32_t*>(inputs_[i]); }
  Real* out(std::size_t i = 0) const { return static_cast<Real*>(outputs_[i]); }
  std::int32_t* out_integers(std::size_t i = 0) const { return static_cast<std::int32_t*>(outputs_[i]); }
  bool is_integer(std::size_t i) const { return graph_.value(operation_.inputs[i]).type == ValueType::kInteger; }

  void make(const Elementwise& action) {
    const Shape& shape = out_shape();
    std::vector<std::vector<std::int64_t>> strides;
    for (std::size_t i = 0; i < inputs_.size(); ++i) strides.push_back(broadcast_strides(in_shape(i), shape));
    std::vector<double> scalars;
    for (const int index : action.scalars) scalars.push_back(step_.scalars[static_cast<std::size_t>(index)]);
    Walk walk(shape, std::move(strides));
    std::vector<double> values(inputs_.size());
    const std::int64_t count = element_count(shape);
    for (std::int64_t at = 0; at < count; ++at, walk.next()) {
      for (std::size_t i = 0; i < inputs_.size(); ++i) values[i] = static_cast<double>(in(i)[walk.place(i)]);
      const std::vector<double> results = action.expression.evaluate(values, scalars);
      for (std::size_t i = 0; i < results.size(); ++i) out(i)[at] = static_cast<Real>(results[i]);
    }
  }

  void make(const Random& action) {
    const std::int64_t count = element_count(out_shape());
    const std::uint64_t seed = action.seed.value_or(step_.seed);
    for (std::int64_t at = 0; at < count; ++at) {
      out()[at] = static_cast<Real>(
          random_element(action.kind, action.stream, seed, step_.number, static_cast<std::uint64_t>(at)));
    }
  }

  void make(const Constant& action) {
    for (std::size_t at = 0; at < action.values.size(); ++at) out()[at] = static_cast<Real>(action.values[at]);
  }

  void make(const MatmulThen&) { compute_parts(); }
  void make(const ConvolutionMaxPool&) { compute_parts(); }
  void make(const MaximaConvolutionInput&) { compute_parts(); }
  void make(const MaximaConvolutionKernel&) { compute_parts(); }

  /// One after the other, of what was made of several.
  void compute_parts() {
    const Graph parts = unfused(graph_, operation_);
    std::vector<std::vector<Real>> rooms(parts.values.size());  // integers are no larger than reals
    std::vector<void*> places(parts.values.size());
    for (std::size_t i = 0; i < rooms.size(); ++i) {
      rooms[i].resize(static_cast<std::size_t>(element_count(parts.values[i].shape)));
      places[i] = rooms[i].data();
    }
    const auto place = [&](ValueId id) -> void*& { return places[static_cast<std::size_t>(id.index)]; };
    for (std::size_t i = 0; i < inputs_.size(); ++i) place(parts.inputs[i]) = const_cast<void*>(inputs_[i]);
    for (std::size_t i = 0; i < outputs_.size(); ++i) place(parts.outputs[i]) = outputs_[i];
    for (const Operation& part : parts.operations) {
      std::vector<const void*> from;
      std::vector<void*> to;
      for (const ValueId id : part.inputs) from.push_back(place(id));
      for (const ValueId id : part.outputs) to.push_back(place(id));
      compute<Real>(parts, part, from, to, step_);
    }
  }

  void make(const Matmul& action) {
    const Shape& a = in_shape(0);
    const Shape& b = in_shape(1);
    const std::size_t left = a.size() - 2;
    const std::size_t right = b.size() - 2;
    const std::int64_t m = action.transpose_a ? a[left + 1] : a[left];
    const std::int64_t k = action.transpose_a ? a[left] : a[left + 1];
    const std::int64_t n = action.transpose_b ? b[right] : b[right + 1];
    const std::int64_t matrices = element_count({a.begin(), a.end() - 2});
    for (std::int64_t each = 0; each < matrices; ++each) {
      const Real* x = in(0) + each * m * k;
      const Real* y = in(1) + (b.size() > 2 ? each * k * n : 0);
      Real* z = out() + each * m * n;
      for (std::int64_t i = 0; i < m; ++i) {
        for (std::int64_t j = 0; j < n; ++j) {
          Real sum = 0;
          for (std::int64_t p = 0; p < k; ++p) {
            sum +=
                (action.transpose_a ? x[p * m + i] : x[i * k + p]) * (action.transpose_b ? y[j * k + p] : y[p * n + j]);
          }
          z[i * n + j] = sum;
        }
      }
    }
  }

  void make(const Convolution& action) {
    const Taps taps(action.window, in_shape(0), in_shape(1), out_shape());
    taps.each_result([&](std::int64_t y, std::int64_t filter) {
      Real sum = 0;
      taps.each_tap(y, filter, [&](std::int64_t x, std::int64_t kernel) { sum += in(0)[x] * in(1)[kernel]; });
      out()[y] = sum;
    });
  }

  void make(const ConvolutionInput& action) {
    const Taps taps(action.window, out_shape(), in_shape(1), in_shape(0));
    std::fill_n(out(), element_count(out_shape()), Real{0});
    taps.each_result([&](std::int64_t y, std::int64_t filter) {
      taps.each_tap(y, filter, [&](std::int64_t x, std::int64_t kernel) { out()[x] += in(0)[y] * in(1)[kernel]; });
    });
  }

  void make(const ConvolutionKernel& action) {
    Shape kernel_shape = out_shape();
    if (action.by_sample) kernel_shape.erase(kernel_shape.begin());
    const Taps taps(action.window, in_shape(0), kernel_shape, in_shape(1));
    const std::int64_t batch = std::max<std::int64_t>(in_shape(1).front(), 1);
    const std::int64_t sample = std::max<std::int64_t>(element_count(in_shape(1)) / batch, 1);
    const std::int64_t of_sample = action.by_sample ? element_count(kernel_shape) : 0;
    std::fill_n(out(), element_count(out_shape()), Real{0});
    taps.each_result([&](std::int64_t y, std::int64_t filter) {
      Real* to = out() + y / sample * of_sample;
      taps.each_tap(y, filter, [&](std::int64_t x, std::int64_t kernel) { to[kernel] += in(0)[x] * in(1)[y]; });
    });
  }

  void make(const MaxPool& action) {
    const PoolWindows pool(action.windows, in_shape(0));
    pool.each_result([&](std::int64_t y) {
      Real largest = 0;
      std::int64_t place = -1;
      pool.each_element(y, [&](std::int64_t x, std::int64_t spatial) {
        // A value that is no number wins, so that it is seen.
        if (place >= 0 && !(in(0)[x] > largest) && in(0)[x] == in(0)[x]) return;
        if (place >= 0 && largest != largest) return;
        largest = in(0)[x];
        place = spatial;
      });
      out(0)[y] = largest;
      out_integers(1)[y] = static_cast<std::int32_t>(place);
    });
  }

  void make(const MaxPoolInput& action) {
    const Shape& y = in_shape(0);
    const std::int64_t channels = y.back();
    const std::int64_t to = element_count(action.spatial) * channels;
    const std::int64_t from = y.front() > 0 ? element_count(y) / y.front() : 0;
    std::fill_n(out(), element_count(out_shape()), Real{0});
    for (std::int64_t sample = 0; sample < y.front(); ++sample) {
      for (std::int64_t at = 0; at < from; ++at) {
        const std::int64_t place = integers(1)[sample * from + at];
        out()[sample * to + place * channels + at % channels] += in(0)[sample * from + at];
      }
    }
  }

  void make(const AveragePool& action) {
    const PoolWindows pool(action.windows, in_shape(0));
    pool.each_result([&](std::int64_t y) {
      Real sum = 0;
      std::int64_t count = 0;
      pool.each_element(y, [&](std::int64_t x, std::int64_t) {
        sum += in(0)[x];
        ++count;
      });
      out()[y] = sum / static_cast<Real>(action.full_size.value_or(count));
    });
  }

  void make(const AveragePoolInput& action) {
    const PoolWindows pool(action.windows, out_shape());
    std::fill_n(out(), element_count(out_shape()), Real{0});
    pool.each_result([&](std::int64_t y) {
      std::int64_t count = 0;
      pool.each_element(y, [&](std::int64_t, std::int64_t) { ++count; });
      const Real share = in(0)[y] / static_cast<Real>(action.full_size.value_or(count));
      pool.each_element(y, [&](std::int64_t x, std::int64_t) { out()[x] += share; });
    });
  }

  void make(const Reduce& action) {
    const Shape& from = in_shape(0);
    const bool is_sum = action.kind == Reduce::Kind::kSum;
    std::fill_n(out(), element_count(out_shape()), is_sum ? Real{0} : -std::numeric_limits<Real>::infinity());
    Walk walk(from, {broadcast_strides(out_shape(), from)});
    const std::int64_t count = element_count(from);
    for (std::int64_t at = 0; at < count; ++at, walk.next()) {
      Real& result = out()[walk.place(0)];
      const Real value = in(0)[at];
      if (is_sum) {
        result += value;
      } else if (value > result || value != value) {
        result = value;
      }
    }
  }

  /// The largest of a row, and Σ exp(x - largest).
  struct RowSum {
    Real largest = 0;
    Real sum = 0;
  };
  static RowSum row_sum(const Real* row, std::int64_t width) {
    RowSum result{row[0], 0};
    for (std::int64_t i = 1; i < width; ++i) result.largest = std::max(result.largest, row[i]);
    for (std::int64_t i = 0; i < width; ++i) result.sum += std::exp(row[i] - result.largest);
    return result;
  }

  template <class Make>
  void each_row(Make make_row) {
    const std::int64_t width = in_shape(0).back();
    const std::int64_t rows = width > 0 ? element_count(in_shape(0)) / width : 0;
    for (std::int64_t row = 0; row < rows; ++row) {
      const Real* x = in(0) + row * width;
      make_row(row, x, row_sum(x, width), width);
    }
  }

  void make(const Softmax&) {
    each_row([&](std::int64_t row, const Real* x, RowSum total, std::int64_t width) {
      for (std::int64_t i = 0; i < width; ++i) out()[row * width + i] = std::exp(x[i] - total.largest) / total.sum;
    });
  }

  void make(const LogSoftmax&) {
    each_row([&](std::int64_t row, const Real* x, RowSum total, std::int64_t width) {
      for (std::int64_t i = 0; i < width; ++i) out()[row * width + i] = x[i] - total.largest - std::log(total.sum);
    });
  }

  void make(const CrossEntropy&) {
    each_row([&](std::int64_t row, const Real* x, RowSum total, std::int64_t) {
      out()[row] = std::log(total.sum) + total.largest - x[integers(1)[row]];
    });
  }

  void make(const CrossEntropyInput&) {
    each_row([&](std::int64_t row, const Real* x, RowSum total, std::int64_t width) {
      const Real flow = in(2)[row];
      Real* to = out() + row * width;
      for (std::int64_t i = 0; i < width; ++i) to[i] = std::exp(x[i] - total.largest) / total.sum * flow;
      to[integers(1)[row]] -= flow;
    });
  }

  /// Both types of elements have the same loops.
  template <class Copy>
  void with_type(Copy copy) {
    if (is_integer(0)) {
      copy([&](std::size_t i) { return integers(i); }, out_integers());
    } else {
      copy([&](std::size_t i) { return in(i); }, out());
    }
  }

  void make(const Reshape&) {
    with_type([&](auto from, auto* to) { std::copy_n(from(0), element_count(out_shape()), to); });
  }

  void make(const Transpose& action) {
    const std::vector<std::int64_t> own = strides_of(in_shape(0));
    std::vector<std::int64_t> strides;
    for (const int axis : action.axes) strides.push_back(own[static_cast<std::size_t>(axis)]);
    copy_walking(std::move(strides), 0);
  }

  void make(const Slice& action) {
    std::vector<std::int64_t> strides = strides_of(in_shape(0));
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < strides.size(); ++i) {
      begin += action.begin[i] * strides[i];
      strides[i] *= action.step[i];
    }
    copy_walking(std::move(strides), begin);
  }

  void make(const Reverse& action) {
    std::vector<std::int64_t> strides = strides_of(in_shape(0));
    const auto axis = static_cast<std::size_t>(action.axis);
    const std::int64_t begin = (in_shape(0)[axis] - 1) * strides[axis];
    strides[axis] = -strides[axis];
    copy_walking(std::move(strides), begin);
  }

  /// Result element after element from places of these strides.
  void copy_walking(std::vector<std::int64_t> strides, std::int64_t begin) {
    with_type([&](auto from, auto* to) {
      Walk walk(out_shape(), {strides});
      const std::int64_t count = element_count(out_shape());
      for (std::int64_t at = 0; at < count; ++at, walk.next()) to[at] = from(0)[begin + walk.place(0)];
    });
  }

  void make(const Pad& action) {
    std::fill_n(out(), element_count(out_shape()), Real{0});
    std::vector<std::int64_t> strides = strides_of(out_shape());
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < strides.size(); ++i) {
      begin += action.begin[i] * strides[i];
      strides[i] *= action.step[i];
    }
    Walk walk(in_shape(0), {std::move(strides)});
    const std::int64_t count = element_count(in_shape(0));
    for (std::int64_t at = 0; at < count; ++at, walk.next()) out()[begin + walk.place(0)] = in(0)[at];
  }

  void make(const Concatenate& action) {
    const auto axis = static_cast<std::size_t>(action.axis);
    const Shape& shape = out_shape();
    const std::int64_t outer = element_count({shape.begin(), shape.begin() + action.axis});
    const std::int64_t row = element_count({shape.begin() + action.axis, shape.end()});
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const Shape& part = in_shape(i);
      const std::int64_t size = part[axis] * element_count({part.begin() + action.axis + 1, part.end()});
      for (std::int64_t o = 0; o < outer; ++o) std::copy_n(in(i) + o * size, size, out() + o * row + begin);
      begin += size;
    }
  }

  void make(const Gather&) {
    const std::int64_t width = in_shape(0).back();
    const std::int64_t count = element_count(in_shape(1));
    for (std::int64_t i = 0; i < count; ++i) std::copy_n(in(0) + integers(1)[i] * width, width, out() + i * width);
  }

  void make(const ScatterAdd&) {
    const std::int64_t width = out_shape().back();
    std::fill_n(out(), element_count(out_shape()), Real{0});
    const std::int64_t count = element_count(in_shape(0));
    for (std::int64_t i = 0; i < count; ++i) {
      for (std::int64_t j = 0; j < width; ++j) out()[integers(0)[i] * width + j] += in(1)[i * width + j];
    }
  }

  void make(const ArgMax&) {
    const std::int64_t width = in_shape(0).back();
    const std::int64_t rows = element_count(out_shape());
    for (std::int64_t row = 0; row < rows; ++row) {
      const Real* begin = in(0) + row * width;
      out_integers()[row] = static_cast<std::int32_t>(std::max_element(begin, begin + width) - begin);
    }
  }

  void make(const ToReal&) {
    const std::int64_t count = element_count(out_shape());
    for (std::int64_t i = 0; i < count; ++i) out()[i] = static_cast<Real>(integers(0)[i]);
  }

  void make(const Scan&) { NEURAL_CHECK(false, "a scan is run step by step"); }

  const Graph& graph_;
  const Operation& operation_;
  std::span<const void* const> inputs_;
  std::span<void* const> outputs_;
  const Step& step_;
};

}  // namespace

template <class Real>
void compute(const Graph& graph, const Operation& operation, std::span<const void* const> inputs,
             std::span<void* const> outputs, const Step& step) {
  Computation<Real>(graph, operation, inputs, outputs, step).run();
}

template void compute<float>(const Graph&, const Operation&, std::span<const void* const>, std::span<void* const>,
                             const Step&);
template void compute<double>(const Graph&, const Operation&, std::span<const void* const>, std::span<void* const>,
                              const Step&);

}  // namespace neural::engine::reference
