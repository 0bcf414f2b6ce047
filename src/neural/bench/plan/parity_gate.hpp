// The gate before every clock: both sides must compute the same.
#pragma once

#include "neural/bench/plan/cell_runs.hpp"

namespace neural::bench::plan {

/// Runs the parity task on both sides, the neural one first: the initial weights it leaves are those of all further
/// runs. Where the results do not agree at once, the native program is run again from weights moved by one unit in the
/// last place, to see how far rounding alone carries. Done if the sides agree; else an error of kind kMeasurement that
/// says what differs.
Status pass_parity(CellRuns& runs);

}  // namespace neural::bench::plan
