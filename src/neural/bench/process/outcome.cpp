#include "neural/bench/process/outcome.hpp"

#include <array>
#include <cmath>

namespace neural::bench::process {
namespace {

template <class Named, std::size_t size>
Expected<Named> named_field(const Json& value, std::string_view key, std::string_view where,
                            const std::array<Named, size>& all) {
  const std::string name = NEURAL_TRY(json_field<std::string>(value, key, where));
  for (const Named one : all) {
    if (name_of(one) == name) return one;
  }
  return fail(ErrorCode::kCorrupt, std::string(where) + ": the " + std::string(key) + " `" + name + "` is not known");
}

/// A run that was never stopped has none.
Expected<std::vector<Interval>> read_pauses(const Json& value, std::string_view name) {
  std::vector<Interval> pauses;
  if (!value.contains("pauses")) return pauses;
  using Pairs = std::vector<std::vector<std::int64_t>>;
  const Pairs pairs = NEURAL_TRY(json_field<Pairs>(value, "pauses", name));
  std::int64_t latest = 0;
  for (const std::vector<std::int64_t>& pair : pairs) {
    if (pair.size() != 2 || pair[0] < latest || pair[1] < pair[0]) {
      return fail(ErrorCode::kCorrupt, std::string(name) + ": the `pauses` are no pairs of times in order");
    }
    pauses.push_back({pair[0], pair[1]});
    latest = pair[1];
  }
  return pauses;
}

constexpr std::array kTasks = {Task::kParity, Task::kFull, Task::kPair, Task::kMemory};

}  // namespace

Json to_json(const Outcome& outcome) {
  const Ending& ending = outcome.ending;
  Json json = {
      {"schema", 1},
      {"run", outcome.run},
      {"task", name_of(outcome.task)},
      {"side", name_of(outcome.side)},
      {"valid", outcome.valid},
      {"reason", outcome.reason},
      {"exit_status", ending.exit_status},
      {"signal", ending.signal},
      {"timed_out", ending.timed_out},
      {"wall_seconds", ending.wall_seconds},
      {"user_seconds", ending.user_seconds},
      {"system_seconds", ending.system_seconds},
      {"max_rss_bytes", ending.max_rss_bytes},
      {"voluntary_switches", ending.voluntary_switches},
      {"involuntary_switches", ending.involuntary_switches},
      {"minor_faults", ending.minor_faults},
      {"major_faults", ending.major_faults},
      {"steal_seconds", ending.steal_seconds},
      {"foreign_cpu_share", ending.foreign_cpu_share},
      {"cpu_pressure_share", std::isfinite(ending.cpu_pressure_share) ? Json(ending.cpu_pressure_share) : Json()},
      {"started_utc", ending.started_utc},
  };
  for (const Interval& pause : ending.pauses) json["pauses"].push_back({pause.begin_ns, pause.end_ns});
  return json;
}

Expected<Outcome> outcome_from_json(const Json& value, std::string_view name) {
  Outcome outcome;
  Ending& ending = outcome.ending;
  outcome.run = NEURAL_TRY(json_field<std::string>(value, "run", name));
  outcome.task = NEURAL_TRY(named_field(value, "task", name, kTasks));
  outcome.side = NEURAL_TRY(named_field(value, "side", name, kSides));
  outcome.valid = NEURAL_TRY(json_field<bool>(value, "valid", name));
  outcome.reason = NEURAL_TRY(json_field<std::string>(value, "reason", name));
  ending.exit_status = NEURAL_TRY(json_field<int>(value, "exit_status", name));
  ending.signal = NEURAL_TRY(json_field<int>(value, "signal", name));
  ending.timed_out = NEURAL_TRY(json_field<bool>(value, "timed_out", name));
  ending.wall_seconds = NEURAL_TRY(json_field<double>(value, "wall_seconds", name));
  ending.user_seconds = NEURAL_TRY(json_field<double>(value, "user_seconds", name));
  ending.system_seconds = NEURAL_TRY(json_field<double>(value, "system_seconds", name));
  ending.max_rss_bytes = NEURAL_TRY(json_field<std::int64_t>(value, "max_rss_bytes", name));
  ending.voluntary_switches = NEURAL_TRY(json_field<std::int64_t>(value, "voluntary_switches", name));
  ending.involuntary_switches = NEURAL_TRY(json_field<std::int64_t>(value, "involuntary_switches", name));
  ending.minor_faults = NEURAL_TRY(json_field<std::int64_t>(value, "minor_faults", name));
  ending.major_faults = NEURAL_TRY(json_field<std::int64_t>(value, "major_faults", name));
  ending.steal_seconds = NEURAL_TRY(json_field<double>(value, "steal_seconds", name));
  ending.foreign_cpu_share = NEURAL_TRY(json_field<double>(value, "foreign_cpu_share", name));
  // Outcomes of earlier versions do not have it.
  if (value.contains("cpu_pressure_share") && value["cpu_pressure_share"].is_number()) {
    ending.cpu_pressure_share = value["cpu_pressure_share"].get<double>();
  }
  ending.started_utc = NEURAL_TRY(json_field<std::string>(value, "started_utc", name));
  ending.pauses = NEURAL_TRY(read_pauses(value, name));
  return outcome;
}

std::optional<Outcome> read_outcome(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "outcome.json";
  const Expected<Json> value = read_json(path);
  if (!value) return std::nullopt;
  Expected<Outcome> outcome = outcome_from_json(*value, path.string());
  if (!outcome) return std::nullopt;
  return *std::move(outcome);
}

}  // namespace neural::bench::process
