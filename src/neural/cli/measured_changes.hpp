// `neural compile -O2`: which changes make a network's program faster on this machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/emit/backends.hpp"
#include "neural/model/model.hpp"

namespace neural::cli {

struct MeasuredChanges {
  emit::Changes changes;               ///< those that were faster together, and agree with -O1; may be none
  std::vector<std::string> sentences;  ///< what was measured, for the program's docstring
};

/// Trains the -O1 program and one with each change in turns on random batches, and once more the one with all that were
/// faster, which then has to agree with -O1 as backends have to in `neural parity`. Says on standard error what it
/// finds. `options` are those of the program. An Error if the -O1 program cannot be run here.
Expected<MeasuredChanges> measure_changes(const model::Model& model, const emit::Backend& backend,
                                          const emit::Options& options, const std::filesystem::path& python);

}  // namespace neural::cli
