#include "neural/bench/parity/deviation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace neural::bench::parity {
namespace {

Finding not_comparable(std::string fault) {
  return {.deviation = kNotComparable, .rest = kNotComparable, .identical = false, .fault = std::move(fault)};
}

/// The largest difference but for `left_out` larger ones; reorders them.
double largest_of_rest(std::vector<double>& differences, std::size_t left_out) {
  const auto place = differences.begin() + static_cast<std::ptrdiff_t>(left_out);
  std::nth_element(differences.begin(), place, differences.end(), std::greater<>());
  return *place;
}

}  // namespace

double relative_difference(double difference, double scale) {
  return difference == 0 ? 0 : difference / scale;
}

Finding compare_arrays(const Array& first, const Array& second, const SideNames& names, const Measure& measure) {
  if (first.precision() != second.precision()) {
    return not_comparable(fmt::format("are {} on the {} side, {} on the {} side", name_of(first.precision()),
                                      names.first, name_of(second.precision()), names.second));
  }
  double scale = measure.least;
  std::vector<double> differences(second.size());
  for (std::size_t i = 0; i < second.size(); ++i) {
    const double a = first[i];
    const double b = second[i];
    if (!std::isfinite(a) || !std::isfinite(b)) {
      return not_comparable(
          fmt::format("are not finite on the {} side", std::isfinite(a) ? names.second : names.first));
    }
    differences[i] = std::abs(a - b);
    scale = std::max(scale, std::abs(b));
  }
  if (differences.empty()) return {};
  const double difference = largest_of_rest(differences, 0);
  if (scale == 0 && difference > 0) {
    return not_comparable(fmt::format("are all zero on the {} side alone", names.second));
  }
  const auto left_out = static_cast<std::size_t>(measure.left_out * static_cast<double>(second.size()));
  return {.deviation = relative_difference(difference, scale),
          .rest = relative_difference(largest_of_rest(differences, left_out), scale),
          .identical = first.bytes() == second.bytes(),
          .fault = {}};
}

}  // namespace neural::bench::parity
