#include "neural/bench/stats/summary.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "neural/base/check.hpp"

namespace neural::bench::stats {
namespace {

std::vector<double> sorted(std::span<const double> sample) {
  NEURAL_CHECK(!sample.empty(), "an empty sample");
  std::vector<double> values(sample.begin(), sample.end());
  std::sort(values.begin(), values.end());
  return values;
}

}  // namespace

double median(std::span<const double> sample) {
  const std::vector<double> values = sorted(sample);
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

double quantile(std::span<const double> sample, double probability) {
  NEURAL_CHECK(probability >= 0 && probability <= 1, "a probability outside [0, 1]");
  const std::vector<double> values = sorted(sample);
  const double position = probability * static_cast<double>(values.size() - 1);
  const std::size_t below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (position - static_cast<double>(below)) * (values[above] - values[below]);
}

double median_absolute_deviation(std::span<const double> sample) {
  const double center = median(sample);
  std::vector<double> distances;
  for (const double value : sample) distances.push_back(std::abs(value - center));
  return median(distances);
}

double bowley_skewness(std::span<const double> sample) {
  std::vector<double> negated;
  for (const double value : sample) negated.push_back(-value);
  const double low = quantile(sample, 0.25);
  const double middle = median(sample);
  const double high = -quantile(negated, 0.25);  // mirrors `low` to the last bit, as quantile(sample, 0.75) would not
  return high > low ? ((high - middle) - (middle - low)) / (high - low) : 0;
}

}  // namespace neural::bench::stats
