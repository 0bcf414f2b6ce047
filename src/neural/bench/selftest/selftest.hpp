// What the measurements of this machine can be trusted with, found out by measuring what is known.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "neural/bench/selftest/error_rates.hpp"
#include "neural/bench/selftest/framework_check.hpp"
#include "neural/bench/selftest/memory_check.hpp"

namespace neural::bench::selftest {

/// A difference that was planted, in percent, and what came of it.
struct Planted {
  int percent = 0;
  double measured_percent = 0;  ///< Hodges-Lehmann, over all pairs
  ErrorRates rates;
};

struct Result {
  std::string version;
  std::string started_utc;
  double seconds = 0;
  int runs = 0;
  int windows = 0;
  /// Of the runs of equal programs, and what is left of it within their pairs. Where that is above kMostVariation the
  /// machine is called noisy.
  double variation = 0, pair_variation = 0;
  ErrorRates equal;
  Sessions equal_sessions;
  std::vector<Planted> planted;
  /// What these were found in: of equal programs, then of `planted` in its order.
  std::vector<Pairs> samples;
  /// The share of false differences of ten runs of one side and then ten of the other, with Welch's t-test.
  double blocks = 0;
  /// The same two on a machine that becomes 6 % slower within a session.
  ErrorRates equal_with_drift;
  double blocks_with_drift = 0;
  std::vector<MemoryReading> memory;
  /// Filled in by whoever has a framework to measure.
  std::optional<FrameworkCheck> framework;
  /// Why there is none; empty where none was wanted.
  std::string framework_left_out;

  double memory_error_mib() const;
  bool noisy() const;
};

inline constexpr double kMostVariation = 0.04;
/// The pair_variation up to which 24 pairs show in nine of ten sessions that equal programs are: with s = √2 · 0.025
/// for the deviation of a log ratio, (1.96 + 1.64) · s / √24 is 2.6 %, and ±3 % is to be shown.
inline constexpr double kMostVariationForEquivalence = 0.025;

/// What does not hold of what the benchmark promises, a sentence each; empty where all does. Of power, on a machine
/// that is noisy, nothing is promised.
std::vector<std::string> shortfalls(const Result& result);

/// false_positive_rate, power_2, power_5, power_10, equivalent_rate, memory_error_mib, … (docs/features/selftest.md).
Json to_json(const Result& result);

/// How much is measured. The defaults take about five minutes.
struct Effort {
  int equal_pairs = 320;
  int planted_pairs = 100;
  int windows = 3000;
  double step_seconds = 0.001;
};

struct Environment {
  process::Runner& runner;
  /// `neural`, whose `truth-worker` is measured.
  std::filesystem::path executable;
  process::Variables variables;
  std::string version;
  std::uint64_t seed = 0;
  /// "equal programs: pair 12 of 240", and the share of the whole that is done, 0 to 1.
  std::function<void(const std::string&, double)> progress;
};

/// Measures. Errors are those of run_worker(), and of a run that is not valid (kMeasurement).
Expected<Result> run_selftest(const Effort& effort, const Environment& environment);

}  // namespace neural::bench::selftest
