// Pairs of runs of known cost, measured as those of a session are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "neural/base/expected.hpp"
#include "neural/bench/process/run_worker.hpp"
#include "neural/bench/selftest/error_rates.hpp"
#include "neural/bench/selftest/truth_worker.hpp"

namespace neural::bench::selftest {

/// Seconds of the long fits.
struct PairRecord : Pairs {
  /// Pairs that were measured anew because the machine was busy.
  int replaced = 0;
};

struct PairSource {
  process::Runner& runner;
  process::WorkerHost host;
  std::uint64_t seed = 0;
  /// Called before each pair, with its number from 1.
  std::function<void(int)> before;
};

/// `pairs` pairs of `neural` against `native` under the name `cell`: order, seeds and padding are drawn as
/// plan::draw_pair has it, and both sides train in turns; a pair during which the machine was busy is measured anew,
/// for a quarter of the pairs at most. A run that is not valid is an error (kMeasurement).
Expected<PairRecord> record_pairs(const std::string& cell, const Truth& neural, const Truth& native, int pairs,
                                  const PairSource& source);

}  // namespace neural::bench::selftest
