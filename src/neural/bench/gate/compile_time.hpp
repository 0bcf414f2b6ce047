// How long two builds of this program take to compile a model.
#pragma once

#include <cstdint>
#include <filesystem>

#include "neural/bench/gate/baseline_benchmarks.hpp"
#include "neural/bench/stats/comparison.hpp"

namespace neural::bench::gate {

/// Whole processes, from start to end, in pairs in random order (`seed`); `ours` stands first in the ratio. A process
/// that fails makes the comparison INVALID.
Expected<stats::Comparison> compare_compile_times(const GateCell& cell, const std::filesystem::path& ours,
                                                  const std::filesystem::path& baseline, std::uint64_t seed,
                                                  process::Runner& runner, const process::Variables& variables);

}  // namespace neural::bench::gate
