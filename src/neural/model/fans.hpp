// What initialisers of a given variance count.
#pragma once

#include <cstddef>

#include "neural/model/model.hpp"

namespace neural::model {

struct FanCounts {
  double in = 1;
  double out = 1;
};

/// As keras.initializers.compute_fans. A projection counts what it reads and what it gives, as EinsumDense does; of any
/// other tensor all axes but the last two are the receptive field.
inline FanCounts fans_of(const Tensor& tensor) {
  const std::vector<std::int64_t>& shape = tensor.shape;
  const auto product = [&](std::size_t from, std::size_t to) {
    double result = 1;
    for (std::size_t i = from; i < to; ++i) result *= static_cast<double>(shape[i]);
    return result;
  };
  const std::size_t rank = shape.size();
  if (rank == 0) return {};
  if (rank == 1) return {product(0, 1), product(0, 1)};
  if (tensor.input_axes > 0) {
    const auto read = static_cast<std::size_t>(tensor.input_axes);
    return {product(0, read), product(read, rank)};
  }
  return {product(0, rank - 1), product(0, rank - 2) * product(rank - 1, rank)};
}

/// True if the initialiser's numbers follow from the fans.
inline bool counts_fans(InitializerKind kind) {
  switch (kind) {
    case InitializerKind::glorot_uniform:
    case InitializerKind::glorot_normal:
    case InitializerKind::he_uniform:
    case InitializerKind::he_normal:
    case InitializerKind::lecun_uniform:
    case InitializerKind::lecun_normal:
    case InitializerKind::variance_scaling:
      return true;
    default:
      return false;
  }
}

/// The standard deviation of a standard normal distribution cut at two deviations.
inline constexpr double kCutDeviation = 0.87962566103423978;

}  // namespace neural::model
