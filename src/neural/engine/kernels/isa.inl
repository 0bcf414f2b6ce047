// What each of isa_….cpp compiles, with its own instructions.
#include "neural/engine/kernels/block_functions.hpp"
#include "neural/engine/kernels/channels.hpp"
#include "neural/engine/kernels/maxima.hpp"
#include "neural/engine/kernels/product.hpp"
#include "neural/engine/kernels/random.hpp"
#include "neural/engine/kernels/rows.hpp"

namespace neural::engine::NEURAL_ISA {
namespace {

BlockFunction function_of(Function function) {
  return block_function_of(function);
}

}  // namespace

extern const Kernels kKernels;
#if defined(NEURAL_ISA_AVX512)
constexpr Isa kIsa = Isa::kAvx512;
#elif defined(NEURAL_ISA_AVX2)
constexpr Isa kIsa = Isa::kAvx2;
#else
constexpr Isa kIsa = Isa::kPortable;
#endif
const Kernels kKernels = {kIsa,        kLanes,   function_of, multiply,    scratch_floats,      kStrip,
                          pack_all,    max_of_rows, sum_rows, sum_windows, add_window_products, list_maxima,
                          add_patches, spread_patches, transpose, scale_bytes, uniform};

}  // namespace neural::engine::NEURAL_ISA
