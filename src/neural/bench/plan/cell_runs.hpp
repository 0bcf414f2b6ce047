// The runs of one cell: each is made once, whatever happened to the session in between.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "neural/bench/plan/budget.hpp"
#include "neural/bench/plan/cell_record.hpp"
#include "neural/bench/plan/estimate.hpp"
#include "neural/bench/plan/observer.hpp"
#include "neural/bench/plan/protocol.hpp"
#include "neural/bench/process/events.hpp"
#include "neural/bench/process/run_worker.hpp"

namespace neural::bench::plan {

/// What the cells of a session share.
struct SessionContext {
  const Protocol& protocol;
  process::WorkerHost host;
  process::Runner& runner;
  Observer& observer;
  Estimate estimate;
  int cells = 0;
  Budget budget;
};

class CellRuns {
 public:
  /// `record` must know its programs and its data. `number` is the cell's, from 1.
  CellRuns(SessionContext& context, CellRecord& record, int number);

  const Protocol& protocol() const { return context_.protocol; }
  CellRecord& record() { return record_; }

  /// `raw/<cell>`.
  std::filesystem::path folder() const;
  std::filesystem::path weights_folder() const;
  std::filesystem::path parity_folder(process::Side side) const;

  /// The plan of a run over all rows with the declared seed, from the common weights.
  process::WorkerPlan plan(process::Task task, process::Side side, std::string run) const;

  /// The outcome of the run on disk if it is finished and valid; otherwise it is made now. An outcome that is not valid
  /// is an error of kind kMeasurement; every other error ends the session.
  Expected<process::Outcome> run(const process::WorkerPlan& plan, std::size_t padding = 0);

  /// Both sides of a pair, in the order in which they are started, in turns. Neither may be on disk.
  Status run_in_turns(const std::array<process::WorkerPlan, 2>& plans, std::size_t padding,
                      const process::Turns& turns);

  /// What the session may still take.
  const Budget& budget() const { return context_.budget; }
  /// Counts the time of a run that was made before this session was gone on with, and that `run` is not called for.
  void spend(const process::Outcome& outcome) { context_.budget.spend(outcome.ending.wall_seconds); }

  /// The outcome on disk, if the run is finished.
  std::optional<process::Outcome> finished(const std::string& run) const;

  /// The events of a finished, valid run.
  Expected<process::Events> events(const std::string& run) const;

  /// Puts cell.json on disk.
  Status save() const;

  /// For the display: which pair of how many, and the ratio so far.
  void show_pair(int pair, int pairs, std::optional<double> ratio);

 private:
  void announce(const process::WorkerPlan& plan);
  /// An error if the run is not valid.
  Status count(const process::WorkerPlan& plan, const process::Outcome& outcome);

  SessionContext& context_;
  CellRecord& record_;
  Progress progress_;
  RunCounts left_;
};

}  // namespace neural::bench::plan
