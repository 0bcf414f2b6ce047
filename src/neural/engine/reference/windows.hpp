// Which elements a window covers, of a convolution and of pooling, for any number of spatial axes.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "neural/engine/reference/strides.hpp"

namespace neural::engine::reference {

/// x [n, …, c], kernel [k…, c / groups, f], y [n, …, f].
class Taps {
 public:
  Taps(const Window& window, const Shape& x, const Shape& kernel, const Shape& y)
      : window_(window),
        x_(x),
        kernel_(kernel),
        y_(y),
        x_strides_(strides_of(x)),
        kernel_strides_(strides_of(kernel)) {}

  /// `use(place, filter)` of every element of y, in order.
  template <class Use>
  void each_result(Use use) const {
    const std::int64_t count = element_count(y_);
    for (std::int64_t place = 0; place < count; ++place) use(place, place % y_.back());
  }

  /// `use(x place, kernel place)` of every pair that the element of y at `place` is a sum of: window by window, channel
  /// by channel.
  template <class Use>
  void each_tap(std::int64_t place, std::int64_t filter, Use use) const {
    const std::size_t axes = window_.strides.size();
    std::vector<std::int64_t> at(axes);
    std::int64_t rest = place / y_.back();
    for (std::size_t i = axes; i-- > 0;) {
      at[i] = rest % y_[i + 1];
      rest /= y_[i + 1];
    }
    const std::int64_t channels = kernel_[axes];
    const std::int64_t group = filter / (kernel_.back() / window_.groups);
    const Shape taps(kernel_.begin(), kernel_.begin() + static_cast<std::ptrdiff_t>(axes));
    Walk walk(taps, {});
    const std::int64_t count = element_count(taps);
    for (std::int64_t tap = 0; tap < count; ++tap, walk.next()) {
      std::int64_t x = rest * x_strides_[0];
      bool is_inside = true;
      for (std::size_t i = 0; i < axes; ++i) {
        const std::int64_t position =
            at[i] * window_.strides[i] + walk.index()[i] * window_.dilations[i] - window_.pads[i].first;
        is_inside = is_inside && position >= 0 && position < x_[i + 1];
        x += position * x_strides_[i + 1];
      }
      if (!is_inside) continue;
      for (std::int64_t channel = 0; channel < channels; ++channel) {
        use(x + group * channels + channel, (tap * channels + channel) * kernel_.back() + filter);
      }
    }
  }

 private:
  const Window& window_;
  const Shape& x_;
  const Shape& kernel_;
  const Shape& y_;
  std::vector<std::int64_t> x_strides_;
  std::vector<std::int64_t> kernel_strides_;
};

/// x [n, …, c] under windows given by axis.
class PoolWindows {
 public:
  PoolWindows(const std::vector<std::vector<Interval>>& windows, const Shape& x) : windows_(windows), x_(x) {
    results_ = x.front() * x.back();
    for (const auto& axis : windows) results_ *= static_cast<std::int64_t>(axis.size());
  }

  template <class Use>
  void each_result(Use use) const {
    for (std::int64_t place = 0; place < results_; ++place) use(place);
  }

  /// `use(x place, place among the spatial elements)`.
  template <class Use>
  void each_element(std::int64_t place, Use use) const {
    const std::int64_t channels = x_.back();
    const std::int64_t channel = place % channels;
    std::int64_t rest = place / channels;
    Shape sizes(windows_.size());
    Shape begin(windows_.size());
    for (std::size_t i = windows_.size(); i-- > 0;) {
      const auto count = static_cast<std::int64_t>(windows_[i].size());
      const Interval& interval = windows_[i][static_cast<std::size_t>(rest % count)];
      rest /= count;
      begin[i] = interval.begin;
      sizes[i] = interval.end - interval.begin;
    }
    Walk walk(sizes, {});
    const std::int64_t count = element_count(sizes);
    for (std::int64_t at = 0; at < count; ++at, walk.next()) {
      std::int64_t spatial = 0;
      for (std::size_t i = 0; i < sizes.size(); ++i) spatial = spatial * x_[i + 1] + begin[i] + walk.index()[i];
      std::int64_t all = rest;
      for (std::size_t i = 0; i < sizes.size(); ++i) all *= x_[i + 1];
      use((all + spatial) * channels + channel, spatial);
    }
  }

 private:
  const std::vector<std::vector<Interval>>& windows_;
  const Shape& x_;
  std::int64_t results_ = 0;
};

}  // namespace neural::engine::reference
