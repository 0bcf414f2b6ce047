#include "neural/bench/plan/seed_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

using process::Side;
using process::Task;
using process::WorkerPlan;

/// True if the run is finished and valid; false if it failed.
Expected<bool> made(CellRuns& runs, const WorkerPlan& plan) {
  const Expected<process::Outcome> outcome = runs.run(plan);
  if (!outcome && outcome.error().code != ErrorCode::kMeasurement) return tl::unexpected(outcome.error());
  NEURAL_TRY(runs.save());
  return outcome.has_value();
}

/// The shortest run that builds the model. Parity itself was shown from the weights of the declared seed.
WorkerPlan weights_plan(const CellRuns& runs, int number, std::uint64_t seed, const fs::path& weights) {
  WorkerPlan plan = runs.plan(Task::kParity, Side::kNeural, fmt::format("parity_seed_{:02}_neural", number));
  plan.seed = seed;
  plan.parity = process::ParityTask{.folder = weights / "parity", .steps = 1, .weights_after = {}};
  plan.train_rows = std::min(plan.train_rows, plan.batch_size);
  plan.load_weights.clear();
  plan.save_weights = weights;
  return plan;
}

WorkerPlan full_plan(CellRuns& runs, Side side, int number, std::uint64_t seed, const fs::path& weights) {
  WorkerPlan plan = runs.plan(Task::kFull, side, fmt::format("full_{:02}_{}", number, name_of(side)));
  plan.seed = seed;
  plan.epochs = runs.protocol().epochs;
  plan.test_rows = runs.record().data->test_rows;
  plan.load_weights = weights;
  return plan;
}

Status train_seed(CellRuns& runs, int number, std::uint64_t seed) {
  const fs::path weights = runs.folder() / fmt::format("weights_{:02}", number);
  if (!NEURAL_TRY(made(runs, weights_plan(runs, number, seed, weights)))) return done();
  bool both = true;
  const std::string what = fmt::format("full {}", number);
  for (const Side side : draw_order(runs.protocol().seed, runs.record().cell.name, what)) {
    both = NEURAL_TRY(made(runs, full_plan(runs, side, number, seed, weights))) && both;
  }
  // A run that failed may be made again, from the same weights.
  std::error_code ignored;
  if (both) fs::remove_all(weights, ignored);
  return done();
}

}  // namespace

Status train_other_seeds(CellRuns& runs, double full_seconds) {
  const std::vector<std::uint64_t> seeds = seeds_of(runs.record());
  for (std::size_t index = 1; index < seeds.size(); ++index) {
    if (!runs.budget().allows(full_seconds)) {
      runs.record().seeds = static_cast<int>(index);
      runs.record().limits.given_up.push_back(fmt::format("{} of {} seeds", seeds.size() - index, seeds.size()));
      return runs.save();
    }
    NEURAL_TRY(train_seed(runs, static_cast<int>(index) + 1, seeds[index]));
  }
  return done();
}

}  // namespace neural::bench::plan
