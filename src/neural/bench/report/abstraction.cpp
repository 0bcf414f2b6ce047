#include "neural/bench/report/abstraction.hpp"

#include <vector>

#include "neural/bench/report/side.hpp"
#include "neural/bench/stats/effect.hpp"
#include "neural/bench/stats/indirect.hpp"

namespace neural::bench::report {
namespace {

std::vector<double> log_ratios(const PairTimes& pairs) {
  return stats::log_ratios(epochs_of(pairs.neural), epochs_of(pairs.native));
}

}  // namespace

Json abstraction_tax_json(const PairTimes& contender, const PairTimes& raw, const std::string& raw_name,
                          const stats::Rule& rule) {
  const stats::Comparison tax = stats::indirect_ratio(log_ratios(contender), log_ratios(raw), rule);
  return {{"raw", raw_name},
          {"ratio", number_or_null(tax.ratio)},
          {"percentage", number_or_null(tax.percentage)},
          {"ci_low", number_or_null(tax.ci_low)},
          {"ci_high", number_or_null(tax.ci_high)},
          {"level", number_or_null(tax.level)},
          {"pairs", tax.pairs},
          {"reason", tax.reason}};
}

}  // namespace neural::bench::report
