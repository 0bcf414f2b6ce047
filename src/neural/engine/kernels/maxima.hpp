// Gradients that are 0 but at the places of maxima, as lists of what is left, and what is summed over such lists.
#pragma once

#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/kernels/transpose.hpp"
#include "neural/engine/kernels/vector.hpp"

namespace neural::engine::NEURAL_ISA {

/// A lane's bit is set where it is not 0.
NEURAL_INLINE unsigned live_lanes(Floats x) {
#if defined(NEURAL_ISA_AVX512)
  return _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NEQ_UQ);
#elif defined(NEURAL_ISA_AVX2)
  return static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_NEQ_UQ)));
#else
  unsigned bits = 0;
  for (int i = 0; i < kLanes; ++i) bits |= static_cast<unsigned>(x[i] != 0) << i;
  return bits;
#endif
}

#if defined(NEURAL_ISA_AVX2)
/// For each set of lanes their numbers, a byte each.
struct LaneTable {
  std::uint64_t lanes[256];
  constexpr LaneTable() : lanes{} {
    for (unsigned bits = 0; bits < 256; ++bits) {
      int next = 0;
      for (unsigned lane = 0; lane < 8; ++lane) {
        if ((bits >> lane & 1U) != 0) lanes[bits] |= std::uint64_t{lane} << (8 * next++);
      }
    }
  }
};
static constexpr LaneTable kLaneTable;
#endif

/// The lanes whose bits are set, in order; what follows is anything.
NEURAL_INLINE Floats packed_lanes(Floats x, unsigned bits) {
#if defined(NEURAL_ISA_AVX512)
  return _mm512_maskz_compress_ps(static_cast<__mmask16>(bits), x);
#elif defined(NEURAL_ISA_AVX2)
  const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kLaneTable.lanes + bits));
  return _mm256_permutevar8x32_ps(x, _mm256_cvtepu8_epi32(bytes));
#else
  Floats result{};
  for (int i = 0, next = 0; i < kLanes; ++i) {
    if ((bits >> i & 1U) != 0) result[next++] = x[i];
  }
  return result;
#endif
}

/// Where the patch under each maximum begins.
NEURAL_INLINE Floats offsets_of(const Maxima& m, Floats place_bits) {
  const Integers place = (Integers)place_bits;
  // Exact for fewer than 2^22 places: the half keeps a multiple of the width from being rounded below.
  const Floats row_number = (__builtin_convertvector(place, Floats) + 0.5F) * splat(1.0F / static_cast<float>(m.width));
  const Integers row = __builtin_convertvector(row_number, Integers);
  const Integers column = place - row * static_cast<std::int32_t>(m.width);
  return (Floats)(row * m.row_step + column * m.column_step);
}

/// The lists of kLanes channels from `channel` on: blocks of places are turned round, then what is 0 is left out.
NEURAL_INLINE void list_channels(const Maxima& m, std::int64_t channel, const MaximaLists& to) {
  alignas(64) float flow[kLanes * kLanes];
  alignas(64) float place[kLanes * kLanes];
  alignas(64) float rest[2][kLanes * kLanes];
  std::int32_t counts[kLanes] = {};
  const auto* places = reinterpret_cast<const float*>(m.places);  // their bits
  for (std::int64_t first = 0; first < m.count; first += kLanes) {
    const float* flow_from = m.flow + first * m.channels + channel;
    const float* place_from = places + first * m.channels + channel;
    std::int64_t stride = m.channels;
    if (m.count - first < kLanes) {
      for (std::int64_t i = 0; i < kLanes; ++i) {
        const bool is_there = i < m.count - first;
        store(rest[0] + i * kLanes, is_there ? load(flow_from + i * stride) : Floats{});
        store(rest[1] + i * kLanes, is_there ? load(place_from + i * stride) : Floats{});
      }
      flow_from = rest[0];
      place_from = rest[1];
      stride = kLanes;
    }
    transpose_block(flow_from, stride, flow, kLanes);
    transpose_block(place_from, stride, place, kLanes);
    for (int i = 0; i < kLanes; ++i) {
      const Floats values = load(flow + i * kLanes);
      const unsigned live = live_lanes(values);
      const std::int64_t at = (channel - m.first + i) * to.capacity + counts[i];
      store(to.values + at, packed_lanes(values, live));
      const Floats offsets = packed_lanes(offsets_of(m, load(place + i * kLanes)), live);
      std::memcpy(to.offsets + at, &offsets, sizeof offsets);
      counts[i] += __builtin_popcount(live);
    }
  }
  std::memcpy(to.counts + (channel - m.first), counts, sizeof counts);
}

inline void list_maxima(const Maxima& m, const MaximaLists& to) {
  std::int64_t channel = m.first;
  for (; channel + kLanes <= m.end; channel += kLanes) list_channels(m, channel, to);
  for (; channel < m.end; ++channel) {
    float* values = to.values + (channel - m.first) * to.capacity;
    std::int32_t* offsets = to.offsets + (channel - m.first) * to.capacity;
    std::int32_t count = 0;
    for (std::int64_t i = 0; i < m.count; ++i) {
      const float value = m.flow[i * m.channels + channel];
      if (value == 0) continue;
      const auto place = m.places[i * m.channels + channel];
      const auto width = static_cast<std::int32_t>(m.width);
      values[count] = value;
      offsets[count++] = place / width * m.row_step + place % width * m.column_step;
    }
    to.counts[channel - m.first] = count;
  }
}

/// Rows [row, row + kRows) of every patch, from vector `first` on. The last vector has `rest` floats where it is
/// ragged.
template <int kRows, int kVectors, bool kIsRagged, class Use>
NEURAL_INLINE void each_patch(const Patches& p, std::int64_t row, std::int64_t first, std::int64_t rest, Use use) {
  for (std::int64_t channel = 0; channel < p.channels; ++channel) {
    float* weights = p.weights + channel * p.rows * p.weight_row + row * p.weight_row + first;
    Floats w[kRows][kVectors];
    NEURAL_UNROLL for (int r = 0; r < kRows; ++r) {
      NEURAL_UNROLL for (int v = 0; v < kVectors; ++v) w[r][v] = load(weights + r * p.weight_row + v * kLanes);
    }
    const float* values = p.lists.values + channel * p.lists.capacity;
    const std::int32_t* offsets = p.lists.offsets + channel * p.lists.capacity;
    const std::int32_t count = p.lists.counts[channel];
    float* plane = p.plane + row * p.row_step + first;
    for (std::int32_t i = 0; i < count; ++i) {
      const Floats value = splat(values[i]);
      float* patch = plane + offsets[i];
      NEURAL_UNROLL for (int r = 0; r < kRows; ++r) {
        NEURAL_UNROLL for (int v = 0; v < kVectors; ++v) {
          float* x = patch + r * p.row_step + v * kLanes;
          if (kIsRagged && v + 1 == kVectors) {
            use.part(value, w[r][v], x, rest);
          } else {
            use.whole(value, w[r][v], x);
          }
        }
      }
    }
    if constexpr (Use::kChangesWeights) {
      NEURAL_UNROLL for (int r = 0; r < kRows; ++r) {
        NEURAL_UNROLL for (int v = 0; v < kVectors; ++v) store(weights + r * p.weight_row + v * kLanes, w[r][v]);
      }
    }
  }
}

/// weights += value · patch
struct AddPatches {
  static constexpr bool kChangesWeights = true;
  NEURAL_INLINE void whole(Floats value, Floats& w, const float* x) { w = multiply_add(value, load(x), w); }
  NEURAL_INLINE void part(Floats value, Floats& w, const float* x, std::int64_t rest) {
    w = multiply_add(value, load_part(x, rest), w);
  }
};
/// patch += value · weights
struct SpreadPatches {
  static constexpr bool kChangesWeights = false;
  NEURAL_INLINE void whole(Floats value, const Floats& w, float* x) { store(x, multiply_add(value, w, load(x))); }
  NEURAL_INLINE void part(Floats value, const Floats& w, float* x, std::int64_t rest) {
    store_part(x, multiply_add(value, w, load_part(x, rest)), rest);
  }
};

/// All vectors of kRows rows, as many at a time as registers hold.
template <int kRows, class Use>
NEURAL_INLINE void each_vector(const Patches& p, std::int64_t row, Use use) {
#if defined(NEURAL_ISA_AVX512)
  constexpr int kMost = 24 / kRows;
#else
  constexpr int kMost = 12 / kRows;
#endif
  const std::int64_t vectors = (p.row_floats + kLanes - 1) / kLanes;
  const std::int64_t rest = p.row_floats % kLanes;
  std::int64_t done = 0;
  const auto go = [&]<int kVectors>() __attribute__((always_inline)) {
    if constexpr (kVectors <= kMost) {
      while (vectors - done >= kVectors) {
        if (rest != 0 && vectors - done == kVectors) {
          each_patch<kRows, kVectors, true>(p, row, done * kLanes, rest, use);
        } else {
          each_patch<kRows, kVectors, false>(p, row, done * kLanes, rest, use);
        }
        done += kVectors;
      }
    }
  };
  go.template operator()<12>();
  go.template operator()<8>();
  go.template operator()<6>();
  go.template operator()<4>();
  go.template operator()<2>();
  go.template operator()<1>();
}

template <class Use>
void walk_patches(const Patches& p, Use use) {
  std::int64_t row = 0;
  for (; row + 3 <= p.rows; row += 3) each_vector<3>(p, row, use);
  for (; row < p.rows; ++row) each_vector<1>(p, row, use);
}

inline void add_patches(const Patches& p) {
  walk_patches(p, AddPatches{});
}
inline void spread_patches(const Patches& p) {
  walk_patches(p, SpreadPatches{});
}

}  // namespace neural::engine::NEURAL_ISA
