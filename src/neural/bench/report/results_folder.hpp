// A results folder as it was found: docs/worker.md, "A results folder".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/process/events.hpp"

namespace neural::bench::report {

/// Reads what lies in a results folder. Errors name a file by its place in the folder, so that what is made of them
/// does not depend on where the folder lies.
class ResultsFolder {
 public:
  explicit ResultsFolder(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }

  /// The JSON object in a file.
  Expected<Json> read_object(const std::filesystem::path& place) const;

  /// The events in a file.
  Expected<process::Events> read_events(const std::filesystem::path& place) const;

  /// The names of the folders in a folder, sorted; none if it is not there.
  std::vector<std::string> folders_in(const std::filesystem::path& place) const;

  bool has(const std::filesystem::path& place) const;

  /// The text with the folder's own path taken out.
  std::string without_root(std::string text) const;

 private:
  std::filesystem::path root_;
};

}  // namespace neural::bench::report
