// Everything that is measured for one cell, in order.
#pragma once

#include "neural/bench/plan/cell_runs.hpp"

namespace neural::bench::plan {

/// Parity, full runs, pairs, memory runs and the full runs of other seeds (docs/worker.md): each only when what comes
/// before it succeeded. Runs that are finished on disk are not made again, so a session that died goes on where it
/// stood. An error of kind kMeasurement says why the cell has no result; every other error is one of the whole session.
/// cell.json is up to date at any time.
Status measure_cell(CellRuns& runs);

}  // namespace neural::bench::plan
