// Several sessions as one: what machines measured in parts becomes one report.
#pragma once

#include <filesystem>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/report/write_reports.hpp"

namespace neural::bench::plan {

/// Copies the finished sessions in `parts` into the results folder `output` and computes the results of all their cells
/// anew, so that what is said of the whole (which verdicts survive Holm) is said of the whole. The parts stay as they
/// are. environment.json is the first part's, and its `parts` tells of each the cells, the seed, when it was measured
/// and its own environment.
///
/// Errors (kUsage): a part is not finished, of another version or protocol, or has a cell that another one has;
/// `output` is one of them, or holds a session that is not finished.
Expected<Json> merge_sessions(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& output,
                              const std::vector<report::Report>& reports);

}  // namespace neural::bench::plan
