// Full runs from other seeds than the declared one: what training reaches, apart from luck.
#pragma once

#include "neural/bench/plan/cell_runs.hpp"

namespace neural::bench::plan {

/// For each seed behind the first: the neural program writes the weights down that it begins with
/// (`parity_seed_02_neural`), and both sides train from them (`full_02_neural`, `full_02_native`), in an order that is
/// drawn. A run that fails is a result: it says how often training fails, and neither stops the others nor touches what
/// was measured before. Every other error ends the session. Seeds for which the budget has no time, `full_seconds`
/// each, are given up.
Status train_other_seeds(CellRuns& runs, double full_seconds);

}  // namespace neural::bench::plan
