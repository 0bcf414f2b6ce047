#include "neural/bench/report/noise_floor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "neural/base/json_view.hpp"
#include "neural/bench/report/markdown.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/samples.hpp"
#include "neural/bench/stats/effect.hpp"

namespace neural::bench::report {

double farthest_apart(std::span<const double> log_ratios) {
  double farthest = 0;
  for (const double log_ratio : log_ratios) farthest = std::max(farthest, std::abs(log_ratio));
  return std::expm1(farthest);
}

Json noise_floor_json(const ResultsFolder& folder) {
  Json noisiest;
  double most = -1;
  for (const Cell& cell : read_equal_cells(folder)) {
    const PairTimes times = pair_times(cell);
    if (!times.fault.empty() || times.neural.empty()) continue;
    const auto log_ratios = stats::log_ratios(epochs_of(times.neural), epochs_of(times.native));
    const double farthest = farthest_apart(log_ratios);
    if (farthest <= most) continue;
    most = farthest;
    Json ratios = Json::array();
    for (const double log_ratio : log_ratios) ratios.push_back(std::exp(log_ratio));
    noisiest = {{"model", cell.model}, {"program", cell.contender}, {"ratios", ratios}, {"farthest", farthest}};
  }
  return noisiest;
}

std::string noise_floor_sentence(const Json& results) {
  const Json& noise = at(results, {"noise_floor"});
  const auto farthest = number_at(noise, {"farthest"});
  if (!farthest) return {};
  return fmt::format(
      "What equal programs look like here: of {} pairs of {} of {} and its copy, the farthest were {} apart.\n\n",
      list_at(noise, {"ratios"}).size(), code(text_at(noise, {"program"})), code(text_at(noise, {"model"})),
      show_delta(*farthest));
}

bool is_below_noise_floor(const Json& results, const Json& result) {
  const auto farthest = number_at(results, {"noise_floor", "farthest"});
  const auto ratio = number_at(result, {"comparison", "training_time", "ratio"});
  const std::string verdict = text_at(result, {"comparison", "training_time", "verdict"});
  if (!farthest || !ratio || !(*ratio > 0) || (verdict != "FASTER" && verdict != "SLOWER")) return false;
  return std::abs(std::log(*ratio)) <= std::log1p(*farthest);
}

}  // namespace neural::bench::report
