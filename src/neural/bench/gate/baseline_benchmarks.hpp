// Benchmarks whose contenders are the programs that another build generates.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neural/bench/gate/baseline.hpp"

namespace neural::bench::gate {

/// A model and a backend.
struct GateCell {
  std::string model, backend;
  std::filesystem::path source;  ///< its model.neural

  /// "pytorch_baseline"
  std::string contender() const { return backend + "_baseline"; }
};

/// A cell whose program the baseline does not give, and why.
struct Ungenerated {
  GateCell cell;
  std::string reason;
};

/// Puts into `folder` `<model>/model.neural`, and beside it what `executable` generates for each backend, as
/// `<backend>_baseline.py`. Files of these names that were there are gone or replaced. Gives back the cells that are
/// not there. That nothing can be written or started is an error.
Expected<std::vector<Ungenerated>> make_baseline_benchmarks(const std::vector<GateCell>& cells,
                                                            const std::filesystem::path& executable,
                                                            const std::filesystem::path& folder,
                                                            process::Runner& runner,
                                                            const process::Variables& variables);

}  // namespace neural::bench::gate
