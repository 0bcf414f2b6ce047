// Which phase of what is measured has moved where a trend has.
#pragma once

#include "neural/bench/history/trend.hpp"

namespace neural::bench::history {

/// The phases of the trend's quantity, in the order they are gone through: seconds of training and of what comes before
/// it, or the bytes at the peak of each. Of both sides of `change`, at most the thirty nearest sessions up to the
/// changes around it; a phase that a session lacks on either side is left out there, and one that all lack altogether.
Expected<std::vector<PhaseShift>> phase_shifts(History& history, const Trend& trend, std::size_t change);

}  // namespace neural::bench::history
