#include "neural/track/remove.hpp"

#include <fmt/format.h>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/track/names.hpp"
#include "neural/track/run.hpp"

namespace neural::track {

namespace fs = std::filesystem;

std::vector<RecordedRun> runs_to_remove(const RunList& list, const Removal& removal) {
  constexpr double kMsPerDay = 24.0 * 3600 * 1000;
  std::vector<RecordedRun> gone;
  if (!removal.keep && !removal.older_than_days) return gone;
  for (std::size_t i = 0; i < list.runs.size(); ++i) {
    const RecordedRun& run = list.runs[i];
    const bool is_kept = removal.keep && list.runs.size() - i <= *removal.keep;
    const double age_ms = static_cast<double>(removal.now_ms - run.start_ms.value_or(removal.now_ms));
    const bool is_young = removal.older_than_days && !(age_ms > *removal.older_than_days * kMsPerDay);
    std::error_code error;
    const bool is_linked = fs::is_symlink(run.folder, error) || fs::is_symlink(run.folder.parent_path(), error);
    if (is_kept || is_young || is_linked || run.status == status_name(RunStatus::kRunning)) continue;
    gone.push_back(run);
  }
  return gone;
}

Status remove_run(const RecordedRun& run) {
  const fs::path parent = run.folder.parent_path();
  const fs::path hidden = parent / ("." + run.id + ".removed");
  std::error_code error;
  fs::rename(run.folder, hidden, error);
  if (!error) fs::remove_all(hidden, error);
  if (error) {
    return tl::unexpected(
        system_error(fmt::format("cannot remove `{}`", printable(run.folder.string())), error.value()));
  }
  // Not the folder of all runs, in which a run may lie as well.
  if (parent.filename() == plain_name(run.experiment)) fs::remove(parent, error);  // stays where anything is in it
  return done();
}

}  // namespace neural::track
