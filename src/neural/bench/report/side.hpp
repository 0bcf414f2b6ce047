// One side of a comparison as it stands in the results document.
#pragma once

#include <string_view>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/bench/report/cell.hpp"
#include "neural/bench/report/samples.hpp"

namespace neural::bench::report {

/// A number, or null for what is not finite.
Json number_or_null(double value);

/// The median, or null of nothing.
Json median_or_null(const std::vector<double>& values);

/// The side "neural" or "native". What could not be measured is null, or an empty list of samples.
Json side_json(const Cell& cell, std::string_view side, const std::vector<EpochTime>& times, const PeakMemory& memory);

}  // namespace neural::bench::report
