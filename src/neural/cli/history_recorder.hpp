// Puts each finished run of a session into the history, and at the end its results.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "neural/base/expected.hpp"
#include "neural/bench/history/history.hpp"

namespace neural::cli {

class HistoryRecorder {
 public:
  /// `results` is the results folder of the session. The file is opened with the first run.
  HistoryRecorder(std::filesystem::path history, std::filesystem::path results);

  /// The run in raw/`cell`/`run`.
  Status add(const std::string& cell, const std::string& run);

  /// Everything in the results folder that is not there yet. The session's number.
  Expected<std::int64_t> finish();

 private:
  Status open();

  std::filesystem::path path_, results_;
  std::optional<bench::history::History> history_;
  std::int64_t session_ = 0;
};

}  // namespace neural::cli
