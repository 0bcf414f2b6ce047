// Products of matrices: tiles that stay in registers, over strips of columns as wide as a tile.
#pragma once

#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/kernels/vector.hpp"

namespace neural::engine::NEURAL_ISA {

constexpr int kTileRows = 6;
#if defined(NEURAL_ISA_AVX512)
constexpr int kTileVectors = 4;  // 24 sums, 4 vectors of b, 1 element of a: 29 of 32 registers
#else
constexpr int kTileVectors = 2;  // 12 sums, 2 vectors of b, 1 element of a: 15 of 16 registers
#endif
constexpr int kStrip = kTileVectors * kLanes;

/// Where the elements of a tile's rows lie.
struct RowsApart {  // a row after the other, the depth along them
  NEURAL_INLINE float at(const float* a, std::int64_t stride, int row, std::int64_t k) { return a[row * stride + k]; }
};
struct RowsTogether {  // rows side by side, the depth across
  NEURAL_INLINE float at(const float* a, std::int64_t stride, int row, std::int64_t k) { return a[k * stride + row]; }
};

/// c [rows x vectors of lanes] = or += a · b; row k of b at k · kStrip.
template <int kRows, int kVectors, class Layout>
NEURAL_INLINE void tile(const float* a, std::int64_t stride, const float* b, float* c, std::int64_t c_row,
                        std::int64_t depth, bool accumulates) {
  Floats sum[kRows][kVectors];
  NEURAL_UNROLL for (int i = 0; i < kRows; ++i) {
    NEURAL_UNROLL for (int j = 0; j < kVectors; ++j) {
      sum[i][j] = accumulates ? load(c + i * c_row + j * kLanes) : Floats{};
    }
  }
#pragma GCC unroll 2
  for (std::int64_t k = 0; k < depth; ++k) {
    Floats column[kVectors];
    NEURAL_UNROLL for (int j = 0; j < kVectors; ++j) column[j] = load(b + k * kStrip + j * kLanes);
    NEURAL_UNROLL for (int i = 0; i < kRows; ++i) {
      const Floats x = splat(Layout::at(a, stride, i, k));
      NEURAL_UNROLL for (int j = 0; j < kVectors; ++j) sum[i][j] = multiply_add(x, column[j], sum[i][j]);
    }
  }
  NEURAL_UNROLL for (int i = 0; i < kRows; ++i) {
    NEURAL_UNROLL for (int j = 0; j < kVectors; ++j) store(c + i * c_row + j * kLanes, sum[i][j]);
  }
}

/// All rows of a strip of `kVectors` vectors. A rest of 1 to 3 rows is shared out with the tile before it: fewer than 8
/// sums cannot fill two units of latency 4.
template <int kVectors, class Layout>
NEURAL_INLINE void strip(const Product& p, const float* b, float* c) {
  const std::int64_t stride = p.a_column == 1 ? p.a_row : p.a_column;
  const std::int64_t step = p.a_column == 1 ? p.a_row : 1;
  std::int64_t i = 0;
  const auto go = [&]<int kRows>() __attribute__((always_inline)) {
    tile<kRows, kVectors, Layout>(p.a + i * step, stride, b, c + i * p.c_row, p.c_row, p.depth, p.accumulates);
    i += kRows;
  };
  while (p.rows - i >= 2 * kTileRows || p.rows - i == kTileRows) go.template operator()<kTileRows>();
  switch (p.rows - i) {
    case 11:
      go.template operator()<6>();
      [[fallthrough]];
    case 5:
      go.template operator()<5>();
      break;
    case 10:
      go.template operator()<5>();
      go.template operator()<5>();
      break;
    case 9:
      go.template operator()<5>();
      [[fallthrough]];
    case 4:
      go.template operator()<4>();
      break;
    case 8:
      go.template operator()<4>();
      go.template operator()<4>();
      break;
    case 7:
      go.template operator()<4>();
      [[fallthrough]];
    case 3:
      go.template operator()<3>();
      break;
    case 2:
      go.template operator()<2>();
      break;
    case 1:
      go.template operator()<1>();
      break;
    default:
      break;
  }
}

/// Columns from `first` on as a block of its own, rows kStrip apart, missing columns 0.
NEURAL_INLINE void pack(const Product& p, std::int64_t first, std::int64_t count, float* to) {
  for (std::int64_t k = 0; k < p.depth; ++k) {
    const float* from = p.b + k * p.b_row + first * p.b_column;
    float* row = to + k * kStrip;
    if (count == kStrip && p.b_column == 1) {
      NEURAL_UNROLL for (int j = 0; j < kTileVectors; ++j) store(row + j * kLanes, load(from + j * kLanes));
    } else {
      for (std::int64_t j = 0; j < kStrip; ++j) row[j] = j < count ? from[j * p.b_column] : 0.0F;
    }
  }
}

/// Columns that are no whole vectors go by way of a buffer, so that nothing beside them is written.
template <int kVectors, class Layout>
NEURAL_INLINE void ragged_strip(const Product& p, const float* b, float* c, std::int64_t count) {
  alignas(64) float buffer[kTileRows * kStrip];
  for (std::int64_t i = 0; i < p.rows; i += kTileRows) {
    Product part = p;
    part.rows = p.rows - i < kTileRows ? p.rows - i : kTileRows;
    part.a = p.a + i * p.a_row;
    part.c_row = kStrip;
    for (std::int64_t r = 0; r < part.rows; ++r) {
      for (std::int64_t j = 0; j < kVectors * kLanes; ++j) {
        buffer[r * kStrip + j] = p.accumulates && j < count ? c[(i + r) * p.c_row + j] : 0.0F;
      }
    }
    strip<kVectors, Layout>(part, b, buffer);
    for (std::int64_t r = 0; r < part.rows; ++r) {
      for (std::int64_t j = 0; j < count; ++j) c[(i + r) * p.c_row + j] = buffer[r * kStrip + j];
    }
  }
}

template <int kVectors, class Layout>
NEURAL_INLINE void any_strip(const Product& p, const float* b, float* c, std::int64_t count) {
  if (count == kVectors * kLanes) {
    strip<kVectors, Layout>(p, b, c);
  } else {
    ragged_strip<kVectors, Layout>(p, b, c, count);
  }
}

template <class Layout>
void multiply_in(const Product& p) {
  for (std::int64_t first = 0; first < p.columns; first += kStrip) {
    const std::int64_t count = p.columns - first < kStrip ? p.columns - first : kStrip;
    pack(p, first, count, p.scratch);
    float* c = p.c + first;
    const std::int64_t vectors = (count + kLanes - 1) / kLanes;
    if (vectors == 1) any_strip<1, Layout>(p, p.scratch, c, count);
    if (vectors == 2) any_strip<2, Layout>(p, p.scratch, c, count);
#if defined(NEURAL_ISA_AVX512)
    if (vectors == 3) any_strip<3, Layout>(p, p.scratch, c, count);
    if (vectors == 4) any_strip<4, Layout>(p, p.scratch, c, count);
#endif
  }
}

inline void multiply(const Product& p) {
  if (p.a_column == 1) return multiply_in<RowsApart>(p);
  multiply_in<RowsTogether>(p);
}

inline std::int64_t scratch_floats(std::int64_t depth) {
  return depth * kStrip;
}

}  // namespace neural::engine::NEURAL_ISA
