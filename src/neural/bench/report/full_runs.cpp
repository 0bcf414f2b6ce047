#include "neural/bench/report/full_runs.hpp"

#include <fmt/format.h>

#include <cmath>

#include "neural/bench/process/noise.hpp"
#include "neural/bench/report/side.hpp"

namespace neural::bench::report {
namespace {

std::string name_of_run(std::string_view side, std::size_t number) {
  return number == 1 ? fmt::format("full_{}", side) : fmt::format("full_{:02}_{}", number, side);
}

/// Why the run is not there: the one that writes its weights down may have failed.
std::string why_missing(const Cell& cell, const std::string& name, std::size_t number) {
  const Run* weights = find_run(cell.runs, fmt::format("parity_seed_{:02}_neural", number));
  if (weights != nullptr && !weights->valid) return weights->reason;
  return fmt::format("interrupted: there is no `raw/{}/{}`", cell.name, name);
}

Json value_of(const process::Events& events, std::string_view event, std::string_view key) {
  const Json* found = process::last_event(events, event);
  return found != nullptr && found->contains(key) ? found->at(key) : Json();
}

}  // namespace

FullRun read_full_run(const Cell& cell, std::string_view side, std::size_t number) {
  FullRun full{.history = {{"epoch", Json::array()},
                           {"loss", Json::array()},
                           {"test_loss", Json::array()},
                           {"test_accuracy", Json::array()},
                           {"seconds", Json::array()}},
               .training_seconds = std::nan(""),
               .build_seconds = std::nan("")};
  const std::string name = name_of_run(side, number);
  const Run* run = find_run(cell.runs, name);
  if (run == nullptr || !run->valid) {
    full.reason = run == nullptr ? why_missing(cell, name, number) : run->reason;
    return full;
  }
  full.training_seconds = 0;
  for (const Json& event : run->events) {
    if (process::event_name(event) != "epoch") continue;
    for (auto& [key, list] : full.history.items()) {
      const auto value = event.find(key);
      list.push_back(value != event.end() && value->is_number() ? *value : Json());
    }
    full.training_seconds += process::number_of(event, "seconds");
  }
  if (const Json* last = process::last_event(run->events, "epoch")) {
    full.loss = number_or_null(process::number_of(*last, "test_loss"));
    full.accuracy = number_or_null(process::number_of(*last, "test_accuracy"));
  }
  full.build_seconds = process::number_of(*process::last_event(run->events, "model_built"), "seconds");
  full.parameters = value_of(run->events, "model_built", "parameters");
  full.versions = value_of(run->events, "import_end", "versions");
  full.worker = *process::last_event(run->events, "environment");
  full.worker.erase("event");
  full.worker.erase("t");
  return full;
}

Json seeds_json(const Cell& cell, std::string_view side) {
  Json seeds = Json::array();
  for (std::size_t number = 1; number <= cell.seeds.size(); ++number) {
    const FullRun full = read_full_run(cell, side, number);
    const Run* run = find_run(cell.runs, name_of_run(side, number));
    seeds.push_back({{"seed", cell.seeds[number - 1]},
                     {"accuracy", full.accuracy},
                     {"loss", full.loss},
                     {"training_time", number_or_null(full.training_seconds)},
                     {"history", full.history},
                     {"noisy", run != nullptr && run->ending && process::is_noisy(*run->ending)},
                     {"reason", full.reason}});
  }
  return seeds;
}

}  // namespace neural::bench::report
