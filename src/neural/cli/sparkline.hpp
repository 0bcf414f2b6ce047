// Numbers as a line of text.
#pragma once

#include <span>
#include <string>

namespace neural::cli {

/// The newest sixty as blocks of eight heights. A range below `least_range` does not fill the height, so that noise is
/// not drawn as mountains. All must be finite.
std::string sparkline(std::span<const double> values, double least_range = 0);

}  // namespace neural::cli
