// What a session tells whoever watches it. The room itself prints nothing.
#pragma once

#include <optional>
#include <string>

#include "neural/bench/process/outcome.hpp"

namespace neural::bench::plan {

/// Where a session stands when it starts a run.
struct Progress {
  std::string cell;
  /// Counted from 1.
  int cell_number = 0;
  int cells = 0;
  process::Task task = process::Task::kFull;
  process::Side side = process::Side::kNeural;
  /// Of a pair: its number, and how many there are up to the next look; else 0.
  int pair = 0;
  int pairs = 0;
  /// The ratio of epoch times (neural : native) of the pairs so far.
  std::optional<double> ratio;
  /// To the end of the session, from the durations so far; nothing before there are any.
  std::optional<double> seconds_left;
};

class Observer {
 public:
  virtual ~Observer() = default;

  /// A sentence for the user, which is no error: "another benchmark is measuring on this machine; …".
  virtual void notice(const std::string&) {}
  virtual void run_started(const Progress&) {}
  /// Everything about the run is on disk.
  virtual void run_finished(const process::Outcome&) {}
  /// `error` says why the cell could not be measured; empty if it could.
  virtual void cell_finished(const std::string& /*cell*/, const std::string& /*error*/) {}
};

}  // namespace neural::bench::plan
