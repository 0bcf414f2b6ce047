// What the full runs of a side reached: one from each seed, the declared one first.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "neural/base/json.hpp"
#include "neural/bench/report/cell.hpp"

namespace neural::bench::report {

/// The epochs of a full run, and what is known once it is over; not a number or null where it did not end well.
struct FullRun {
  /// Lists by epoch: `epoch`, `loss`, `test_loss`, `test_accuracy`, `seconds`.
  Json history;
  double training_seconds = 0;
  double build_seconds = 0;
  /// Of the test set after the last epoch.
  Json accuracy;
  Json loss;
  Json parameters;
  Json versions;
  Json worker;
  /// Why there is nothing; empty if there is.
  std::string reason;
};

/// The run of the seed with this number, from 1.
FullRun read_full_run(const Cell& cell, std::string_view side, std::size_t number = 1);

/// A list of `{"seed", "accuracy", "loss", "training_time", "history", "noisy", "reason"}`, one for each seed of the
/// cell.
Json seeds_json(const Cell& cell, std::string_view side);

}  // namespace neural::bench::report
