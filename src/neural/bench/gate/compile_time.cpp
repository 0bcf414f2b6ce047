#include "neural/bench/gate/compile_time.hpp"

#include <array>
#include <vector>

#include "neural/bench/gate/finding.hpp"
#include "neural/bench/plan/draw.hpp"
#include "neural/bench/process/scratch_folder.hpp"
#include "neural/bench/stats/compare.hpp"

namespace neural::bench::gate {
namespace {

namespace fs = std::filesystem;
using process::Side;

constexpr int kPairs = 24;  // of processes of some milliseconds
constexpr double kTimeoutSeconds = 60;

}  // namespace

Expected<stats::Comparison> compare_compile_times(const GateCell& cell, const fs::path& ours, const fs::path& baseline,
                                                  std::uint64_t seed, process::Runner& runner,
                                                  const process::Variables& variables) {
  const process::ScratchFolder scratch = NEURAL_TRY(process::ScratchFolder::make());
  std::array<std::vector<double>, 2> seconds;
  // The first pair fills the caches and does not count.
  for (int pair = 0; pair <= kPairs; ++pair) {
    for (const Side side : plan::draw_pair(seed, cell.model + "_" + cell.contender() + "/compile", pair + 1).order) {
      process::Command command;
      command.arguments = {(side == Side::kNeural ? ours : baseline).string(),
                           "compile",
                           cell.source.string(),
                           "--backend",
                           cell.backend,
                           "-o",
                           (scratch.path() / "program.py").string()};
      command.environment = process::helper_environment(variables);
      command.log = scratch.path() / "log.txt";
      command.timeout_seconds = kTimeoutSeconds;
      const process::Ending ending = NEURAL_TRY(runner.run(command));
      if (ending.exit_status != 0) return stats::invalid_comparison("one of the builds does not compile it");
      if (pair > 0) seconds[side == Side::kNeural ? 0 : 1].push_back(ending.wall_seconds);
    }
  }
  const stats::Rule rule{.looks = {kPairs}, .tolerance = tolerance_of("compile_time")};
  return stats::compare_times(seconds[0], seconds[1], rule);
}

}  // namespace neural::bench::gate
