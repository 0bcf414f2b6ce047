#include "neural/bench/plan/equal_pairs.hpp"

#include <fmt/format.h>

#include "neural/base/files.hpp"
#include "neural/bench/plan/pair_series.hpp"

namespace neural::bench::plan {
namespace {

/// The mean of the pairs that were measured.
double seconds_of_a_pair(const CellRuns& runs, const CellRecord& cell) {
  double seconds = 0;
  int pairs = 0;
  for (const PairAttempt& attempt : cell.pairs) {
    for (const process::Side side : process::kSides) {
      if (const auto outcome = runs.finished(attempt.run(side))) seconds += outcome->ending.wall_seconds;
    }
    ++pairs;
  }
  return pairs > 0 ? seconds / pairs : 0;
}

}  // namespace

std::string name_of_copy(const std::string& cell) {
  return cell + ".copy";
}

std::string program_of_copy(const std::string& label, const std::string& contender) {
  return fmt::format("{}_{}_copy.py", label, contender);
}

Status measure_equal_pairs(SessionContext& context, const CellRecord& cell, int number) {
  CellRecord equal = cell;
  equal.equal_to = cell.cell.name;
  equal.cell.name = name_of_copy(cell.cell.name);
  equal.cell.generated_backend = cell.cell.contender.constants.backend;
  equal.pairs.clear();
  equal.limits = {};
  Programs& programs = *equal.programs;
  programs.neural = context.host.results / program_of_copy(cell.cell.label, cell.cell.contender.name);
  programs.neural_sha256 = programs.native_sha256;
  const std::string text = NEURAL_TRY(read_file(programs.native));
  NEURAL_TRY(write_file(programs.neural, text));

  CellRecord measured = cell;
  const double pair = seconds_of_a_pair(CellRuns(context, measured, number), cell);
  if (!context.budget.allows(kEqualPairs * pair)) return done();
  CellRuns runs(context, equal, number);
  return PairSeries(runs, {.looks = {kEqualPairs}}, pair, 0).measure();
}

}  // namespace neural::bench::plan
