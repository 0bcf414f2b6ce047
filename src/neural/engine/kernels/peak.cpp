#include "neural/engine/kernels/peak.hpp"

#include "neural/base/check.hpp"

namespace neural::engine {
namespace {

// Twelve sums that do not wait for each other: two units of latency 4 need eight. Registers are named, for compilers
// would move vectors about between statements.
#if defined(__x86_64__)
constexpr int kSums = 12;
constexpr int kTimes = 2;  // each sum, in one turn

#define NEURAL_SIX(INSTRUCTION, a, b, c, d, e, f) \
  INSTRUCTION(a) INSTRUCTION(b) INSTRUCTION(c) INSTRUCTION(d) INSTRUCTION(e) INSTRUCTION(f)
#define NEURAL_TWELVE(INSTRUCTION) NEURAL_SIX(INSTRUCTION, 0, 1, 2, 3, 4, 5) NEURAL_SIX(INSTRUCTION, 6, 7, 8, 9, 10, 11)
#define NEURAL_CLEAR(n) "vxorps %%xmm" #n ", %%xmm" #n ", %%xmm" #n "\n"
#define NEURAL_WIDE(n) "vfmadd231ps %%zmm12, %%zmm13, %%zmm" #n "\n"
#define NEURAL_NARROW(n) "vfmadd231ps %%ymm12, %%ymm13, %%ymm" #n "\n"
#define NEURAL_CLOBBERS                                                                                            \
  "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", \
      "xmm13"

void wide_loop(std::int64_t loops) {
  asm volatile(NEURAL_TWELVE(NEURAL_CLEAR) NEURAL_CLEAR(12) NEURAL_CLEAR(13) "1:\n" NEURAL_TWELVE(NEURAL_WIDE)
                   NEURAL_TWELVE(NEURAL_WIDE) "dec %0\njnz 1b\nvzeroupper\n"
               : "+r"(loops)
               :
               : NEURAL_CLOBBERS);
}

void narrow_loop(std::int64_t loops) {
  asm volatile(NEURAL_TWELVE(NEURAL_CLEAR) NEURAL_CLEAR(12) NEURAL_CLEAR(13) "1:\n" NEURAL_TWELVE(NEURAL_NARROW)
                   NEURAL_TWELVE(NEURAL_NARROW) "dec %0\njnz 1b\nvzeroupper\n"
               : "+r"(loops)
               :
               : NEURAL_CLOBBERS);
}
#endif

}  // namespace

std::int64_t run_peak_loop(Isa isa, std::int64_t loops) {
  NEURAL_CHECK(loops > 0);
#if defined(__x86_64__)
  if (isa == Isa::kPortable) return 0;
  isa == Isa::kAvx512 ? wide_loop(loops) : narrow_loop(loops);
  const std::int64_t lanes = isa == Isa::kAvx512 ? 16 : 8;
  return loops * kSums * kTimes * lanes * 2;
#else
  (void)isa;
  return 0;
#endif
}

}  // namespace neural::engine
