#include "neural/bench/plan/estimate.hpp"

#include <gtest/gtest.h>

namespace neural::bench::plan {
namespace {

using process::Task;

TEST(RunsOfCell, CountsBothSides) {
  EXPECT_EQ(runs_of_cell(6, 0, 1), (RunCounts{2, 2, 12, 0}));
  EXPECT_EQ(runs_of_cell(8, 2, 1), (RunCounts{2, 2, 16, 4}));
  EXPECT_EQ(runs_of_cell(8, 2, 6), (RunCounts{7, 12, 16, 4}));
}

TEST(Estimate, IsNothingWhileATaskToComeWasNeverRun) {
  Estimate estimate;
  EXPECT_FALSE(estimate.seconds({1, 0, 0, 0}, {}).has_value());
  estimate.add(Task::kParity, 3);
  EXPECT_FALSE(estimate.seconds({1, 1, 0, 0}, {}).has_value());
  EXPECT_EQ(estimate.seconds({2, 0, 0, 0}, {}), 6);
  EXPECT_EQ(estimate.seconds({}, {}), 0);
}

TEST(Estimate, TakesThisCellByItsLastRunAndOthersByTheMean) {
  Estimate estimate;
  estimate.add(Task::kPair, 1);
  estimate.add(Task::kPair, 3);
  EXPECT_EQ(estimate.seconds({0, 0, 2, 0}, {0, 0, 10, 0}), 2 * 3 + 10 * 2);
  estimate.begin_cell();
  EXPECT_EQ(estimate.seconds({0, 0, 2, 0}, {}), 2 * 2);
}

}  // namespace
}  // namespace neural::bench::plan
