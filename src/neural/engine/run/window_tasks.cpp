#include "neural/engine/run/window_tasks.hpp"

#include <algorithm>
#include <cstring>

#include "neural/base/check.hpp"
#include "neural/engine/reference/strides.hpp"

namespace neural::engine {
namespace {

using reference::Walk;

std::int64_t product_of(const std::vector<std::int64_t>& sizes) {
  return element_count(sizes);
}

/// A convolution as products of rows along the last spatial axis: for each row of the result and each row of taps,
/// points of the input times that row of the kernel.
class Rows {
 public:
  explicit Rows(const ConvolutionShapes& shapes) : window_(shapes.window) {
    const std::size_t axes = window_.strides.size();
    channels_ = shapes.x.back();
    filters_ = shapes.y.back();
    groups_ = window_.groups;
    group_channels_ = channels_ / groups_;
    group_filters_ = filters_ / groups_;
    for (std::size_t i = 0; i < axes; ++i) {
      x_.push_back(shapes.x[i + 1]);
      y_.push_back(shapes.y[i + 1]);
      taps_.push_back(shapes.kernel[i]);
      // The padded input, as far as any window reaches; what is cut off at the begin is skipped.
      before_.push_back(std::max<std::int64_t>(window_.pads[i].first, 0));
      skipped_.push_back(std::max<std::int64_t>(-window_.pads[i].first, 0));
      const std::int64_t reach = (y_[i] - 1) * window_.strides[i] + (taps_[i] - 1) * window_.dilations[i] + 1;
      padded_.push_back(std::max(before_[i] + x_[i], skipped_[i] + reach));
    }
    is_padded_ = padded_ != x_;
    strides_ = reference::strides_of(with_channels(padded_));
    outer_y_.assign(y_.begin(), y_.end() - 1);
    outer_taps_.assign(taps_.begin(), taps_.end() - 1);
    joins_taps_ = window_.dilations.back() == 1 && groups_ == 1;
  }

  bool is_padded() const { return is_padded_; }
  std::int64_t x_size() const { return product_of(x_) * channels_; }
  std::int64_t y_size() const { return product_of(y_) * filters_; }
  std::int64_t padded_size() const { return product_of(padded_) * channels_; }
  std::int64_t width() const { return y_.back(); }
  std::int64_t channels() const { return channels_; }
  std::int64_t filters() const { return filters_; }
  std::int64_t group_channels() const { return group_channels_; }
  std::int64_t group_filters() const { return group_filters_; }
  std::int64_t groups() const { return groups_; }
  std::int64_t point_step() const { return window_.strides.back() * channels_; }
  /// The depth of one product: a row of taps where that lies together, else one tap of one group.
  std::int64_t depth() const { return joins_taps_ ? taps_.back() * channels_ : group_channels_; }

  /// One sample with zeros around it.
  void pad(const float* x, float* padded) const {
    std::fill_n(padded, padded_size(), 0.0F);
    move(x, padded, [](const float* from, float* to, std::int64_t count) {
      std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(float));
    });
  }
  /// The inverse: what lies in the middle.
  void unpad(const float* padded, float* x) const {
    move(x, padded, [](float* to, const float* from, std::int64_t count) {
      std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(float));
    });
  }

  /// `use(x place, kernel place, y place, is the first for this row of y, group)` for each product.
  template <class Use>
  void each_product(Use use) const {
    const std::int64_t rows = product_of(outer_y_);
    const std::int64_t tap_rows = product_of(outer_taps_);
    Walk row(outer_y_, {});
    for (std::int64_t r = 0; r < rows; ++r, row.next()) {
      Walk tap(outer_taps_, {});
      for (std::int64_t t = 0; t < tap_rows; ++t, tap.next()) {
        std::int64_t x = skipped_.back() * channels_;
        for (std::size_t i = 0; i < outer_y_.size(); ++i) {
          x +=
              (skipped_[i] + row.index()[i] * window_.strides[i] + tap.index()[i] * window_.dilations[i]) * strides_[i];
        }
        const std::int64_t kernel = t * taps_.back() * group_channels_ * filters_;
        const std::int64_t y = r * y_.back() * filters_;
        if (joins_taps_) {
          use(x, kernel, y, t == 0, 0);
          continue;
        }
        for (std::int64_t k = 0; k < taps_.back(); ++k) {
          for (std::int64_t g = 0; g < groups_; ++g) {
            use(x + k * window_.dilations.back() * channels_ + g * group_channels_,
                kernel + k * group_channels_ * filters_ + g * group_filters_, y + g * group_filters_, t == 0 && k == 0,
                g);
          }
        }
      }
    }
  }

 private:
  Shape with_channels(Shape sizes) const {
    sizes.push_back(channels_);
    return sizes;
  }

  /// Row by row of the last axis, `copy(in x, in padded, count)`.
  template <class X, class Padded, class Copy>
  void move(X* x, Padded* padded, Copy copy) const {
    const Shape outer(x_.begin(), x_.end() - 1);
    const std::int64_t rows = product_of(outer);
    const std::int64_t count = x_.back() * channels_;
    Walk walk(outer, {});
    for (std::int64_t r = 0; r < rows; ++r, walk.next()) {
      std::int64_t place = before_.back() * channels_;
      for (std::size_t i = 0; i < outer.size(); ++i) place += (before_[i] + walk.index()[i]) * strides_[i];
      copy(x + r * count, padded + place, count);
    }
  }

  Window window_;
  std::int64_t channels_ = 0;
  std::int64_t filters_ = 0;
  std::int64_t groups_ = 1;
  std::int64_t group_channels_ = 0;
  std::int64_t group_filters_ = 0;
  Shape x_;
  Shape y_;
  Shape taps_;
  Shape before_;
  Shape skipped_;
  Shape padded_;
  Shape outer_y_;
  Shape outer_taps_;
  std::vector<std::int64_t> strides_;  ///< of the padded input
  bool is_padded_ = false;
  bool joins_taps_ = false;
};

}  // namespace

Task convolution_task(ConvolutionShapes shapes, std::int64_t units, const Kernels& kernels, ConvolutionValues values,
                      const StepState& state) {
  const Rows rows(shapes);
  const std::int64_t samples = shapes.y.front() / units;
  const auto multiply = kernels.multiply;
  const std::int64_t scratch = kernels.scratch_floats(rows.depth());
  const bool is_depthwise = rows.group_channels() == 1 && rows.groups() > 1;
  return {[=, &state](std::int64_t begin, std::int64_t end, float* buffer) {
            const float* kernel = reals(state, values.kernel);
            for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
              const float* x = reals(state, values.x) + sample * rows.x_size();
              float* y = writable(state, values.y) + sample * rows.y_size();
              if (rows.is_padded()) {
                rows.pad(x, buffer + scratch);
                x = buffer + scratch;
              }
              rows.each_product([&](std::int64_t in, std::int64_t tap, std::int64_t out, bool is_first, std::int64_t) {
                if (is_depthwise) {
                  const std::int64_t count = rows.group_filters();
                  for (std::int64_t w = 0; w < rows.width(); ++w) {
                    const float value = x[in + w * rows.point_step()];
                    float* to = y + out + w * rows.filters();
                    for (std::int64_t f = 0; f < count; ++f)
                      to[f] = (is_first ? 0.0F : to[f]) + value * kernel[tap + f];
                  }
                  return;
                }
                Product p;
                p.rows = rows.width();
                p.columns = rows.group_filters();
                p.depth = rows.depth();
                p.a = x + in;
                p.a_row = rows.point_step();
                p.a_column = 1;
                p.b = kernel + tap;
                p.b_row = rows.filters();
                p.b_column = 1;
                p.c = y + out;
                p.c_row = rows.filters();
                p.accumulates = !is_first;
                p.scratch = buffer;
                multiply(p);
              });
            }
          },
          scratch + (rows.is_padded() ? rows.padded_size() : 0), "rows of products"};
}

Task convolution_input_task(ConvolutionShapes shapes, std::int64_t units, const Kernels& kernels,
                            ConvolutionValues values, const StepState& state) {
  const Rows rows(shapes);
  const std::int64_t samples = shapes.x.front() / units;
  const auto multiply = kernels.multiply;
  const std::int64_t scratch = kernels.scratch_floats(rows.group_filters());
  const std::int64_t taps_together = rows.depth() / rows.group_channels();
  return {[=, &state](std::int64_t begin, std::int64_t end, float* buffer) {
            const float* kernel = reals(state, values.kernel);
            float* padded = buffer + scratch;
            for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
              const float* y = reals(state, values.y) + sample * rows.y_size();
              std::fill_n(padded, rows.padded_size(), 0.0F);
              rows.each_product([&](std::int64_t in, std::int64_t tap, std::int64_t out, bool, std::int64_t) {
                // Windows overlap, so one tap after the other.
                for (std::int64_t k = 0; k < taps_together; ++k) {
                  Product p;
                  p.rows = rows.width();
                  p.columns = rows.group_channels();
                  p.depth = rows.group_filters();
                  p.a = y + out;
                  p.a_row = rows.filters();
                  p.a_column = 1;
                  p.b = kernel + tap + k * rows.group_channels() * rows.filters();
                  p.b_row = 1;
                  p.b_column = rows.filters();
                  p.c = padded + in + k * rows.channels();
                  p.c_row = rows.point_step();
                  p.accumulates = true;
                  p.scratch = buffer;
                  multiply(p);
                }
              });
              rows.unpad(padded, writable(state, values.x) + sample * rows.x_size());
            }
          },
          scratch + rows.padded_size(), "rows of products"};
}

Task convolution_kernel_task(ConvolutionShapes shapes, const Kernels& kernels, ConvolutionValues values,
                             const StepState& state) {
  const Rows rows(shapes);
  const std::int64_t batch = shapes.y.front();
  const auto multiply = kernels.multiply;
  const std::int64_t scratch = kernels.scratch_floats(rows.width());
  const std::int64_t taps = element_count({shapes.kernel.begin(), shapes.kernel.end() - 1});
  return {[=, &state](std::int64_t begin, std::int64_t end, float* buffer) {
            float* kernel = writable(state, values.kernel);
            for (std::int64_t t = 0; t < taps; ++t) {
              std::fill(kernel + t * rows.filters() + begin, kernel + t * rows.filters() + end, 0.0F);
            }
            for (std::int64_t sample = 0; sample < batch; ++sample) {
              const float* x = reals(state, values.x) + sample * rows.x_size();
              const float* y = reals(state, values.y) + sample * rows.y_size();
              if (rows.is_padded()) {
                rows.pad(x, buffer + scratch);
                x = buffer + scratch;
              }
              rows.each_product([&](std::int64_t in, std::int64_t tap, std::int64_t out, bool, std::int64_t group) {
                // Of the group's filters those that are this thread's.
                const std::int64_t first = std::max(begin - group * rows.group_filters(), std::int64_t{0});
                const std::int64_t last = std::min(end - group * rows.group_filters(), rows.group_filters());
                if (first >= last) return;
                Product p;
                p.rows = rows.depth();
                p.columns = last - first;
                p.depth = rows.width();
                p.a = x + in;
                p.a_row = 1;
                p.a_column = rows.point_step();
                p.b = y + out + first;
                p.b_row = rows.filters();
                p.b_column = 1;
                p.c = kernel + tap + first;
                p.c_row = rows.filters();
                p.accumulates = true;
                p.scratch = buffer;
                multiply(p);
              });
            }
          },
          scratch + (rows.is_padded() ? rows.padded_size() : 0), "rows of products"};
}

}  // namespace neural::engine
