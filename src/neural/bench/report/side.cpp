#include "neural/bench/report/side.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "neural/bench/process/noise.hpp"
#include "neural/bench/report/full_runs.hpp"
#include "neural/bench/stats/summary.hpp"

namespace neural::bench::report {
namespace {

std::vector<double> column(const std::vector<EpochTime>& times, double EpochTime::* member) {
  std::vector<double> values;
  for (const EpochTime& time : times) values.push_back(time.*member);
  return values;
}

/// True if numbers come from the run: it is valid, was not set aside, and is not of a pair that was measured again.
bool counts(const Cell& cell, const Run& run) {
  if (!run.valid || is_set_aside(run)) return false;
  return run.task != "pair" || std::any_of(cell.pairs.begin(), cell.pairs.end(), [&](const PairAttempt& pair) {
           return pair.state == "complete" && pair.run(run.side) == run.name;
         });
}

/// Every attempt at a run of the side, those that count for nothing included.
Json runs_json(const Cell& cell, std::string_view side) {
  Json runs = Json::array();
  for (const Run& run : cell.runs) {
    if (run.side != side) continue;
    Json record = {{"run", run.name},
                   {"task", run.task},
                   {"valid", run.valid},
                   {"counts", counts(cell, run)},
                   {"reason", run.reason}};
    double seconds = std::nan("");
    if (const Json* train = process::last_event(run.events, "train_end")) {
      seconds = process::number_of(*train, "seconds");
    }
    record["seconds"] = number_or_null(seconds);
    const bool ended = run.ending.has_value();
    const process::Ending ending = run.ending.value_or(process::Ending());
    const auto add = [&](const char* key, Json value) { record[key] = ended ? std::move(value) : Json(); };
    add("wall_seconds", ending.wall_seconds);
    add("cpu_seconds", ending.user_seconds + ending.system_seconds);
    add("max_rss_bytes", ending.max_rss_bytes);
    add("major_faults", ending.major_faults);
    add("involuntary_switches", ending.involuntary_switches);
    add("steal_share", process::steal_share(ending));
    add("foreign_cpu_share", ending.foreign_cpu_share);
    add("cpu_pressure_share", number_or_null(ending.cpu_pressure_share));
    add("started_utc", ending.started_utc);
    runs.push_back(std::move(record));
  }
  return runs;
}

/// Seconds of parsing and of code generation: those of a hand-written program are none.
struct CompileTime {
  Json parse = 0.0;
  Json codegen = 0.0;
  Json total = 0.0;
};

CompileTime compile_time(const Cell& cell, std::string_view side) {
  CompileTime time;
  if (side != "neural") return time;
  time.parse = median_or_null(cell.parse_seconds);
  time.codegen = median_or_null(cell.codegen_seconds);
  const bool measured = time.parse.is_number() && time.codegen.is_number();
  time.total = measured ? Json(time.parse.get<double>() + time.codegen.get<double>()) : Json();
  return time;
}

Json phases_json(const PeakMemory& memory) {
  Json phases = Json::array();
  for (const PhaseMemory& each : memory.phases) {
    phases.push_back(
        {{"phase", each.phase}, {"begin", median_or_null(each.begin)}, {"peak", median_or_null(each.peak)}});
  }
  return phases;
}

}  // namespace

Json number_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json median_or_null(const std::vector<double>& values) {
  return values.empty() ? Json() : Json(stats::median(values));
}

Json side_json(const Cell& cell, std::string_view side, const std::vector<EpochTime>& times, const PeakMemory& memory) {
  const FullRun full = read_full_run(cell, side);
  const CompileTime compile = compile_time(cell, side);
  const double compiling = compile.total.is_number() ? compile.total.get<double>() : std::nan("");
  const std::vector<double> epochs = column(times, &EpochTime::epoch);
  const std::vector<double> steps = column(times, &EpochTime::step);
  const std::string program = side == "neural" ? fmt::format("{}_{}_neural.py", cell.model, cell.backend)
                                               : fmt::format("{}_{}.py", cell.model, cell.contender);
  return {
      {"program", program},
      {"parameters", full.parameters},
      {"training_time", number_or_null(full.training_seconds)},
      {"total_time", number_or_null(compiling + full.build_seconds + full.training_seconds)},
      {"epoch_time", median_or_null(epochs)},
      {"step_time", median_or_null(steps)},
      {"fixed_cost", median_or_null(column(times, &EpochTime::fixed))},
      {"peak_memory", median_or_null(memory.peak)},
      {"train_memory", median_or_null(memory.train)},
      {"memory_phases", phases_json(memory)},
      {"memory_method", memory.method.empty() ? Json() : Json(memory.method)},
      {"accuracy", full.accuracy},
      {"loss", full.loss},
      {"history", full.history},
      {"seeds", seeds_json(cell, side)},
      {"parse_time", compile.parse},
      {"codegen_time", compile.codegen},
      {"compile_time", compile.total},
      {"build_time", number_or_null(full.build_seconds)},
      {"import_time", median_or_null(event_values(cell, side, "import_end", "seconds"))},
      {"first_step_time", median_or_null(event_values(cell, side, "warmup_end", "first_step_seconds"))},
      {"warmup_time", median_or_null(event_values(cell, side, "warmup_end", "seconds"))},
      {"versions", full.versions},
      {"worker", full.worker},
      {"samples", {{"epoch_time", epochs}, {"step_time", steps}, {"peak_memory", memory.peak}}},
      {"runs", runs_json(cell, side)},
  };
}

}  // namespace neural::bench::report
