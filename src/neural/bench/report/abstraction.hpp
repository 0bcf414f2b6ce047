// What it costs to write the same network with another library: the contenders of level "other".
#pragma once

#include "neural/base/json.hpp"
#include "neural/bench/report/samples.hpp"
#include "neural/bench/stats/rule.hpp"

namespace neural::bench::report {

/// The key `abstraction_tax` of a comparison: the ratio of a contender's epoch time to that of the idiomatic program
/// `raw`, by way of the generated program, which both were measured against.
Json abstraction_tax_json(const PairTimes& contender, const PairTimes& raw, const std::string& raw_name,
                          const stats::Rule& rule);

}  // namespace neural::bench::report
