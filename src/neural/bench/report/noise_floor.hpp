// What equal programs look like on this machine.
#pragma once

#include "neural/base/json.hpp"
#include "neural/bench/report/cell.hpp"

namespace neural::bench::report {

/// The key `noise_floor` of the results: the ratios of the session's pairs of equal programs, and by how much the
/// farthest of them differ; null where there are none.
Json noise_floor_json(const ResultsFolder& folder);

/// "Equal programs, 4 pairs of `pytorch_native` of `cnn` and its copy: at most 1.2 % apart."; empty where not known.
std::string noise_floor_sentence(const Json& results);

/// True if a difference of training time is claimed that is no larger than that of a pair of equal programs.
bool is_below_noise_floor(const Json& results, const Json& result);

}  // namespace neural::bench::report
