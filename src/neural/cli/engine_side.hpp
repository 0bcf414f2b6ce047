// The engine as a side of `neural parity`: in this process, on the batches that the sides in Python have drawn.
#pragma once

#include "neural/base/expected.hpp"
#include "neural/cli/parity_sides.hpp"
#include "neural/emit/backends.hpp"

namespace neural::cli {

/// "engine": no backend that `neural compile` knows, for there is no program to write.
const emit::Backend& engine_backend();

/// That it trains: programs and the engine do, graphs do not.
bool can_train(const emit::Backend& backend);

/// Says in the side's diagnostics what of the network the engine cannot express; else the side may run.
void prepare_engine_side(const model::Model& model, const ParityPlan& plan, ParitySide& side);

/// Where the sides in Python leave their batches: `x_<batch>_<input>.npy` and `y_<batch>.npy`.
std::filesystem::path batches_folder(const ParityPlan& plan);

/// Predicts and trains as the others do, with the kernels of this processor; in float64 with the reference. Writes the
/// parity folder. A side in Python has run before.
Status run_engine_side(const SideRun& run);

}  // namespace neural::cli
