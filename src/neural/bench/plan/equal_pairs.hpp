// Pairs of equal programs: what this machine makes of no difference at all.
#pragma once

#include <string>

#include "neural/bench/plan/cell_runs.hpp"

namespace neural::bench::plan {

/// Pairs of equal programs that a session measures.
inline constexpr int kEqualPairs = 4;

/// What the cell of these pairs is called, and the file of the copy.
std::string name_of_copy(const std::string& cell);
std::string program_of_copy(const std::string& label, const std::string& contender);

/// Measures kEqualPairs pairs of the hand-written program of a finished cell against its copy under another name, in
/// the order and with the steps of any pair; they lie in `raw/<cell>.copy`. Where the budget has no time for them there
/// are none. `number` is the cell's.
Status measure_equal_pairs(SessionContext& context, const CellRecord& cell, int number);

}  // namespace neural::bench::plan
