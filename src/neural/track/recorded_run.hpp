// Runs as their folders tell them. Whatever lies there is read: what is missing or damaged is left out and told.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/track/metric.hpp"
#include "neural/track/params.hpp"

namespace neural::track {

struct RecordedRun {
  std::filesystem::path folder;
  std::string id;          ///< the folder's name
  std::string experiment;  ///< as run.json has it, else the name of the folder around it
  std::string name, group, backend;
  /// As run.json has it; KILLED where that says RUNNING and its process, on this machine, is gone.
  std::string status;
  std::optional<std::int64_t> start_ms, end_ms, seed;
  Json description;  ///< run.json: an object
  Params params;
  Metrics metrics;
  /// What of the folder could not be read, in words; the rest is here all the same.
  std::vector<std::string> problems;

  /// What tells it from others at a glance: the digits of its id behind the time, or the whole id.
  std::string short_id() const;
};

/// The error says why `folder` is no run: it has no run.json that is an object.
Expected<RecordedRun> read_run(const std::filesystem::path& folder);

struct RunList {
  std::vector<RecordedRun> runs;      ///< oldest first
  std::vector<std::string> problems;  ///< folders that are no run, with the reason
};

/// Every run in `root`/<experiment>/<run> and `root`/<run>; what begins with a dot is passed over.
Expected<RunList> read_runs(const std::filesystem::path& root);

/// The run that `name` is the path of, or the id, or the beginning of the id or of its last eight digits. The error,
/// kUsage, says that there are several, or none, and which might be meant.
Expected<RecordedRun> find_run(const RunList& list, std::string_view name);

/// All runs of the group that is called `name`, else the one run that find_run finds.
Expected<std::vector<RecordedRun>> find_runs(const RunList& list, std::string_view name);

/// The last number of each metric of a run.
std::vector<Metric> last_metrics(const RecordedRun& run);

/// What a program reads of a run: run.json, and besides `path`, `params` and `metrics`, the last number of each.
Json to_json(const RecordedRun& run);

}  // namespace neural::track
