// A vector of floats as wide as the processor's registers: 16 lanes with AVX-512, 8 with AVX2 and FMA, else 8 that the
// compiler splits. Kernels are written once over it and compiled once for each, in a namespace of its own.
//
// Nothing here may be shared between these compilations: a function of the standard library that one of them does not
// inline could be taken by the linker for all, and a processor without those instructions would stop at it.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(NEURAL_ISA_AVX512)
#include <immintrin.h>
#define NEURAL_ISA avx512
#elif defined(NEURAL_ISA_AVX2)
#include <immintrin.h>
#define NEURAL_ISA avx2
#elif defined(NEURAL_ISA_PORTABLE)
#define NEURAL_ISA portable
#else
#error "one of NEURAL_ISA_AVX512, NEURAL_ISA_AVX2 and NEURAL_ISA_PORTABLE is defined where kernels are compiled"
#endif

#define NEURAL_INLINE static inline __attribute__((always_inline))
#define NEURAL_UNROLL _Pragma("GCC unroll 64")

namespace neural::engine::NEURAL_ISA {

#if defined(NEURAL_ISA_AVX512)
constexpr int kLanes = 16;
#else
constexpr int kLanes = 8;
#endif

using Floats = float __attribute__((vector_size(4 * kLanes)));
using Words = std::uint32_t __attribute__((vector_size(4 * kLanes)));
using Integers = std::int32_t __attribute__((vector_size(4 * kLanes)));

NEURAL_INLINE Floats splat(float x) {
  return x - Floats{};
}
NEURAL_INLINE Floats load(const float* from) {
  Floats x;
  std::memcpy(&x, from, sizeof x);
  return x;
}
NEURAL_INLINE void store(float* to, Floats x) {
  std::memcpy(to, &x, sizeof x);
}

#if defined(NEURAL_ISA_AVX512)
using Mask = __mmask16;
NEURAL_INLINE Floats multiply_add(Floats a, Floats b, Floats c) {
  return _mm512_fmadd_ps(a, b, c);
}
NEURAL_INLINE Floats square_root(Floats a) {
  return _mm512_sqrt_ps(a);
}
NEURAL_INLINE Mask is_less(Floats a, Floats b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ);
}
NEURAL_INLINE Mask is_at_most(Floats a, Floats b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ);
}
NEURAL_INLINE Mask is_equal(Floats a, Floats b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ);
}
NEURAL_INLINE Floats pick(Mask mask, Floats a, Floats b) {
  return _mm512_mask_mov_ps(b, mask, a);
}
#elif defined(NEURAL_ISA_AVX2)
using Mask = __m256;  // all bits of a lane, or none
NEURAL_INLINE Floats multiply_add(Floats a, Floats b, Floats c) {
  return _mm256_fmadd_ps(a, b, c);
}
NEURAL_INLINE Floats square_root(Floats a) {
  return _mm256_sqrt_ps(a);
}
NEURAL_INLINE Mask is_less(Floats a, Floats b) {
  return _mm256_cmp_ps(a, b, _CMP_LT_OQ);
}
NEURAL_INLINE Mask is_at_most(Floats a, Floats b) {
  return _mm256_cmp_ps(a, b, _CMP_LE_OQ);
}
NEURAL_INLINE Mask is_equal(Floats a, Floats b) {
  return _mm256_cmp_ps(a, b, _CMP_EQ_OQ);
}
NEURAL_INLINE Floats pick(Mask mask, Floats a, Floats b) {
  return _mm256_blendv_ps(b, a, mask);
}
#else
using Mask = Integers;
NEURAL_INLINE Floats multiply_add(Floats a, Floats b, Floats c) {
  return a * b + c;  // rounded twice: there may be no instruction that does it once
}
NEURAL_INLINE Floats square_root(Floats a) {
  for (int i = 0; i < kLanes; ++i) a[i] = __builtin_sqrtf(a[i]);
  return a;
}
NEURAL_INLINE Mask is_less(Floats a, Floats b) {
  return a < b;
}
NEURAL_INLINE Mask is_at_most(Floats a, Floats b) {
  return a <= b;
}
NEURAL_INLINE Mask is_equal(Floats a, Floats b) {
  return a == b;
}
NEURAL_INLINE Floats pick(Mask mask, Floats a, Floats b) {
  return mask ? a : b;
}
#endif

/// The first `count` lanes of memory, 0 in the others; nothing behind them is read or written.
NEURAL_INLINE Floats load_part(const float* from, std::int64_t count) {
#if defined(NEURAL_ISA_AVX512)
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1U << count) - 1), from);
#else
  Floats x{};
  for (int i = 0; i < kLanes; ++i) {
    if (i < count) x[i] = from[i];
  }
  return x;
#endif
}
NEURAL_INLINE void store_part(float* to, Floats x, std::int64_t count) {
#if defined(NEURAL_ISA_AVX512)
  _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1U << count) - 1), x);
#else
  for (int i = 0; i < kLanes; ++i) {
    if (i < count) to[i] = x[i];
  }
#endif
}

/// The second where the first is no number, as the instructions of x86 have it.
NEURAL_INLINE Floats larger(Floats a, Floats b) {
  return pick(is_less(b, a), a, b);
}
NEURAL_INLINE Floats smaller(Floats a, Floats b) {
  return pick(is_less(a, b), a, b);
}
NEURAL_INLINE Floats with_sign_of(Floats magnitude, Floats sign) {
  const Words bit = Words{} + 0x80000000U;
  return (Floats)(((Words)magnitude & ~bit) | ((Words)sign & bit));
}
NEURAL_INLINE Floats magnitude(Floats x) {
  return (Floats)((Words)x & (Words{} + 0x7fffffffU));
}

}  // namespace neural::engine::NEURAL_ISA
