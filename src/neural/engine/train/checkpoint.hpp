// A training on its way, kept in a folder: what it takes to go on as if nothing had been.
#pragma once

#include <cstdint>
#include <filesystem>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/weights/weights.hpp"

namespace neural::engine {

struct Checkpoint {
  std::int64_t epoch = 0;   ///< from 0: the one that goes on
  std::int64_t step = 0;    ///< of it, as many are done
  Json about;               ///< what the caller has to know again
  weights::Weights states;  ///< weights, and what the optimiser keeps of each
};

/// Writes `states_<epoch>_<step>.safetensors` and checkpoint.json, which names it and is replaced in one step: whenever
/// the process ends, the last whole checkpoint is there. Earlier states are removed.
Status write_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint);

/// The last one of the folder, which may be hostile.
Expected<Checkpoint> read_checkpoint(const std::filesystem::path& folder);

}  // namespace neural::engine
