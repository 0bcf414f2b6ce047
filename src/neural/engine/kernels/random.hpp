// Uniform numbers by counting: Philox4x32-10, a block of four in each lane.
#pragma once

#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/kernels/vector.hpp"

namespace neural::engine::NEURAL_ISA {

/// The upper half of each product of 32 bits.
NEURAL_INLINE Words high_product(Words a, std::uint32_t factor) {
#if defined(NEURAL_ISA_AVX512)
  const __m512i x = (__m512i)a;
  const __m512i y = _mm512_set1_epi32(static_cast<int>(factor));
  const __m512i even = _mm512_srli_epi64(_mm512_mul_epu32(x, y), 32);
  const __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64(x, 32), y);
  return (Words)_mm512_mask_mov_epi32(even, 0xAAAA, odd);
#elif defined(NEURAL_ISA_AVX2)
  const __m256i x = (__m256i)a;
  const __m256i y = _mm256_set1_epi32(static_cast<int>(factor));
  const __m256i even = _mm256_srli_epi64(_mm256_mul_epu32(x, y), 32);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), y);
  return (Words)_mm256_blend_epi32(even, odd, 0xAA);
#else
  Words high{};
  for (int i = 0; i < kLanes; ++i) high[i] = static_cast<std::uint32_t>(std::uint64_t{a[i]} * factor >> 32);
  return high;
#endif
}

/// Numbers of the blocks [first, first + kLanes), in the order of the elements.
NEURAL_INLINE void uniform_blocks(float* to, std::uint64_t first, const RandomKey& key) {
  const auto low = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  const auto high = [](std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); };
  Words x0{};
  for (int i = 0; i < kLanes; ++i) x0[i] = low(first) + static_cast<std::uint32_t>(i);
  Words x1 = Words{} + (high(first) ^ high(key.step) << 16);
  Words x2 = Words{} + low(key.step);
  Words x3 = Words{} + key.stream;
  std::uint32_t key0 = low(key.seed);
  std::uint32_t key1 = high(key.seed);
  NEURAL_UNROLL for (int round = 0; round < 10; ++round) {
    const Words high0 = high_product(x0, 0xD2511F53U);
    const Words low0 = x0 * 0xD2511F53U;
    const Words high2 = high_product(x2, 0xCD9E8D57U);
    const Words low2 = x2 * 0xCD9E8D57U;
    x0 = high2 ^ x1 ^ key0;
    x1 = low2;
    x2 = high0 ^ x3 ^ key1;
    x3 = low0;
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
  alignas(64) float columns[4][kLanes];
  const Words words[4] = {x0, x1, x2, x3};
  NEURAL_UNROLL for (int i = 0; i < 4; ++i) {
    store(columns[i], __builtin_convertvector((Integers)(words[i] >> 8), Floats) * 0x1p-24F);
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    for (int i = 0; i < 4; ++i) to[lane * 4 + i] = columns[i][lane];
  }
}

inline void uniform(float* to, std::int64_t first, std::int64_t count, const RandomKey& key) {
  constexpr std::int64_t kNumbers = 4 * kLanes;
  const std::int64_t end = first + count;
  for (std::int64_t begin = first / 4 * 4; begin < end; begin += kNumbers) {
    const auto block = static_cast<std::uint64_t>(begin / 4);
    if (begin >= first && begin + kNumbers <= end) {
      uniform_blocks(to + (begin - first), block, key);
      continue;
    }
    alignas(64) float numbers[kNumbers];
    uniform_blocks(numbers, block, key);
    for (std::int64_t i = 0; i < kNumbers; ++i) {
      if (begin + i >= first && begin + i < end) to[begin + i - first] = numbers[i];
    }
  }
}

}  // namespace neural::engine::NEURAL_ISA
