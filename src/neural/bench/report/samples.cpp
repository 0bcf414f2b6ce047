#include "neural/bench/report/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "neural/bench/process/noise.hpp"
#include "neural/bench/report/quantities.hpp"

namespace neural::bench::report {
namespace {

// wait4 reports at least what its caller had in memory; below this its figure may be that of this program.
constexpr double kLeastTrustedRss = 64.0 * 1024 * 1024;
constexpr double kRssTolerance = 0.01;
constexpr double kRssToleranceBytes = 2.0 * 1024 * 1024;

/// The line through the slices of a run, or why there is none.
Expected<EpochTime> time_of_run(const Cell& cell, const std::string& name) {
  const Run* run = find_run(cell.runs, name);
  if (run == nullptr) return fail(ErrorCode::kCorrupt, fmt::format("`raw/{}/{}` is missing", cell.name, name));
  if (!run->valid) return fail(ErrorCode::kMeasurement, run->reason);
  Expected<EpochTime> time = epoch_time(run->events, cell.steps_per_epoch);
  if (!time) return tl::unexpected(time.error().within(fmt::format("`raw/{}/{}`", cell.name, name)));
  return time;
}

std::vector<PairAttempt> complete_pairs(const Cell& cell) {
  std::vector<PairAttempt> complete;
  for (const PairAttempt& pair : cell.pairs) {
    if (pair.state == "complete") complete.push_back(pair);
  }
  std::sort(complete.begin(), complete.end(), [](const PairAttempt& a, const PairAttempt& b) {
    return std::pair(a.pair, a.attempt) < std::pair(b.pair, b.attempt);
  });
  return complete;
}

/// The runs of other seeds are no part of it: a session has as many processes for memory whatever its seeds.
bool fits_all_rows(const Run& run, std::string_view side) {
  if (run.side != side || is_set_aside(run)) return false;
  return run.task == "memory" || run.name == fmt::format("full_{}", side);
}

/// What the events of a run and the kernel's account of the whole process say against each other.
std::string account_fault(const Cell& cell, const Run& run, double peak) {
  const double account = run.ending ? static_cast<double>(run.ending->max_rss_bytes) : 0;
  const double tolerance = std::max(kRssToleranceBytes, kRssTolerance * peak);
  if (account < kLeastTrustedRss || account <= peak + tolerance) return {};
  return fmt::format("`raw/{}/{}`: the kernel saw a peak of {}, the phases of the run only {}", cell.name, run.name,
                     show_bytes(account), show_bytes(peak));
}

void add_phase(const Json& event, std::vector<PhaseMemory>& phases) {
  const std::string_view name = process::text_of(event, "phase");
  auto place = std::find_if(phases.begin(), phases.end(), [&](const PhaseMemory& each) { return each.phase == name; });
  if (place == phases.end()) place = phases.insert(phases.end(), {std::string(name), {}, {}});
  place->begin.push_back(process::number_of(event, "begin_bytes"));
  place->peak.push_back(process::number_of(event, "peak_bytes"));
}

}  // namespace

PairTimes pair_times(const Cell& cell) {
  PairTimes times;
  const std::vector<PairAttempt> pairs = complete_pairs(cell);
  if (!pairs.empty() && cell.steps_per_epoch < 1) {
    times.fault = fmt::format("`raw/{}/cell.json`: `steps_per_epoch` is {}", cell.name, cell.steps_per_epoch);
    return times;
  }
  for (const PairAttempt& pair : pairs) {
    for (const std::string_view side : {"neural", "native"}) {
      const std::string name = pair.run(side);
      const Expected<EpochTime> time = time_of_run(cell, name);
      if (!time) return {{}, {}, false, time.error().message};
      (side == "neural" ? times.neural : times.native).push_back(*time);
      times.noisy = times.noisy || process::is_noisy(find_run(cell.runs, name)->ending.value());
    }
  }
  return times;
}

std::vector<double> epochs_of(const std::vector<EpochTime>& times) {
  std::vector<double> epochs;
  for (const EpochTime& time : times) epochs.push_back(time.epoch);
  return epochs;
}

PeakMemory peak_memory(const Cell& cell, std::string_view side) {
  PeakMemory memory;
  memory.method = "VmHWM";
  for (const Run& run : cell.runs) {
    if (!fits_all_rows(run, side)) continue;
    if (!run.valid) return {.fault = run.reason};
    double peak = 0;
    double train = 0;
    for (const Json& event : run.events) {
      if (process::event_name(event) != "memory") continue;
      const double bytes = process::number_of(event, "peak_bytes");
      peak = std::max(peak, bytes);
      add_phase(event, memory.phases);
      if (process::text_of(event, "phase") == "train") train = bytes - process::number_of(event, "begin_bytes");
      if (process::text_of(event, "method") != memory.method) memory.method = "VmHWM-cumulative";
    }
    if (const std::string fault = account_fault(cell, run, peak); !fault.empty()) return {.fault = fault};
    memory.peak.push_back(peak);
    memory.train.push_back(train);
  }
  if (memory.peak.empty()) memory.fault = fmt::format("no process of the {} side fitted all rows", side);
  return memory;
}

std::vector<double> event_values(const Cell& cell, std::string_view side, std::string_view event,
                                 std::string_view key) {
  std::vector<double> values;
  for (const Run& run : cell.runs) {
    if (!run.valid || run.side != side || is_set_aside(run)) continue;
    const Json* found = process::last_event(run.events, event);
    const double value = found == nullptr ? std::nan("") : process::number_of(*found, key);
    if (std::isfinite(value)) values.push_back(value);
  }
  return values;
}

}  // namespace neural::bench::report
