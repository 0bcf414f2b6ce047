#include "neural/bench/plan/budget.hpp"

#include <gtest/gtest.h>

namespace neural::bench::plan {
namespace {

TEST(Budget, WithoutALimitAllowsEverything) {
  Budget budget(std::nullopt, 3);
  budget.begin_cell();
  budget.spend(1e9);
  EXPECT_FALSE(budget.is_limited());
  EXPECT_TRUE(budget.allows(1e9));
}

TEST(Budget, EachCellHasAnEqualShareOfWhatIsLeft) {
  Budget budget(90, 3);
  budget.begin_cell();
  EXPECT_TRUE(budget.allows(30));
  EXPECT_FALSE(budget.allows(30.1));
  budget.spend(10);  // it leaves 20, which the two others share
  budget.begin_cell();
  EXPECT_TRUE(budget.allows(40));
  EXPECT_FALSE(budget.allows(40.1));
  budget.spend(70);  // it took more than its share
  budget.begin_cell();
  EXPECT_TRUE(budget.allows(10));
  EXPECT_FALSE(budget.allows(10.1));
  EXPECT_DOUBLE_EQ(budget.left(), 10);
}

}  // namespace
}  // namespace neural::bench::plan
