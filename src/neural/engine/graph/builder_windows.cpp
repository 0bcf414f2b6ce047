// Convolutions and pooling, whose shapes follow from windows.
#include <utility>

#include "neural/base/check.hpp"
#include "neural/engine/graph/builder.hpp"

namespace neural::engine {
namespace {

std::int64_t positive(std::int64_t size) {
  NEURAL_CHECK(size >= 0, "a window that is larger than what it moves over");
  return size;
}

/// Places of a window of `kernel` points on an axis.
std::int64_t window_count(std::int64_t size, std::int64_t kernel, const Window& window, std::size_t axis) {
  const std::int64_t reach = (kernel - 1) * window.dilations[axis] + 1;
  const auto [before, after] = window.pads[axis];
  return positive((size + before + after - reach + window.strides[axis]) / window.strides[axis]);
}

void check_window(const Window& window, std::size_t axes) {
  NEURAL_CHECK(window.strides.size() == axes && window.dilations.size() == axes && window.pads.size() == axes);
}

Shape spatial_of(const Shape& shape) {
  return {shape.begin() + 1, shape.end() - 1};
}

Shape with_spatial(std::int64_t batch, const Shape& spatial, std::int64_t channels) {
  Shape shape = {batch};
  shape.insert(shape.end(), spatial.begin(), spatial.end());
  shape.push_back(channels);
  return shape;
}

Shape counts(const std::vector<std::vector<Interval>>& windows) {
  Shape shape;
  for (const auto& axis : windows) shape.push_back(static_cast<std::int64_t>(axis.size()));
  return shape;
}

}  // namespace

ValueId Builder::convolution(ValueId x, ValueId kernel, const Window& window) {
  const Shape spatial = spatial_of(shape(x));
  const Shape kernels = shape(kernel);
  check_window(window, spatial.size());
  NEURAL_CHECK(kernels.size() == spatial.size() + 2);
  NEURAL_CHECK(shape(x).back() == kernels[spatial.size()] * window.groups && kernels.back() % window.groups == 0);
  Shape result;
  for (std::size_t i = 0; i < spatial.size(); ++i) result.push_back(window_count(spatial[i], kernels[i], window, i));
  return single(Convolution{window}, {x, kernel}, with_spatial(shape(x).front(), result, kernels.back()));
}

ValueId Builder::convolution_input(ValueId y, ValueId kernel, const Window& window, const Shape& spatial) {
  const Shape from = spatial_of(shape(y));
  const Shape kernels = shape(kernel);
  check_window(window, spatial.size());
  NEURAL_CHECK(shape(y).back() == kernels.back() && from.size() == spatial.size());
  for (std::size_t i = 0; i < spatial.size(); ++i) {
    NEURAL_CHECK(from[i] == window_count(spatial[i], kernels[i], window, i), "sizes no convolution leads to");
  }
  return single(ConvolutionInput{window, spatial}, {y, kernel},
                with_spatial(shape(y).front(), spatial, kernels[spatial.size()] * window.groups));
}

ValueId Builder::convolution_kernel(ValueId x, ValueId y, const Window& window, const Shape& kernel) {
  check_window(window, kernel.size());
  NEURAL_CHECK(shape(x).front() == shape(y).front());
  Shape result = kernel;
  result.push_back(shape(x).back() / window.groups);
  result.push_back(shape(y).back());
  return single(ConvolutionKernel{window, kernel}, {x, y}, std::move(result));
}

std::pair<ValueId, ValueId> Builder::max_pool(ValueId x, const std::vector<std::vector<Interval>>& windows) {
  const Shape result = with_spatial(shape(x).front(), counts(windows), shape(x).back());
  const std::vector<ValueId> ids =
      operation(MaxPool{windows}, {x}, {{result, ValueType::kReal}, {result, ValueType::kInteger}});
  return {ids[0], ids[1]};
}

ValueId Builder::max_pool_input(ValueId y, ValueId places, const Shape& spatial) {
  return single(MaxPoolInput{spatial}, {y, places}, with_spatial(shape(y).front(), spatial, shape(y).back()));
}

ValueId Builder::average_pool(ValueId x, const std::vector<std::vector<Interval>>& windows,
                              std::optional<std::int64_t> full_size) {
  return single(AveragePool{windows, full_size}, {x}, with_spatial(shape(x).front(), counts(windows), shape(x).back()));
}

ValueId Builder::average_pool_input(ValueId y, const std::vector<std::vector<Interval>>& windows,
                                    std::optional<std::int64_t> full_size, const Shape& spatial) {
  return single(AveragePoolInput{windows, full_size, spatial}, {y},
                with_spatial(shape(y).front(), spatial, shape(y).back()));
}

}  // namespace neural::engine
