// One cell of a session: one model, one backend, one contender, and everything that was run for them.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "neural/bench/report/results_folder.hpp"
#include "neural/bench/report/run.hpp"

namespace neural::bench::report {

/// An attempt at a pair; only "complete" ones count.
struct PairAttempt {
  int pair = 0;
  int attempt = 0;
  /// "complete", "interrupted", "invalid" or "noisy".
  std::string state;

  /// The name of its run on a side.
  std::string run(std::string_view side) const;
};

/// cell.json (docs/worker.md) and the runs beside it.
struct Cell {
  std::string name;
  std::string model;
  /// Of the generated program.
  std::string backend;
  std::string contender;
  std::string contender_level;
  /// What it is written with; empty in sessions of earlier versions.
  std::string contender_backend;
  /// Of the generated program: "O1", "O0".
  std::string level;
  std::int64_t batch_size = 0;
  /// Seconds, one sample a repetition.
  std::vector<double> parse_seconds;
  std::vector<double> codegen_seconds;
  /// Of one whole compiling process; NaN if it was not measured.
  double cold_process_seconds = std::numeric_limits<double>::quiet_NaN();
  std::int64_t steps_per_epoch = 0;
  /// Of the full runs, the declared one first; in sessions of earlier versions that alone. Empty if it is not known.
  std::vector<std::uint64_t> seeds;
  Json sha256;
  /// What the research blocks of the model claim, as cell.json states it; null in sessions of earlier versions.
  Json research;
  /// What a budget ended: pairs, and processes a side that fitted all rows; 0 where the protocol alone decided.
  int most_pairs = 0;
  std::size_t memory_processes = 0;
  /// What it gave up, in words.
  std::vector<std::string> given_up;
  /// Why the sides of the pairs trained one after the other in a session of turns; empty if they did not.
  std::string pairs_apart;
  std::vector<PairAttempt> pairs;
  std::vector<Run> runs;
  /// The cell whose hand-written program is on both sides; empty of an ordinary cell.
  std::string equal_to;
  /// Why the cell could not be measured, or why cell.json cannot be read; empty if neither.
  std::string error;
};

/// The pairs of equal programs of a session: one cell, of merged sessions one a part, of quick ones none.
std::vector<Cell> read_equal_cells(const ResultsFolder& folder);

/// The cells of a session, in its order, and behind them those that lie in raw/ without being named in `session`, the
/// object of session.json. Where a cell.json cannot be read, the cell's `error` says why.
std::vector<Cell> read_cells(const ResultsFolder& folder, const Json& session);

}  // namespace neural::bench::report
