#include "neural/bench/plan/parity_gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "neural/bench/parity/compare.hpp"
#include "neural/bench/plan/cell_failure.hpp"
#include "neural/bench/plan/nudge.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

using process::Side;
using process::Task;
using process::WorkerPlan;

/// Where programs sum in another order, a unit whose input is almost 0 is alive in one and dead in the other, for one
/// sample of some hundred thousand. Within twenty steps of a small network that befalls some pairs of programs, and as
/// many reruns: two of them often miss it. What twelve do not show is taken for a difference.
constexpr int kMostReruns = 12;

/// Units in the last place. One is the least that rounding does; the updates of some contenders are 7e-6 away, and then
/// it takes as much to meet what befell them: so the nudges grow. In the first batch a nudge of 32 flips a unit of
/// deep_mlp in two of five reruns (6e-2 of the largest gradient); compare_folders takes no notice of those.
int nudge_of(int rerun) {
  constexpr int kGentle = 2;  // reruns
  constexpr int kLargestPower = 5;
  return 1 << std::min(2 * std::max(rerun - kGentle, 0), kLargestPower);
}

WorkerPlan parity_plan(const CellRuns& runs, Side side, std::string name, const fs::path& folder) {
  WorkerPlan plan = runs.plan(Task::kParity, side, std::move(name));
  plan.parity = process::ParityTask{folder};
  plan.train_rows = std::min(plan.train_rows, plan.parity->steps * plan.batch_size);
  return plan;
}

Status run_side(CellRuns& runs, Side side) {
  WorkerPlan plan = parity_plan(runs, side, fmt::format("parity_{}", name_of(side)), runs.parity_folder(side));
  if (side == Side::kNeural) std::swap(plan.load_weights, plan.save_weights);
  NEURAL_TRY(runs.run(plan));
  return runs.save();
}

/// The folder of the rerun's results.
Expected<fs::path> rerun_native(CellRuns& runs, int number) {
  const fs::path weights = runs.folder() / fmt::format("weights_rerun_{}", number);
  const fs::path folder = runs.folder() / "parity" / fmt::format("rerun_{}", number);
  const std::uint64_t seed = draw(runs.protocol().seed, runs.record().cell.name, "nudge", number);
  const Status nudged = nudge_weights(runs.weights_folder(), weights, nudge_of(number), seed);
  if (!nudged) return cell_failure(nudged.error());
  WorkerPlan plan = parity_plan(runs, Side::kNative, fmt::format("parity_native_rerun_{}", number), folder);
  plan.load_weights = weights;
  NEURAL_TRY(runs.run(plan));
  NEURAL_TRY(runs.save());
  return folder;
}

Expected<parity::Certificate> compare(const CellRuns& runs, const std::vector<fs::path>& reruns) {
  auto certificate =
      parity::compare_folders(runs.parity_folder(Side::kNeural), runs.parity_folder(Side::kNative), reruns);
  if (!certificate) {
    Error error = certificate.error();
    error.help = "remove the runs `parity_*` of this cell in `raw`, and go on with `--resume`";
    return cell_failure(std::move(error));
  }
  return certificate;
}

}  // namespace

Status pass_parity(CellRuns& runs) {
  for (const Side side : process::kSides) NEURAL_TRY(run_side(runs, side));
  std::vector<fs::path> reruns;
  parity::Certificate certificate = NEURAL_TRY(compare(runs, reruns));
  for (int number = 1; number <= kMostReruns && certificate.may_be_rounding(); ++number) {
    reruns.push_back(NEURAL_TRY(rerun_native(runs, number)));
    certificate = NEURAL_TRY(compare(runs, reruns));
  }
  if (certificate.passed) return done();
  return fail(ErrorCode::kMeasurement, "the two sides do not compute the same: " + certificate.reason,
              "make the contender compute what the model declares, or the other way round");
}

}  // namespace neural::bench::plan
