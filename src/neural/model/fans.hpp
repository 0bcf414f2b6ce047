// What initialisers of a given variance count.
#pragma once

#include <cstdint>
#include <vector>

namespace neural::model {

struct FanCounts {
  double in = 1;
  double out = 1;
};

/// As keras.initializers.compute_fans: all axes but the last two are the receptive field.
inline FanCounts fans_of(const std::vector<std::int64_t>& shape) {
  if (shape.empty()) return {};
  if (shape.size() == 1) return {static_cast<double>(shape[0]), static_cast<double>(shape[0])};
  double field = 1;
  for (std::size_t i = 0; i + 2 < shape.size(); ++i) field *= static_cast<double>(shape[i]);
  return {field * static_cast<double>(shape[shape.size() - 2]), field * static_cast<double>(shape.back())};
}

/// The standard deviation of a standard normal distribution cut at two deviations.
inline constexpr double kCutDeviation = 0.87962566103423978;

}  // namespace neural::model
