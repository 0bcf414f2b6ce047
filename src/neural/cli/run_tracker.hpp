// Full runs of a benchmark as tracked runs: runs/<model>/<time>-<id>/.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/bench/process/outcome.hpp"

namespace neural::cli {

class RunTracker {
 public:
  /// `root` is the folder `runs`; `results` the session's results folder; `command` joins run.json.
  RunTracker(std::filesystem::path root, std::filesystem::path results, std::vector<std::string> command);

  /// Writes the folder of a full run that is complete; leaves other tasks and invalid runs alone.
  Status add(const std::string& cell, const bench::process::Outcome& outcome) const;

 private:
  std::filesystem::path root_;
  std::filesystem::path results_;
  std::vector<std::string> command_;
};

}  // namespace neural::cli
