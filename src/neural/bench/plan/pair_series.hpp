// The pairs of a cell, from look to look.
#pragma once

#include <optional>
#include <vector>

#include "neural/bench/plan/cell_runs.hpp"

namespace neural::bench::plan {

/// Measures pairs until the rule stops. A pair is measured anew, as a new attempt, when only one of its
/// runs was finished (interrupted), when one was not valid, and, for at most a quarter of the pairs, when the evidence
/// of a run says that the machine was busy (noisy); beyond that quarter a noisy pair counts. The time a run took plays
/// no part in it. A run that is not valid ends the series with an error of kind kMeasurement, and so does a budget that
/// does not reach to the first look; where it does not reach to a later one, the series ends at the look before.
class PairSeries {
 public:
  /// `expected_seconds` is what a pair is thought to take, until one was measured. `reserve_seconds` of the budget are
  /// not for looks behind the first.
  PairSeries(CellRuns& runs, stats::Rule rule, double expected_seconds, double reserve_seconds)
      : runs_(runs), rule_(std::move(rule)), expected_seconds_(expected_seconds), reserve_seconds_(reserve_seconds) {}

  Status measure();

 private:
  /// Seconds of so many more pairs.
  double seconds_of(int pairs) const;
  /// Sees to it that the pair is complete.
  Status complete(int pair, int pairs);
  /// Runs the attempt unless it is finished, and finds its state. `pairs` are those up to the next look.
  Status settle(PairAttempt& attempt, int pairs);
  /// The state of an attempt whose runs are (partly) finished; nothing if neither is.
  std::optional<PairState> state_on_disk(const PairAttempt& attempt) const;
  bool is_noisy(const PairAttempt& attempt) const;
  Status run_attempt(const PairAttempt& attempt);
  /// Of this cell; 0 where the sides train one after the other.
  double turn_seconds();
  Status add_times(const PairAttempt& attempt);

  CellRuns& runs_;
  stats::Rule rule_;
  std::vector<double> neural_;
  std::vector<double> native_;
  int replaced_ = 0;
  double expected_seconds_;
  double reserve_seconds_;
  double measured_seconds_ = 0;
};

}  // namespace neural::bench::plan
