#include "neural/bench/history/record.hpp"

#include <algorithm>

#include "neural/base/files.hpp"

namespace neural::bench::history {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = std::size_t{1} << 28;

std::vector<std::string> folders_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Expected<Run> read_run(const fs::path& folder, const std::string& cell, const std::string& name) {
  const fs::path place = folder / "raw" / cell / name;
  const std::string outcome_file = (place / "outcome.json").string();
  Run run;
  run.cell = cell;
  run.name = name;
  run.outcome = NEURAL_TRY(read_file(outcome_file, kMostBytes));
  const Json outcome = NEURAL_TRY(parse_json(run.outcome, outcome_file));
  run.started_utc = NEURAL_TRY(json_field<std::string>(outcome, "started_utc", outcome_file));
  run.valid = NEURAL_TRY(json_field<bool>(outcome, "valid", outcome_file));
  run.plan = NEURAL_TRY(read_file(place / "plan.json", kMostBytes));
  run.events = read_file(place / "events.jsonl", kMostBytes).value_or(std::string());
  return run;
}

/// Those that can be read.
Status record_runs(History& history, std::int64_t session, const fs::path& folder) {
  for (const std::string& cell : folders_in(folder / "raw")) {
    std::vector<std::string> names = folders_in(folder / "raw" / cell);
    for (const std::string& name : folders_in(folder / "raw" / cell / "failed")) names.push_back("failed/" + name);
    for (const std::string& name : names) {
      if (const Expected<Run> run = read_run(folder, cell, name)) NEURAL_TRY(history.add_run(session, *run));
    }
  }
  return done();
}

}  // namespace

Expected<std::int64_t> record_session(History& history, const fs::path& folder) {
  Session session;
  session.session = NEURAL_TRY(read_file(folder / "session.json", kMostBytes));
  session.environment = NEURAL_TRY(read_file(folder / "environment.json", kMostBytes));
  const Json described = NEURAL_TRY(parse_json(session.session, (folder / "session.json").string()));
  const Json protocol = NEURAL_TRY(json_field<Json>(described, "protocol", (folder / "session.json").string()));
  // The results of a session that goes on are those of an earlier one, or of a part.
  if (protocol.is_object() && protocol.value("finished_utc", Json("")) != "") {
    session.results = NEURAL_TRY(read_file(folder / "benchmark_results.json", kMostBytes));
  }
  const Expected<std::int64_t> id = history.add_session(session);
  if (!id)
    return tl::unexpected(id.error().code == ErrorCode::kCorrupt ? id.error().within(folder.string()) : id.error());
  return *id;
}

Status record_run(History& history, std::int64_t session, const fs::path& folder, const std::string& cell,
                  const std::string& name) {
  return history.add_run(session, NEURAL_TRY(read_run(folder, cell, name)));
}

Expected<std::int64_t> record_folder(History& history, const fs::path& folder) {
  std::int64_t session = 0;
  const auto record = [&]() -> Status {
    session = NEURAL_TRY(record_session(history, folder));
    return record_runs(history, session, folder);
  };
  NEURAL_TRY(history.at_once(record));
  return session;
}

}  // namespace neural::bench::history
