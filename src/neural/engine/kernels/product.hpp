// Products of matrices: tiles that stay in registers, over strips of columns as wide as a tile.
#pragma once

#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/kernels/transpose.hpp"
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

/// What becomes of the sums of a tile, of which the first belongs to c[0].
struct Store {
  static constexpr bool kAccumulates = false;
  NEURAL_INLINE void put(const Product&, float* c, Floats sum) { store(c, sum); }
};
struct Add {
  static constexpr bool kAccumulates = true;
  NEURAL_INLINE void put(const Product&, float* c, Floats sum) { store(c, sum); }
};
struct Adam {
  static constexpr bool kAccumulates = false;
  NEURAL_INLINE void put(const Product& p, float* c, Floats gradient) {
    const AdamStep& step = *p.adam;
    const std::int64_t at = c - p.c;
    const Floats mean_before = load(step.mean + at);
    const Floats square_before = load(step.square + at);
    const Floats mean = multiply_add(gradient - mean_before, splat(step.mean_share), mean_before);
    const Floats square =
        multiply_add(multiply_add(gradient, gradient, -square_before), splat(step.square_share), square_before);
    store(step.mean + at, mean);
    store(step.square + at, square);
    store(c, load(c) - splat(step.rate) * mean / (square_root(square) + splat(step.epsilon)));
  }
};

/// c [rows x vectors of lanes] from the sums of a · b; row k of b at k · kStrip.
template <int kRows, int kVectors, class Layout, class End>
NEURAL_INLINE void tile(const Product& p, const float* a, std::int64_t stride, const float* b, float* c) {
  const std::int64_t c_row = p.c_row;
  const std::int64_t depth = p.depth;
  Floats sum[kRows][kVectors];
  NEURAL_UNROLL for (int i = 0; i < kRows; ++i) {
    NEURAL_UNROLL for (int j = 0; j < kVectors; ++j) {
      sum[i][j] = End::kAccumulates ? load(c + i * c_row + j * kLanes) : Floats{};
    }
  }
  for (std::int64_t block = 0; block < p.blocks; ++block, a += p.a_block, b += depth * kStrip) {
#pragma GCC unroll 2
    for (std::int64_t k = 0; k < depth; ++k) {
      Floats column[kVectors];
      NEURAL_UNROLL for (int j = 0; j < kVectors; ++j) column[j] = load(b + k * kStrip + j * kLanes);
      NEURAL_UNROLL for (int i = 0; i < kRows; ++i) {
        const Floats x = splat(Layout::at(a, stride, i, k));
        NEURAL_UNROLL for (int j = 0; j < kVectors; ++j) sum[i][j] = multiply_add(x, column[j], sum[i][j]);
      }
    }
  }
  NEURAL_UNROLL for (int i = 0; i < kRows; ++i) {
    NEURAL_UNROLL for (int j = 0; j < kVectors; ++j) End::put(p, c + i * c_row + j * kLanes, sum[i][j]);
  }
}

/// All rows of a strip of `kVectors` vectors. A rest of 1 to 3 rows is shared out with the tile before it: fewer than 8
/// sums cannot fill two units of latency 4.
template <int kVectors, class Layout, class End>
NEURAL_INLINE void strip(const Product& p, const float* b, float* c) {
  const std::int64_t stride = p.a_column == 1 ? p.a_row : p.a_column;
  const std::int64_t step = p.a_column == 1 ? p.a_row : 1;
  std::int64_t i = 0;
  const auto go = [&]<int kRows>() __attribute__((always_inline)) {
    tile<kRows, kVectors, Layout, End>(p, p.a + i * step, stride, b, c + i * p.c_row);
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

/// Columns from `first` on as a block of its own, rows kStrip apart; missing columns of the last vector are 0.
NEURAL_INLINE void pack(const Product& p, std::int64_t first, std::int64_t count, float* to) {
  const std::int64_t depth = p.depth * p.blocks;
  const std::int64_t needed = (count + kLanes - 1) / kLanes * kLanes;
  if (p.b_column == 1) {
    const std::int64_t whole = count / kLanes * kLanes;
    for (std::int64_t k = 0; k < depth; ++k) {
      const float* from = p.b + k * p.b_row + first;
      float* row = to + k * kStrip;
      for (std::int64_t j = 0; j < whole; j += kLanes) store(row + j, load(from + j));
      for (std::int64_t j = whole; j < needed; ++j) row[j] = j < count ? from[j] : 0.0F;
    }
    return;
  }
  // Columns that lie along the memory are turned round by blocks.
  const std::int64_t turned_columns = p.b_row == 1 ? count / kLanes * kLanes : 0;
  const std::int64_t turned_rows = depth / kLanes * kLanes;
  for (std::int64_t k = 0; k < turned_rows; k += kLanes) {
    for (std::int64_t j = 0; j < turned_columns; j += kLanes) {
      transpose_block(p.b + k + (first + j) * p.b_column, p.b_column, to + k * kStrip + j, kStrip);
    }
  }
  for (std::int64_t k = 0; k < depth; ++k) {
    const float* from = p.b + k * p.b_row + first * p.b_column;
    float* row = to + k * kStrip;
    for (std::int64_t j = k < turned_rows ? turned_columns : 0; j < needed; ++j) {
      row[j] = j < count ? from[j * p.b_column] : 0.0F;
    }
  }
}

/// Columns that are no whole vectors go by way of buffers, so that nothing beside them is read or written.
template <int kVectors, class Layout, class End>
NEURAL_INLINE void ragged_strip(const Product& p, const float* b, float* c, std::int64_t count) {
  alignas(64) float values[3][kTileRows * kStrip];
  for (std::int64_t i = 0; i < p.rows; i += kTileRows) {
    Product part = p;
    part.rows = p.rows - i < kTileRows ? p.rows - i : kTileRows;
    part.a = p.a + i * p.a_row;
    part.c = values[0];
    part.c_row = kStrip;
    AdamStep adam;
    float* places[3] = {c + i * p.c_row};
    int used = 1;
    if (p.adam != nullptr) {
      const std::int64_t at = places[0] - p.c;
      places[1] = p.adam->mean + at;
      places[2] = p.adam->square + at;
      used = 3;
      adam = *p.adam;
      adam.mean = values[1];
      adam.square = values[2];
      part.adam = &adam;
    }
    const auto each = [&](auto use) __attribute__((always_inline)) {
      for (int value = 0; value < used; ++value) {
        for (std::int64_t r = 0; r < part.rows; ++r) {
          for (std::int64_t j = 0; j < kVectors * kLanes; ++j) {
            use(values[value][r * kStrip + j], places[value] + r * p.c_row + j, j < count);
          }
        }
      }
    };
    each([](float& value, const float* place, bool is_there) { value = is_there ? *place : 0.0F; });
    strip<kVectors, Layout, End>(part, b, values[0]);
    each([](const float& value, float* place, bool is_there) {
      if (is_there) *place = value;
    });
  }
}

template <int kVectors, class Layout, class End>
NEURAL_INLINE void any_strip(const Product& p, const float* b, float* c, std::int64_t count) {
  if (count == kVectors * kLanes) {
    strip<kVectors, Layout, End>(p, b, c);
  } else {
    ragged_strip<kVectors, Layout, End>(p, b, c, count);
  }
}

template <class Layout, class End>
void multiply_in(const Product& p) {
  for (std::int64_t first = 0; first < p.columns; first += kStrip) {
    const std::int64_t count = p.columns - first < kStrip ? p.columns - first : kStrip;
    const float* b = p.b + first / kStrip * p.packed_strip;
    if (p.packed_strip == 0) {
      pack(p, first, count, p.scratch);
      b = p.scratch;
    }
    float* c = p.c + first;
    const std::int64_t vectors = (count + kLanes - 1) / kLanes;
    if (vectors == 1) any_strip<1, Layout, End>(p, b, c, count);
    if (vectors == 2) any_strip<2, Layout, End>(p, b, c, count);
#if defined(NEURAL_ISA_AVX512)
    if (vectors == 3) any_strip<3, Layout, End>(p, b, c, count);
    if (vectors == 4) any_strip<4, Layout, End>(p, b, c, count);
#endif
  }
}

template <class End>
void multiply_to(const Product& p) {
  if (p.a_column == 1) return multiply_in<RowsApart, End>(p);
  multiply_in<RowsTogether, End>(p);
}

inline void multiply(const Product& p) {
  if (p.adam != nullptr) return multiply_to<Adam>(p);
  if (p.accumulates) return multiply_to<Add>(p);
  multiply_to<Store>(p);
}

inline void pack_all(const Product& p, float* to, std::int64_t to_strip) {
  for (std::int64_t first = 0; first < p.columns; first += kStrip) {
    const std::int64_t count = p.columns - first < kStrip ? p.columns - first : kStrip;
    pack(p, first, count, to + first / kStrip * to_strip);
  }
}

inline std::int64_t scratch_floats(std::int64_t depth) {
  return depth * kStrip;
}

}  // namespace neural::engine::NEURAL_ISA
