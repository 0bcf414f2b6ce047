// A training run's folder, while it is written: runs/<experiment>/<utc>-<8 hex digits>/ with run.json, params.json,
// metrics.jsonl, a TensorBoard event file and, once the run has ended, metrics.csv.
//
// run.json is replaced in one step; metrics.jsonl and the event file only grow. A run that dies leaves what it had up
// to a second before: run.json then still says RUNNING, and the last line may be cut off.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "neural/base/clock.hpp"
#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/track/append_file.hpp"
#include "neural/track/metric.hpp"
#include "neural/track/params.hpp"

namespace neural::track {

inline constexpr int kSchema = 1;

enum class RunStatus { kRunning, kFinished, kFailed, kKilled };
std::string_view status_name(RunStatus status);  ///< "RUNNING", …

/// What is known when a run begins.
struct Beginning {
  /// Names the folder of runs that belong together. Characters that do not suit a folder become `_` there.
  std::string experiment;
  /// Joins the fields of run.json: what was run (name, group, seed, argv, backend, versions, hashes).
  Json details = Json::object();
  Params params;
  std::int64_t unix_ms = neural::unix_ms();
};

class Run {
 public:
  /// Makes a new folder below `root`/`experiment` and its files.
  static Expected<Run> start(const std::filesystem::path& root, const Beginning& beginning);

  /// Adds a metric: to memory, and once a second, or when 64 KiB wait, to the files. It never waits for the disk.
  Status log(const Metric& metric);

  /// Writes what waits in memory. The end of the object does so too.
  Status flush();

  /// The last change: metrics.csv, then status, end, and what `results` adds to run.json.
  Status finish(RunStatus status, const Json& results = Json::object(), std::int64_t end_ms = unix_ms());

  const std::filesystem::path& folder() const { return folder_; }
  const std::string& id() const { return id_; }

 private:
  Run(std::filesystem::path folder, Json description, AppendFile lines, AppendFile events);
  Status save() const;

  std::filesystem::path folder_;
  std::string id_;
  Json description_;
  AppendFile lines_, events_;
  std::int64_t flushed_ns_;
};

/// False when the environment variable NEURAL_DISABLE_TRACKING is "1" or "true".
bool tracking_enabled();

}  // namespace neural::track
