// A training run's folder: runs/<experiment>/<utc>-<8 hex digits>/ with run.json and metrics.jsonl.
//
// run.json is replaced in one step and metrics.jsonl only grows, so that a run that dies leaves what it had: run.json
// then still says RUNNING.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"

namespace neural::track {

inline constexpr int kSchema = 1;

enum class RunStatus { kRunning, kFinished, kFailed, kKilled };
std::string_view status_name(RunStatus status);  ///< "RUNNING", …

/// One number at one place of the training.
struct Metric {
  std::int64_t unix_ms = 0;
  std::int64_t step = 0;
  std::int64_t epoch = 0;
  std::string split;  ///< "train", "val" or "test"
  std::string key;    ///< "loss", "accuracy", "seconds"
  double value = 0;
};

class Run {
 public:
  /// Makes a new folder below `root`/`experiment` and its run.json. `details` joins the fields of run.json: what was
  /// run (argv, backend, versions, seed, hashes). Characters of `experiment` that do not suit a folder become `_`.
  static Expected<Run> start(const std::filesystem::path& root, std::string_view experiment, const Json& details);

  /// Appends one line to metrics.jsonl. A number that is not finite is stored as null.
  Status log(const Metric& metric);

  /// The last change of run.json: status, end, and what `results` adds.
  Status finish(RunStatus status, const Json& results = Json::object());

  const std::filesystem::path& folder() const { return folder_; }
  const std::string& id() const { return id_; }

 private:
  Run(std::filesystem::path folder, std::string id, Json description);
  Status save() const;

  std::filesystem::path folder_;
  std::string id_;
  Json description_;
};

/// False when the environment variable NEURAL_DISABLE_TRACKING is "1" or "true".
bool tracking_enabled();

}  // namespace neural::track
