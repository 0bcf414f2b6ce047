// Everything that is measured for one cell, in order.
#pragma once

#include "neural/bench/plan/cell_runs.hpp"

namespace neural::bench::plan {

// Runs that are finished on disk are not made again, so a session that died goes on where it stood. An error of kind
// kMeasurement says why the cell has no result; every other error is one of the whole session. cell.json is up to date
// at any time.

/// Shows parity. Gives the seconds that the full runs of both sides are thought to take, by the steps it has seen.
Expected<double> begin_cell(CellRuns& runs);

/// Behind `begin_cell`, which gave `training_seconds`: full runs, pairs, memory runs and the full runs of other seeds
/// (docs/worker.md), each only when what comes before it succeeded.
Status measure_cell(CellRuns& runs, double training_seconds);

}  // namespace neural::bench::plan
