// cell.json: what belongs to a cell (docs/worker.md, "A results folder").
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/bench/plan/draw.hpp"
#include "neural/bench/plan/program.hpp"
#include "neural/bench/plan/python_tools.hpp"
#include "neural/bench/plan/select.hpp"

namespace neural::bench::plan {

enum class PairState { kComplete, kInterrupted, kInvalid, kNoisy };

/// "complete", "interrupted", "invalid", "noisy".
std::string_view name_of(PairState state);

/// One attempt at a pair.
struct PairAttempt {
  int pair = 0;
  int attempt = 0;
  PairDraw draw;
  PairState state = PairState::kInterrupted;

  /// `pair_01_1_neural`.
  std::string run(process::Side side) const;
};

/// Samples of compiling, taken once a cell.
struct CompileTimes {
  std::vector<double> parse_seconds;
  std::vector<double> codegen_seconds;
  double cold_process_seconds = 0;
};

/// What was given up for the session's budget.
struct Limits {
  /// The pairs after which the series ended, and the processes a side that fitted all rows; nothing where the protocol
  /// alone decided.
  std::optional<int> pairs;
  std::optional<int> memory_processes;
  /// "pairs 17 to 24", for readers.
  std::vector<std::string> given_up;
};

struct CellRecord {
  Cell cell;
  std::int64_t epochs = 0;
  /// How many.
  int seeds = 1;
  /// What is known so far.
  std::optional<Programs> programs;
  std::optional<CompileTimes> compile;
  std::optional<DataSet> data;
  std::optional<process::PairTask> steps;
  std::vector<PairAttempt> pairs;
  /// Why the sides of the pairs train one after the other where the protocol has turns; empty if they do not.
  std::string pairs_apart;
  Limits limits;
  /// The cell whose hand-written program is on both sides, with its initial weights; empty of an ordinary cell.
  std::string equal_to;
  /// Why the cell could not be measured; empty if it could, so far.
  std::string error;
};

/// The seeds of the full runs: the declared one and those that follow it. The programs must be known.
std::vector<std::uint64_t> seeds_of(const CellRecord& record);

/// What is not known is null.
Json to_json(const CellRecord& record);

/// Puts cell.json into `raw/<cell>` of the results folder, in one step.
Status save_cell(const CellRecord& record, const std::filesystem::path& results);

/// Of an earlier session in this folder: what may not have changed since, and what is not measured again.
struct EarlierCell {
  std::string neural_sha256;
  CompileTimes compile;
};

/// Nothing if the cell has no cell.json, or it does not know these yet.
std::optional<EarlierCell> read_earlier_cell(const std::string& cell, const std::filesystem::path& results);

}  // namespace neural::bench::plan
