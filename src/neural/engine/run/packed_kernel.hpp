// Weights in the form that products read them in, made anew in every step.
#pragma once

#include <cstdint>
#include <memory>

#include "neural/engine/run/plane.hpp"

namespace neural::engine {

/// Memory at a multiple of 64 bytes.
std::shared_ptr<float> room_for(std::int64_t floats);

/// The kernel of a convolution in strips of filters.
struct PackedKernel {
  PackedKernel(const Plane& plane, const Kernels& kernels);
  /// Lets the task prepare it from the value `kernel`.
  void prepare_by(Task& task, std::size_t kernel, const StepState& state) const;

  std::int64_t strip = 0;  ///< filters of one
  std::int64_t strips = 0;
  std::int64_t strip_size = 0;
  std::int64_t filters = 0;
  std::int64_t depth = 0;
  void (*pack)(const Product& product, float* to, std::int64_t to_strip) = nullptr;
  std::shared_ptr<float> room;
};

/// A product that gives a row of windows of such a kernel: without its rows, and where a and c lie.
Product product_of_row(const Plane& plane, const PackedKernel& packed);

}  // namespace neural::engine
