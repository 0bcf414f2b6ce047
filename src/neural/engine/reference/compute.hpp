// The meaning of every operation, as the plainest loops that compute it: what fast kernels are held against, what runs
// where there is none, and, in float64, what gradients are checked with.
#pragma once

#include <cstdint>
#include <span>

#include "neural/engine/graph/graph.hpp"

namespace neural::engine::reference {

/// What an operation is told besides its inputs.
struct Step {
  std::span<const double> scalars;  ///< of the graph, in its order
  std::uint64_t seed = 0;           ///< of random numbers
  std::uint64_t number = 0;         ///< of the step
};

/// Computes one operation, but no Scan. A buffer holds the elements of its value: Real or std::int32_t. Sums of Real
/// are made in the order of the elements. Real is float or double.
template <class Real>
void compute(const Graph& graph, const Operation& operation, std::span<const void* const> inputs,
             std::span<void* const> outputs, const Step& step);

extern template void compute<float>(const Graph&, const Operation&, std::span<const void* const>,
                                    std::span<void* const>, const Step&);
extern template void compute<double>(const Graph&, const Operation&, std::span<const void* const>,
                                     std::span<void* const>, const Step&);

/// Element `index` of a random value: uniform in [0, 1), a multiple of 2^-24, or normal. Philox4x32-10 with the key of
/// the seed; the counter is the index, the step and the stream, so that anybody makes any of them.
double random_element(Random::Kind kind, std::uint32_t stream, std::uint64_t seed, std::uint64_t step,
                      std::uint64_t index);

}  // namespace neural::engine::reference
