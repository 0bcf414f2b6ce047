// What each of isa_….cpp compiles, with its own instructions.
#include "neural/engine/kernels/block_functions.hpp"
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
const Kernels kKernels = {Isa::kAvx512, kLanes,      function_of, multiply,       scratch_floats, kStrip,      pack_all,
                          max_of_rows,  list_maxima, add_patches, spread_patches, transpose,      scale_bytes, uniform};
#elif defined(NEURAL_ISA_AVX2)
const Kernels kKernels = {Isa::kAvx2,  kLanes,      function_of, multiply,       scratch_floats, kStrip,      pack_all,
                          max_of_rows, list_maxima, add_patches, spread_patches, transpose,      scale_bytes, uniform};
#else
const Kernels kKernels = {Isa::kPortable, kLanes,    function_of, multiply,    scratch_floats,
                          kStrip,         pack_all,  max_of_rows, list_maxima, add_patches,
                          spread_patches, transpose, scale_bytes, uniform};
#endif

}  // namespace neural::engine::NEURAL_ISA
