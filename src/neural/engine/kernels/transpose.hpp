// Square blocks turned round in registers.
#pragma once

#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/kernels/vector.hpp"

namespace neural::engine::NEURAL_ISA {

/// to[j · to_row + i] = from[i · from_row + j] for i, j below kLanes. Pairs of rows are woven by elements, then by
/// twos, fours and eights, as in a butterfly.
#if defined(NEURAL_ISA_AVX512)
NEURAL_INLINE void transpose_block(const float* from, std::int64_t from_row, float* to, std::int64_t to_row) {
  __m512 ones[16];
  __m512 twos[16];
  NEURAL_UNROLL for (int i = 0; i < 16; i += 2) {
    const __m512 upper = _mm512_loadu_ps(from + i * from_row);
    const __m512 lower = _mm512_loadu_ps(from + (i + 1) * from_row);
    ones[i] = _mm512_unpacklo_ps(upper, lower);
    ones[i + 1] = _mm512_unpackhi_ps(upper, lower);
  }
  // Row 4g + c of `twos` holds, in lane block b of four, column 4b + c of the rows 4g to 4g + 3.
  NEURAL_UNROLL for (int g = 0; g < 16; g += 4) {
    NEURAL_UNROLL for (int half = 0; half < 2; ++half) {
      const __m512d upper = _mm512_castps_pd(ones[g + half]);
      const __m512d lower = _mm512_castps_pd(ones[g + half + 2]);
      twos[g + 2 * half] = _mm512_castpd_ps(_mm512_unpacklo_pd(upper, lower));
      twos[g + 2 * half + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(upper, lower));
    }
  }
  NEURAL_UNROLL for (int c = 0; c < 4; ++c) {
    // Lane blocks 0 and 2, and 1 and 3, of two groups of rows; then of all four.
    const __m512 even_top = _mm512_shuffle_f32x4(twos[c], twos[4 + c], 0x88);
    const __m512 odd_top = _mm512_shuffle_f32x4(twos[c], twos[4 + c], 0xdd);
    const __m512 even_bottom = _mm512_shuffle_f32x4(twos[8 + c], twos[12 + c], 0x88);
    const __m512 odd_bottom = _mm512_shuffle_f32x4(twos[8 + c], twos[12 + c], 0xdd);
    _mm512_storeu_ps(to + c * to_row, _mm512_shuffle_f32x4(even_top, even_bottom, 0x88));
    _mm512_storeu_ps(to + (4 + c) * to_row, _mm512_shuffle_f32x4(odd_top, odd_bottom, 0x88));
    _mm512_storeu_ps(to + (8 + c) * to_row, _mm512_shuffle_f32x4(even_top, even_bottom, 0xdd));
    _mm512_storeu_ps(to + (12 + c) * to_row, _mm512_shuffle_f32x4(odd_top, odd_bottom, 0xdd));
  }
}
#elif defined(NEURAL_ISA_AVX2)
NEURAL_INLINE void transpose_block(const float* from, std::int64_t from_row, float* to, std::int64_t to_row) {
  __m256 ones[8];
  __m256 twos[8];
  NEURAL_UNROLL for (int i = 0; i < 8; i += 2) {
    const __m256 upper = _mm256_loadu_ps(from + i * from_row);
    const __m256 lower = _mm256_loadu_ps(from + (i + 1) * from_row);
    ones[i] = _mm256_unpacklo_ps(upper, lower);
    ones[i + 1] = _mm256_unpackhi_ps(upper, lower);
  }
  NEURAL_UNROLL for (int g = 0; g < 8; g += 4) {
    NEURAL_UNROLL for (int half = 0; half < 2; ++half) {
      const __m256d upper = _mm256_castps_pd(ones[g + half]);
      const __m256d lower = _mm256_castps_pd(ones[g + half + 2]);
      twos[g + 2 * half] = _mm256_castpd_ps(_mm256_unpacklo_pd(upper, lower));
      twos[g + 2 * half + 1] = _mm256_castpd_ps(_mm256_unpackhi_pd(upper, lower));
    }
  }
  NEURAL_UNROLL for (int c = 0; c < 4; ++c) {
    _mm256_storeu_ps(to + c * to_row, _mm256_permute2f128_ps(twos[c], twos[4 + c], 0x20));
    _mm256_storeu_ps(to + (4 + c) * to_row, _mm256_permute2f128_ps(twos[c], twos[4 + c], 0x31));
  }
}
#else
NEURAL_INLINE void transpose_block(const float* from, std::int64_t from_row, float* to, std::int64_t to_row) {
  for (int i = 0; i < kLanes; ++i) {
    for (int j = 0; j < kLanes; ++j) to[j * to_row + i] = from[i * from_row + j];
  }
}
#endif

inline void transpose(const Transposed& m) {
  const std::int64_t whole_rows = m.rows / kLanes * kLanes;
  const std::int64_t whole_columns = m.columns / kLanes * kLanes;
  for (std::int64_t i = 0; i < whole_rows; i += kLanes) {
    for (std::int64_t j = 0; j < whole_columns; j += kLanes) {
      transpose_block(m.from + i * m.from_row + j, m.from_row, m.to + j * m.to_row + i, m.to_row);
    }
  }
  for (std::int64_t i = 0; i < m.rows; ++i) {
    for (std::int64_t j = i < whole_rows ? whole_columns : 0; j < m.columns; ++j) {
      m.to[j * m.to_row + i] = m.from[i * m.from_row + j];
    }
  }
}

}  // namespace neural::engine::NEURAL_ISA
