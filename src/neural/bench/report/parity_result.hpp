// The parity certificate of a cell as it stands in the results document.
#pragma once

#include <string>

#include "neural/base/json.hpp"
#include "neural/bench/report/cell.hpp"
#include "neural/bench/report/results_folder.hpp"

namespace neural::bench::report {

struct ParityResult {
  /// {passed, bit_identical, distance, where, checks, text, reason}; `passed` is null where there is no certificate.
  Json json;
  /// Why both sides do not, or may not, compute the same; empty if they do.
  std::string fault;
};

/// Compares the parity folders of both sides anew.
ParityResult certify(const ResultsFolder& folder, const Cell& cell);

}  // namespace neural::bench::report
