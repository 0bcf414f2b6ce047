// Whether the events of a run are those of a complete run of its plan.
#pragma once

#include <string>

#include "neural/bench/process/events.hpp"
#include "neural/bench/process/worker_plan.hpp"

namespace neural::bench::process {

/// What is wrong with the events, as what the side did ("trained on 100 rows in epoch 2, the plan has 60,000"), or
/// empty: then they came in the order docs/worker.md gives, every number in them is finite, rows and steps are those
/// of the plan, no phase is missing, and the status at the exit is 0.
std::string find_fault(const WorkerPlan& plan, const Events& events);

}  // namespace neural::bench::process
