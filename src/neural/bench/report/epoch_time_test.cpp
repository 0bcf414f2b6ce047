#include "neural/bench/report/epoch_time.hpp"

#include <gtest/gtest.h>

namespace neural::bench::report {
namespace {

process::Events slices(int short_steps, double short_seconds, int long_steps, double long_seconds) {
  return {{{"event", "slice"}, {"t", 1}, {"kind", "short"}, {"steps", short_steps}, {"seconds", short_seconds}},
          {{"event", "slice"}, {"t", 2}, {"kind", "long"}, {"steps", long_steps}, {"seconds", long_seconds}}};
}

TEST(EpochTime, is_the_line_through_both_slices_at_the_steps_of_an_epoch) {
  const EpochTime time = epoch_time(slices(10, 0.25, 90, 0.65), 938).value();
  EXPECT_DOUBLE_EQ(time.step, 0.005);
  EXPECT_DOUBLE_EQ(time.fixed, 0.2);
  EXPECT_DOUBLE_EQ(time.epoch, 0.2 + 938 * 0.005);
}

TEST(EpochTime, may_have_a_fixed_cost_below_zero) {
  EXPECT_LT(epoch_time(slices(10, 0.09, 90, 0.99), 100).value().fixed, 0);
}

TEST(EpochTime, needs_two_lengths_and_time_for_a_step) {
  EXPECT_EQ(epoch_time(slices(10, 0.2, 10, 0.2), 5).error().message, "the short slice has 10 steps, the long one 10");
  EXPECT_EQ(epoch_time(slices(10, 0.5, 20, 0.4), 5).error().message,
            "10 steps took 0.5 s and 20 steps 0.4 s: no time is left for a step");
  EXPECT_FALSE(epoch_time(slices(10, 0.09, 90, 0.99), 0)) << "an epoch of no steps would take less than no time";
  EXPECT_FALSE(epoch_time({}, 5));
}

}  // namespace
}  // namespace neural::bench::report
