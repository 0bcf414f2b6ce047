#include "neural/bench/plan/steps.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace neural::bench::plan {
namespace {

constexpr std::int64_t kRows = 60'000;
constexpr std::int64_t kBatch = 64;
constexpr std::int64_t kWholeBatches = 937;

process::PairTask steps(double step_seconds, bool quick) {
  const Expected<process::PairTask> task = choose_steps(step_seconds, kRows, kBatch, quick);
  EXPECT_TRUE(task.has_value()) << task.error().message;
  return task.value_or(process::PairTask{});
}

TEST(ChooseSteps, TakesTheWholeBatchesOfAnEpochThatIsShortEnough) {
  EXPECT_EQ(steps(0.003, false).long_steps, kWholeBatches);
  EXPECT_EQ(steps(0.0015, true).long_steps, kWholeBatches);
}

TEST(ChooseSteps, TakesASliceOfAnEpochThatIsLonger) {
  EXPECT_EQ(steps(0.004, false).long_steps, 500);
  EXPECT_EQ(steps(0.002, true).long_steps, 500);
}

TEST(ChooseSteps, MakesTheShortFitATenthAndNotLessThanTwoSteps) {
  EXPECT_EQ(steps(0.004, false).short_steps, 50);
  EXPECT_EQ(steps(0.5, false).short_steps, 2);
}

TEST(ChooseSteps, DoesNotMeasureFewerThanTenStepsHoweverLongTheyTake) {
  EXPECT_EQ(steps(100, true).long_steps, 10);
  EXPECT_EQ(steps(100, true).warmup_steps, 10);
}

TEST(ChooseSteps, NeedsTenWholeBatches) {
  EXPECT_TRUE(choose_steps(0.1, 10 * kBatch, kBatch, false).has_value());
  const auto task = choose_steps(0.1, (10 * kBatch) - 1, kBatch, false);
  ASSERT_FALSE(task.has_value());
  EXPECT_EQ(task.error().code, ErrorCode::kMeasurement);
  EXPECT_EQ(task.error().message, "the data has 9 whole batches of 64 rows, 10 are needed to measure a step");
}

/// Times of 200 steps: `slow` of them at the begin take 30 % longer, and all scatter by 2 %.
std::vector<double> times(std::size_t slow, double more = 1.3) {
  std::mt19937 random(5);
  std::normal_distribution<double> noise(1, 0.02);
  std::vector<double> seconds(200);
  for (std::size_t step = 0; step < seconds.size(); ++step) {
    seconds[step] = 0.01 * noise(random) * (step < slow ? more : 1);
  }
  seconds[0] = 2;  // builds the graph
  return seconds;
}

TEST(WarmupSteps, AreTenWhereTheFirstStepIsAllThatIsSlow) {
  EXPECT_EQ(warmup_steps(times(0)), kWarmupSteps);
  EXPECT_EQ(warmup_steps(times(6)), kWarmupSteps);
}

TEST(WarmupSteps, ReachToTheLastStepThatIsSlower) {
  EXPECT_NEAR(static_cast<double>(warmup_steps(times(30))), 30, 1);
  EXPECT_NEAR(static_cast<double>(warmup_steps(times(47))), 47, 1);
}

TEST(WarmupSteps, DoNotFollowTheMachine) {
  EXPECT_EQ(warmup_steps(times(120)), kWarmupSteps);      // it got faster long after
  EXPECT_EQ(warmup_steps(times(30, 0.7)), kWarmupSteps);  // it got slower
}

TEST(WarmupSteps, OfNoTimesOrStrangeOnesAreTen) {
  EXPECT_EQ(warmup_steps({}), kWarmupSteps);
  EXPECT_EQ(warmup_steps(std::vector<double>(200, 0.0)), kWarmupSteps);
  EXPECT_EQ(warmup_steps(std::vector<double>(1, 1.0)), kWarmupSteps);
}

TEST(WarmupSteps, ALongerWarmUpIsTakenAsFarAsThereIsData) {
  EXPECT_EQ(choose_steps(0.004, kRows, kBatch, false, 30)->warmup_steps, 30);
  EXPECT_EQ(choose_steps(0.004, 20 * kBatch, kBatch, false, 30)->warmup_steps, 20);
}

}  // namespace
}  // namespace neural::bench::plan
