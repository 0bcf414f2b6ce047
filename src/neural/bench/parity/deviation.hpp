// How far two tensors are apart.
#pragma once

#include <limits>
#include <string>
#include <string_view>

#include "neural/bench/parity/npy.hpp"

namespace neural::bench::parity {

inline constexpr double kNotComparable = std::numeric_limits<double>::quiet_NaN();

/// How messages call the sides.
struct SideNames {
  std::string_view first;
  std::string_view second;
};

/// How tensors of one kind are compared.
struct Measure {
  double least = 0;     ///< what a difference is compared to at least
  double left_out = 0;  ///< this share of a tensor's numbers, those that are farthest apart: below 1
};

/// What was found of one tensor.
struct Finding {
  /// max|first - second| / max|second|, 0 where both are zero; kNotComparable with a `fault`.
  double deviation = 0;
  /// The same without the numbers that may be left out.
  double rest = 0;
  bool identical = true;
  /// Why there is no deviation, as the end of a sentence: "are not finite on the native side".
  std::string fault;
};

/// `difference` / `scale`, and 0 of no difference whatever the scale.
double relative_difference(double difference, double scale);

/// Of arrays of the same shape.
Finding compare_arrays(const Array& first, const Array& second, const SideNames& names, const Measure& measure);

}  // namespace neural::bench::parity
