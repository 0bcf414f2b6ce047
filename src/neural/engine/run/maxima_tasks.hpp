// Convolutions whose maxima in windows are kept alone, and the way back from these: all other gradients are 0, and left
// out.
#pragma once

#include "neural/engine/run/window_tasks.hpp"

namespace neural::engine {

/// Where the values of such a convolution lie. `y` are the maxima, or what flows back into them.
struct MaximaValues {
  std::size_t x = 0;
  std::size_t kernel = 0;
  std::optional<std::size_t> bias;
  std::size_t y = 0;
  std::size_t places = 0;
};

/// Shapes are those of the convolution: its y is what is pooled. All of them are for those that
/// `has_packed_convolution` tells of.
Task convolution_max_pool_task(const ConvolutionShapes& shapes, const ConvolutionMaxPool& action, std::int64_t units,
                               const Kernels& kernels, const MaximaValues& values, const StepState& state);
/// Units are parts of the batch; `count` maxima of a sample and a filter.
Task maxima_convolution_input_task(const ConvolutionShapes& shapes, std::int64_t count, std::int64_t units,
                                   const Kernels& kernels, const MaximaValues& values, const StepState& state);
/// Units are filters.
Task maxima_convolution_kernel_task(const ConvolutionShapes& shapes, std::int64_t count, const Kernels& kernels,
                                    const MaximaValues& values, const StepState& state);

}  // namespace neural::engine
