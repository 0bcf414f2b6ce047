// Runs that go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "neural/track/recorded_run.hpp"

namespace neural::track {

/// A run goes where all that is said of it holds; where nothing is said none goes.
struct Removal {
  std::optional<std::size_t> keep;        ///< it is not among the newest so many
  std::optional<double> older_than_days;  ///< it began longer ago, before `now_ms`; one whose time is unknown did not
  std::int64_t now_ms = 0;
};

/// Never one that says RUNNING, of another machine too, and none that lies elsewhere behind a symbolic link.
std::vector<RecordedRun> runs_to_remove(const RunList& list, const Removal& removal);

/// The whole folder, and that of the experiment if it was the last in it. What a death in the middle leaves is no run
/// any more, and begins with a dot.
Status remove_run(const RecordedRun& run);

}  // namespace neural::track
