#include "neural/bench/plan/pair_series.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "neural/base/check.hpp"
#include "neural/bench/plan/machine.hpp"
#include "neural/bench/process/noise.hpp"
#include "neural/bench/report/epoch_time.hpp"
#include "neural/bench/stats/effect.hpp"
#include "neural/bench/stats/summary.hpp"

namespace neural::bench::plan {
namespace {

using process::Outcome;
using process::Side;
using process::Task;

// Of the pairs up to the next look, one in so many may be measured anew because of noise.
constexpr int kPairsForOneReplacement = 4;

// Of what is available, that the two processes of a pair may need together.
constexpr double kMostOfMemory = 0.8;

}  // namespace

Status PairSeries::measure() {
  runs_.record().pairs.clear();
  for (;;) {
    const int complete_pairs = static_cast<int>(neural_.size());
    const stats::NextAction action = stats::next_action(neural_, native_, rule_);
    NEURAL_CHECK(action.stop != stats::Stop::kInvalid, "an epoch time is finite and above zero");
    if (action.stop != stats::Stop::kNo) break;
    const int pairs = complete_pairs + action.pairs;
    // The first look is what the cell is measured for: it may use what later cells would have.
    const double needed = seconds_of(action.pairs);
    if (complete_pairs == 0 ? needed > runs_.budget().left() : !runs_.budget().allows(needed + reserve_seconds_)) {
      if (complete_pairs == 0) return too_little(runs_.budget(), fmt::format("{} pairs", pairs), needed);
      runs_.record().limits.pairs = complete_pairs;
      runs_.record().limits.given_up.push_back(fmt::format("pairs {} to {}", complete_pairs + 1, rule_.looks.back()));
      break;
    }
    for (int pair = complete_pairs + 1; pair <= pairs; ++pair) NEURAL_TRY(complete(pair, pairs));
  }
  runs_.show_pair(0, 0, std::nullopt);
  return done();
}

double PairSeries::seconds_of(int pairs) const {
  const auto measured = static_cast<double>(neural_.size());
  return pairs * (measured > 0 ? measured_seconds_ / measured : expected_seconds_);
}

Status PairSeries::complete(int pair, int pairs) {
  std::optional<double> ratio;
  if (!neural_.empty()) ratio = std::exp(stats::median(stats::log_ratios(neural_, native_)));
  runs_.show_pair(pair, pairs, ratio);
  const PairDraw drawn = draw_pair(runs_.protocol().seed, runs_.record().cell.name, pair);
  for (int number = 1;; ++number) {
    // Should the program die during the attempt, cell.json already says what it is.
    PairAttempt& attempt = runs_.record().pairs.emplace_back(PairAttempt{pair, number, drawn, PairState::kInterrupted});
    const Status status = settle(attempt, pairs);
    NEURAL_TRY(runs_.save());
    NEURAL_TRY(status);
    if (attempt.state == PairState::kComplete) return add_times(attempt);
  }
}

Status PairSeries::settle(PairAttempt& attempt, int pairs) {
  std::optional<PairState> state = state_on_disk(attempt);
  if (!state) {
    const Status status = run_attempt(attempt);
    if (!status && status.error().code == ErrorCode::kMeasurement) attempt.state = PairState::kInvalid;
    NEURAL_TRY(status);
    state = PairState::kComplete;
  } else {
    for (const Side side : process::kSides) {
      if (const std::optional<Outcome> outcome = runs_.finished(attempt.run(side))) runs_.spend(*outcome);
    }
  }
  const bool may_replace = replaced_ < pairs / kPairsForOneReplacement;
  if (state == PairState::kComplete && may_replace && is_noisy(attempt)) {
    state = PairState::kNoisy;
    ++replaced_;
  }
  attempt.state = *state;
  return done();
}

std::optional<PairState> PairSeries::state_on_disk(const PairAttempt& attempt) const {
  int finished = 0;
  for (const Side side : process::kSides) {
    const std::optional<Outcome> outcome = runs_.finished(attempt.run(side));
    if (!outcome) continue;
    if (!outcome->valid) return PairState::kInvalid;
    ++finished;
  }
  if (finished == 0) return std::nullopt;
  return finished == 1 ? PairState::kInterrupted : PairState::kComplete;
}

bool PairSeries::is_noisy(const PairAttempt& attempt) const {
  for (const Side side : process::kSides) {
    const std::optional<Outcome> outcome = runs_.finished(attempt.run(side));
    if (outcome && process::is_noisy(outcome->ending)) return true;
  }
  return false;
}

Status PairSeries::run_attempt(const PairAttempt& attempt) {
  std::array<process::WorkerPlan, 2> plans;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const Side side = attempt.draw.order[i];
    process::WorkerPlan& plan = plans[i] = runs_.plan(Task::kPair, side, attempt.run(side));
    plan.seed = attempt.draw.seed;
    plan.pair = runs_.record().steps;
    plan.train_rows = std::max(plan.pair->long_steps, plan.pair->warmup_steps) * plan.batch_size;
  }
  if (const double seconds = turn_seconds(); seconds > 0) {
    process::Turns turns{.seconds = seconds};
    if (plans[0].profile == process::Profile::kControlled) {
      turns.processors = processors_for(plans[0].threads, attempt.draw.seed);
    }
    return runs_.run_in_turns(plans, attempt.draw.padding, turns);
  }
  for (const process::WorkerPlan& plan : plans) {
    NEURAL_TRY(runs_.run(plan, attempt.draw.padding));
    NEURAL_TRY(runs_.save());
  }
  return done();
}

double PairSeries::turn_seconds() {
  std::string& apart = runs_.record().pairs_apart;
  const double turn = runs_.protocol().turn_seconds;
  if (turn <= 0 || !apart.empty()) return 0;
  double needed = 0;
  for (const Side side : process::kSides) {
    const std::optional<Outcome> full = runs_.finished(fmt::format("full_{}", name_of(side)));
    if (full) needed += static_cast<double>(full->ending.max_rss_bytes);
  }
  if (needed <= kMostOfMemory * static_cast<double>(available_memory_bytes())) return turn;
  apart = "both sides at once do not fit into memory";
  return 0;
}

Status PairSeries::add_times(const PairAttempt& attempt) {
  process::WorkerPlan plan = runs_.plan(Task::kFull, Side::kNeural, "");
  for (const Side side : process::kSides) {
    const process::Events events = NEURAL_TRY(runs_.events(attempt.run(side)));
    const Expected<report::EpochTime> time = report::epoch_time(events, plan.steps_per_epoch());
    if (!time) return tl::unexpected(time.error().within("`" + attempt.run(side) + "`"));
    (side == Side::kNeural ? neural_ : native_).push_back(time->epoch);
    const std::optional<Outcome> outcome = runs_.finished(attempt.run(side));
    if (outcome) measured_seconds_ += outcome->ending.wall_seconds;
  }
  return done();
}

}  // namespace neural::bench::plan
