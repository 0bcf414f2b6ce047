// Convolutions and pooling for some samples of a batch.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "neural/engine/run/tasks.hpp"

namespace neural::engine {

/// Shapes of x [n, …, c], the kernel [k…, c / groups, f] and y [n, …, f], whichever of them is the result.
struct ConvolutionShapes {
  Shape x;
  Shape kernel;
  Shape y;
  Window window;
};
/// Where these lie in the state's values.
struct ConvolutionValues {
  std::size_t x = 0;
  std::size_t kernel = 0;
  std::size_t y = 0;
};

Task convolution_task(ConvolutionShapes shapes, std::int64_t units, const Kernels& kernels, ConvolutionValues values,
                      const StepState& state);
/// x from y: units are parts of the batch.
Task convolution_input_task(ConvolutionShapes shapes, std::int64_t units, const Kernels& kernels,
                            ConvolutionValues values, const StepState& state);
/// The kernel from x and y: units are filters.
Task convolution_kernel_task(ConvolutionShapes shapes, const Kernels& kernels, ConvolutionValues values,
                             const StepState& state);

/// Whether rows of taps lie together and the rows of a window evenly apart: along one axis or two, without groups. Then
/// the kernel is packed once a step, and a whole window is the depth of one product.
bool has_packed_convolution(const ConvolutionShapes& shapes);
/// The same without strides: x comes from y as y from x, with the kernel mirrored.
bool has_packed_convolution_input(const ConvolutionShapes& shapes);
Task packed_convolution_task(const ConvolutionShapes& shapes, std::int64_t units, const Kernels& kernels,
                             ConvolutionValues values, const StepState& state);
Task packed_convolution_input_task(const ConvolutionShapes& shapes, std::int64_t units, const Kernels& kernels,
                                   ConvolutionValues values, const StepState& state);
/// Units are filters; or, where there are `parts` of the batch, these, and each sample has a kernel of its own.
Task packed_convolution_kernel_task(const ConvolutionShapes& shapes, std::int64_t parts, const Kernels& kernels,
                                    ConvolutionValues values, const StepState& state);

/// One filter for each channel, along one axis or two: sums channel by channel in place of products of matrices.
bool is_depthwise(const ConvolutionShapes& shapes);
Task depthwise_task(const ConvolutionShapes& shapes, std::int64_t units, const Kernels& kernels,
                    ConvolutionValues values, const StepState& state);
Task depthwise_input_task(const ConvolutionShapes& shapes, std::int64_t units, const Kernels& kernels,
                          ConvolutionValues values, const StepState& state);
Task depthwise_kernel_task(const ConvolutionShapes& shapes, std::int64_t parts, const Kernels& kernels,
                           ConvolutionValues values, const StepState& state);

using Windows = std::vector<std::vector<Interval>>;
struct PoolValues {
  std::size_t from = 0;
  std::size_t to = 0;
  std::size_t places = 0;  ///< of maxima
};
Task max_pool_task(const Windows& windows, const Shape& x, std::int64_t units, const Kernels& kernels,
                   PoolValues values, const StepState& state);
Task average_pool_task(const Windows& windows, std::optional<std::int64_t> full_size, const Shape& x,
                       std::int64_t units, PoolValues values, const StepState& state);
/// The way back; `x` is the shape of the result.
Task average_pool_input_task(const Windows& windows, std::optional<std::int64_t> full_size, const Shape& x,
                             std::int64_t units, PoolValues values, const StepState& state);

}  // namespace neural::engine
