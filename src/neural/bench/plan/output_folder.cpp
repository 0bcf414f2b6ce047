#include "neural/bench/plan/output_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "neural/base/files.hpp"
#include "neural/bench/report/write_reports.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

/// What a session leaves in its folder, session.json last: while that is there the others belong to it.
std::vector<fs::path> files_of(const SessionRecord& record) {
  std::vector<fs::path> files = {"raw", "environment.json", report::kResultsFile, report::kReportFile,
                                 report::kPageFile};
  for (const CellIdentity& cell : record.cells) {
    files.emplace_back(fmt::format("{}_{}_neural.py", cell.model, cell.backend));
    files.emplace_back(fmt::format("{}_{}.py", cell.model, cell.contender));
  }
  files.emplace_back(kSessionFile);
  return files;
}

/// "2026-01-31T12:00:00Z" as "20260131T120000Z".
std::string compact(std::string utc) {
  std::erase_if(utc, [](char byte) { return byte == '-' || byte == ':'; });
  return utc;
}

Status move_to_earlier(const fs::path& results, const SessionRecord& record) {
  const fs::path target = results / "earlier" / compact(record.protocol.started_utc);
  NEURAL_TRY(make_folder(target));
  for (const fs::path& file : files_of(record)) {
    std::error_code error;
    if (!fs::exists(results / file)) continue;
    fs::rename(results / file, target / file, error);
    if (error) {
      return tl::unexpected(system_error(fmt::format("cannot move `{}`", (results / file).string()), error.value()));
    }
  }
  return done();
}

}  // namespace

Status clear_for_new_session(const fs::path& results) {
  NEURAL_TRY(make_folder(results));
  if (!fs::exists(results / kSessionFile)) {
    if (!fs::exists(results / "raw")) return done();
    return fail(ErrorCode::kUsage, fmt::format("`{}` holds runs but no `{}`", results.string(), kSessionFile),
                "choose another folder with `--output`");
  }
  const Expected<SessionRecord> record = read_session(results);
  if (record && !record->protocol.finished_utc.empty()) return move_to_earlier(results, *record);
  if (!record) return tl::unexpected(record.error());
  return fail(ErrorCode::kUsage, fmt::format("`{}` holds a session that is not finished", results.string()),
              "go on with it with `--resume`, or choose another folder with `--output`");
}

}  // namespace neural::bench::plan
