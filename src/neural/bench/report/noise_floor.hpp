// What equal programs look like on this machine.
#pragma once

#include <span>

#include "neural/base/json.hpp"
#include "neural/bench/report/cell.hpp"

namespace neural::bench::report {

/// By how much the times of the farthest pair differ: 0.25 of ratios of 0.8 and 1.1. 0 without a pair.
double farthest_apart(std::span<const double> log_ratios);

/// The key `noise_floor` of the results: the ratios of the session's pairs of equal programs, and by how much the
/// farthest of them differ; null where there are none. Where several machines have measured parts of it, those of the
/// machine on which they differ most.
Json noise_floor_json(const ResultsFolder& folder);

/// "What equal programs look like here: of 4 pairs of …, the farthest were 1.2 % apart."; empty where not known.
std::string noise_floor_sentence(const Json& results);

/// True if a difference of training time is claimed that is no larger than that of a pair of equal programs.
bool is_below_noise_floor(const Json& results, const Json& result);

}  // namespace neural::bench::report
