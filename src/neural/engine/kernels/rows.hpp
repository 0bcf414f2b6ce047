// What goes over rows of channels: maxima of windows, bytes as numbers.
#pragma once

#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/kernels/vector.hpp"

namespace neural::engine::NEURAL_ISA {

/// One vector of channels: the largest of the rows, and which row it is of; the first of equals, and of no numbers.
NEURAL_INLINE void largest_of(const WindowRows& window, std::int64_t channel, float* to, std::int32_t* places) {
  const bool has_bias = window.bias != nullptr;
  const Floats bias = has_bias ? load(window.bias + channel) : Floats{};
  const auto row = [&](int r) __attribute__((always_inline)) {
    const Floats value = load(window.rows[r] + channel);
    return has_bias ? value + bias : value;
  };
  Floats largest = row(0);
  Integers place = Integers{} + window.places[0];
  for (int r = 1; r < window.count; ++r) {
    const Floats value = row(r);
    const Floats here = (Floats)(Integers{} + window.places[r]);
    const Mask stays = is_at_most(value, largest);  // not where one of them is no number
    const Mask is_number = is_equal(largest, largest);
    place = (Integers)pick(is_number, pick(stays, (Floats)place, here), (Floats)place);
    largest = pick(is_number, pick(stays, largest, value), largest);
  }
  if (window.is_rectified) largest = pick(is_at_most(largest, Floats{}), Floats{}, largest);
  store(to + channel, largest);
  std::memcpy(places + channel, &place, sizeof place);
}

inline void max_of_rows(const WindowRows& window, std::int64_t channels, float* to, std::int32_t* places) {
  std::int64_t channel = 0;
  for (; channel + kLanes <= channels; channel += kLanes) largest_of(window, channel, to, places);
  for (; channel < channels; ++channel) {
    const auto row = [&](int r) {
      const float value = window.rows[r][channel];
      return window.bias != nullptr ? value + window.bias[channel] : value;
    };
    float largest = row(0);
    std::int32_t place = window.places[0];
    for (int r = 1; r < window.count; ++r) {
      const float value = row(r);
      if (value > largest || (value != value && largest == largest)) {
        largest = value;
        place = window.places[r];
      }
    }
    to[channel] = window.is_rectified && largest <= 0 ? 0 : largest;
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
