// The sides of `neural parity`: a network compiled for each backend, and run from the same weights on the same batches.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/process/runner.hpp"
#include "neural/emit/backends.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::cli {

/// What all sides of a comparison have in common.
struct ParityPlan {
  std::filesystem::path folder;  ///< of everything that is written
  std::filesystem::path python;
  std::int64_t steps = 200;
  std::vector<int> weights_after;
  bool float64 = false;
  std::uint64_t seed = 0;
};

/// A backend and what became of it.
struct ParitySide {
  const emit::Backend* backend = nullptr;
  std::optional<std::filesystem::path> program;  ///< none where the backend cannot express the network
  syntax::DiagnosticList diagnostics;            ///< why
};

/// False of a network without a weight to train, of which the predictions are all there is to compare.
bool trains(const model::Model& model);

/// What random samples and targets of the network look like, as python/neural/parity.py draws them.
Json describe_batches(const model::Model& model);

/// How often a side runs once more where another does not agree at once, to say what rounding does: from weights of
/// which every number is moved by one unit in the last place, up or down by chance (all up would move all activations
/// alike), and with the samples of each batch in another order, which no sum over them should feel. In float64 the
/// order is all that changes: a unit of the file's float32 would be no rounding there.
constexpr int kReruns = 2;

constexpr std::int64_t kAnySize = 12;  ///< of an axis that the network leaves open

/// Compiles the network, without what is random in it, and writes the initial weights beside the programs.
Expected<std::vector<ParitySide>> compile_sides(const model::Model& model, const ParityPlan& plan,
                                                const emit::Options& options,
                                                const std::vector<const emit::Backend*>& backends);

/// The parity folder that a run of the side writes. Its `index.json` says which versions it ran with and which batches
/// it saw.
std::filesystem::path folder_of(const ParityPlan& plan, const ParitySide& side, int rerun = 0);

/// A side that is to run.
struct SideRun {
  const model::Model* model = nullptr;
  const ParityPlan* plan = nullptr;
  const ParitySide* side = nullptr;
  int rerun = 0;  ///< 0: from the initial weights; else from the weights of that rerun, 1 to kReruns
};

/// The weights that it begins with.
std::filesystem::path weights_file(const SideRun& run);

/// Runs sides of one backend, in one process if that goes well, else those that are left in one each. How each ended:
/// an Error if the program or its framework failed, which tells where the log is. An Error of all is an interruption.
Expected<std::vector<Status>> run_sides(const std::vector<SideRun>& runs);

/// Runs one side; the parity folder it wrote.
Expected<std::filesystem::path> run_side(const SideRun& run);

/// Runs `python -m module FILE…`, a half of our own; its log lies beside the first file. `what` is what failed where it
/// does: "the PyTorch side".
Expected<bench::process::Ending> run_half(const std::filesystem::path& python, const std::string& module,
                                          const std::vector<std::filesystem::path>& files, const std::string& what);

}  // namespace neural::cli
