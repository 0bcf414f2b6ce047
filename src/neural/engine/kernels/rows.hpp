// What goes over rows of channels: maxima of windows, bytes as numbers.
#pragma once

#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/kernels/vector.hpp"

namespace neural::engine::NEURAL_ISA {

/// One vector of channels: the largest of the rows, and which row it is of; the first of equals, and of no numbers.
NEURAL_INLINE void largest_of(const WindowRows& window, std::int64_t channel, float* to, std::int32_t* places) {
  Floats largest = load(window.rows[0] + channel);
  Integers place = Integers{} + window.places[0];
  for (int r = 1; r < window.count; ++r) {
    const Floats value = load(window.rows[r] + channel);
    const Integers here = Integers{} + window.places[r];
    const Floats place_bits = (Floats)place;
    const Floats here_bits = (Floats)here;
    // Greater, or no number where the largest is one.
    const Mask greater = is_less(largest, value);
    const Floats after = pick(greater, value, largest);
    const Floats after_place = pick(greater, here_bits, place_bits);
    const Mask value_is_number = is_equal(value, value);
    const Mask largest_is_number = is_equal(after, after);
    const Floats of_none = pick(value_is_number, after, pick(largest_is_number, value, after));
    const Floats of_none_place = pick(value_is_number, after_place, pick(largest_is_number, here_bits, after_place));
    largest = of_none;
    place = (Integers)of_none_place;
  }
  store(to + channel, largest);
  std::memcpy(places + channel, &place, sizeof place);
}

inline void max_of_rows(const WindowRows& window, std::int64_t channels, float* to, std::int32_t* places) {
  std::int64_t channel = 0;
  for (; channel + kLanes <= channels; channel += kLanes) largest_of(window, channel, to, places);
  for (; channel < channels; ++channel) {
    float largest = window.rows[0][channel];
    std::int32_t place = window.places[0];
    for (int r = 1; r < window.count; ++r) {
      const float value = window.rows[r][channel];
      if (value > largest || (value != value && largest == largest)) {
        largest = value;
        place = window.places[r];
      }
    }
    to[channel] = largest;
    places[channel] = place;
  }
}

/// Each byte over 255.
inline void scale_bytes(float* to, const std::uint8_t* from, std::int64_t count) {
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Floats values;
#if defined(NEURAL_ISA_AVX512)
    values = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i))));
#elif defined(NEURAL_ISA_AVX2)
    values = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + i))));
#else
    for (int lane = 0; lane < kLanes; ++lane) values[lane] = from[i + lane];
#endif
    store(to + i, values / splat(255.0F));
  }
  for (; i < count; ++i) to[i] = static_cast<float>(from[i]) / 255.0F;
}

}  // namespace neural::engine::NEURAL_ISA
