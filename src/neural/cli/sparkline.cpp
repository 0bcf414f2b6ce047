#include "neural/cli/sparkline.hpp"

#include <algorithm>
#include <array>

namespace neural::cli {

std::string sparkline(std::span<const double> values, double least_range) {
  constexpr std::size_t kMost = 60;
  constexpr std::array kHeights = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  values = values.last(std::min(kMost, values.size()));
  if (values.empty()) return {};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  // By halves: the difference of two large numbers may be more than a double holds.
  const double range = std::max(*high / 2 - *low / 2, least_range / 2);
  std::string line;
  for (const double value : values) {
    const double share = range > 0 ? (value / 2 - *low / 2) / range : 0;
    line += kHeights[static_cast<std::size_t>(share * (kHeights.size() - 1) + 0.5)];
  }
  return line;
}

}  // namespace neural::cli
