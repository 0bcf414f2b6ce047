// What is left of a finished run: outcome.json (docs/worker.md, "A results folder").
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/process/runner.hpp"
#include "neural/bench/process/worker_plan.hpp"

namespace neural::bench::process {

struct Outcome {
  std::string run;
  Task task = Task::kFull;
  Side side = Side::kNeural;
  bool valid = false;
  /// Why the run is not valid, as a sentence for the user; empty if it is.
  std::string reason;
  Ending ending;
};

Json to_json(const Outcome& outcome);
Expected<Outcome> outcome_from_json(const Json& value, std::string_view name);

/// The outcome in a run's folder; nothing if the run is not finished: there is no whole outcome.json.
std::optional<Outcome> read_outcome(const std::filesystem::path& folder);

}  // namespace neural::bench::process
