#include "neural/bench/process/events.hpp"

#include <gtest/gtest.h>

namespace neural::bench::process {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

Events slices() {
  return parse_events(R"({"event": "warmup_end", "t": 1, "seconds": 0.5}
{"event": "slice", "t": 2, "kind": "short", "begin": 1000000000, "seconds": 0.1}
{"event": "slice", "t": 3, "kind": "long", "begin": 1200000000, "seconds": 0.5}
{"event": "train_end", "t": 4, "seconds": 0.6})")
      .value();
}

TEST(WithoutPauses, TakesOffWhatLiesWithinASlice) {
  // Around the begin of the short slice, between both, and two within the long one, the last beyond its end.
  const std::vector<Interval> pauses = {{900 * kMillisecond, 1020 * kMillisecond},
                                        {1110 * kMillisecond, 1150 * kMillisecond},
                                        {1300 * kMillisecond, 1400 * kMillisecond},
                                        {1690 * kMillisecond, 2000 * kMillisecond}};
  const Events events = without_pauses(slices(), pauses).value();
  EXPECT_NEAR(number_of(events[0], "seconds"), 0.5, 1e-12) << "the warm-up comes before all turns";
  EXPECT_NEAR(number_of(events[1], "seconds"), 0.08, 1e-12);
  EXPECT_NEAR(number_of(events[2], "seconds"), 0.39, 1e-12);
  EXPECT_NEAR(number_of(events[3], "seconds"), 0.47, 1e-12);
}

TEST(WithoutPauses, LeavesARunWithoutPausesAsItIs) {
  EXPECT_EQ(without_pauses(slices(), {}).value(), slices());
}

TEST(WithoutPauses, NeedsTheBeginOfASlice) {
  for (const Json& begin : {Json(), Json("1"), Json(1.5)}) {
    Events events = slices();
    events[2]["begin"] = begin;
    const Expected<Events> found = without_pauses(events, {{1, 2}});
    ASSERT_FALSE(found.has_value()) << begin;
    EXPECT_EQ(found.error().message, "a slice of a run that was stopped has no `begin`");
    EXPECT_TRUE(without_pauses(events, {}).has_value()) << "earlier versions did not tell it";
  }
}

}  // namespace
}  // namespace neural::bench::process
