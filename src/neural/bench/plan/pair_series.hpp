// The pairs of a cell, from look to look.
#pragma once

#include <optional>
#include <vector>

#include "neural/bench/plan/cell_runs.hpp"

namespace neural::bench::plan {

/// Measures pairs until the rule of the protocol stops. A pair is measured anew, as a new attempt, when only one of its
/// runs was finished (interrupted), when one was not valid, and, for at most a quarter of the pairs, when the evidence
/// of a run says that the machine was busy (noisy); beyond that quarter a noisy pair counts. The time a run took plays
/// no part in it. A run that is not valid ends the series with an error of kind kMeasurement.
class PairSeries {
 public:
  explicit PairSeries(CellRuns& runs) : runs_(runs) {}

  Status measure();

 private:
  /// Sees to it that the pair is complete.
  Status complete(int pair, int pairs);
  /// Runs the attempt unless it is finished, and finds its state. `pairs` are those up to the next look.
  Status settle(PairAttempt& attempt, int pairs);
  /// The state of an attempt whose runs are (partly) finished; nothing if neither is.
  std::optional<PairState> state_on_disk(const PairAttempt& attempt) const;
  bool is_noisy(const PairAttempt& attempt) const;
  Status run_attempt(const PairAttempt& attempt);
  Status add_times(const PairAttempt& attempt);

  CellRuns& runs_;
  std::vector<double> neural_;
  std::vector<double> native_;
  int replaced_ = 0;
};

}  // namespace neural::bench::plan
