// A whole benchmark session, from what is asked to the results.
#pragma once

#include "neural/base/json.hpp"
#include "neural/bench/plan/request.hpp"

namespace neural::bench::plan {

/// Measures every cell and gives the document of benchmark_results.json, which is written too.
///
/// The failure of a cell is in the results and does not stop the others. Errors are: what is asked for is not there
/// (kUsage), the output folder holds an unfinished session and this is no `resume`, something has changed since the
/// session began (kUsage), the results cannot be written, Python cannot be run, and the user interrupted. Every
/// finished run is on disk before the next starts, so after any of these, and after any death, `resume` goes on with
/// the next run.
///
/// A finished session in the output folder is moved to `earlier/<utc>/` first. Waits for other sessions on this
/// machine.
Expected<Json> run_session(const Request& request, const Tools& tools);

}  // namespace neural::bench::plan
