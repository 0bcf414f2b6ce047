#include "neural/bench/selftest/pair_record.hpp"

#include <fmt/format.h>

#include <array>

#include "neural/base/files.hpp"
#include "neural/bench/plan/draw.hpp"
#include "neural/bench/plan/machine.hpp"
#include "neural/bench/plan/protocol.hpp"
#include "neural/bench/process/events.hpp"
#include "neural/bench/process/noise.hpp"

namespace neural::bench::selftest {
namespace {

namespace fs = std::filesystem;
using process::Side;

// Steps of a millisecond: a run takes about a quarter of a second, and its long fit some ten turns.
constexpr process::PairTask kSteps{.warmup_steps = 10, .short_steps = 10, .long_steps = 200};
constexpr int kPairsForOneReplacement = 4;

/// The long fit, pauses left out; a run has no fixed cost that would have to be told apart.
Expected<double> seconds_of(const fs::path& folder, const process::Outcome& outcome) {
  process::Events events = NEURAL_TRY(process::read_events(folder / "events.jsonl"));
  events = NEURAL_TRY(process::without_pauses(std::move(events), outcome.ending.pauses));
  for (const Json& event : events) {
    if (process::event_name(event) == "slice" && process::text_of(event, "kind") == "long") {
      return process::number_of(event, "seconds");
    }
  }
  return fail(ErrorCode::kMeasurement, "a run has no long slice");
}

using Programs = std::array<fs::path, 2>;

struct PairRun {
  std::array<double, 2> seconds{};
  bool noisy = false;
};

Expected<PairRun> run_pair(const std::string& cell, int pair, int attempt, const plan::PairDraw& drawn,
                           const Programs& programs, const PairSource& source) {
  std::array<process::WorkerPlan, 2> plans;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    process::WorkerPlan& plan = plans[i];
    plan.cell = cell;
    plan.side = drawn.order[i];
    plan.run = fmt::format("pair_{:03}_{}_{}", pair, attempt, name_of(plan.side));
    plan.task = process::Task::kPair;
    plan.backend = "truth";
    plan.program = programs[static_cast<std::size_t>(plan.side)];
    plan.seed = drawn.seed;
    plan.pair = kSteps;
    plan.train_rows = kSteps.long_steps;
  }
  PairRun run;
  const std::vector<process::Outcome> outcomes = NEURAL_TRY(process::run_workers_in_turns(
      source.runner, source.host, plans, drawn.padding,
      {.seconds = plan::kTurnSeconds, .processors = plan::processors_for(1, drawn.seed)}));
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const process::Outcome& outcome = outcomes[i];
    if (!outcome.valid) return fail(ErrorCode::kMeasurement, plans[i].place() + ": " + outcome.reason);
    run.noisy = run.noisy || process::is_noisy(outcome.ending);
    run.seconds[static_cast<std::size_t>(plans[i].side)] =
        NEURAL_TRY(seconds_of(source.host.results / plans[i].place(), outcome));
  }
  return run;
}

}  // namespace

Expected<PairRecord> record_pairs(const std::string& cell, const Truth& neural, const Truth& native, int pairs,
                                  const PairSource& source) {
  Programs programs;
  for (const Side side : process::kSides) {
    const fs::path program = source.host.results / fmt::format("{}_{}.json", cell, name_of(side));
    NEURAL_TRY(write_file(program, pretty_json(to_json(side == Side::kNeural ? neural : native))));
    programs[static_cast<std::size_t>(side)] = program;
  }
  PairRecord record;
  for (int pair = 1; pair <= pairs; ++pair) {
    source.before(pair);
    const plan::PairDraw drawn = plan::draw_pair(source.seed, cell, pair);
    PairRun run = NEURAL_TRY(run_pair(cell, pair, 1, drawn, programs, source));
    for (int attempt = 2; run.noisy && record.replaced < pairs / kPairsForOneReplacement; ++attempt) {
      ++record.replaced;
      run = NEURAL_TRY(run_pair(cell, pair, attempt, drawn, programs, source));
    }
    record.neural.push_back(run.seconds[0]);
    record.native.push_back(run.seconds[1]);
  }
  return record;
}

}  // namespace neural::bench::selftest
