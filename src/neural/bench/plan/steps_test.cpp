#include "neural/bench/plan/steps.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace neural::bench::plan
