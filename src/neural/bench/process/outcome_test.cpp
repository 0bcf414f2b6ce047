#include "neural/bench/process/outcome.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "neural/base/files.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::process {
namespace {

Outcome example() {
  Outcome outcome{"pair_01_1_native", Task::kPair, Side::kNative, false, "it failed", {}};
  Ending& ending = outcome.ending;
  ending.exit_status = 1;
  ending.signal = 2;
  ending.timed_out = true;
  ending.wall_seconds = 3.5;
  ending.user_seconds = 4.5;
  ending.system_seconds = 5.5;
  ending.max_rss_bytes = 6;
  ending.voluntary_switches = 7;
  ending.involuntary_switches = 8;
  ending.minor_faults = 9;
  ending.major_faults = 10;
  ending.steal_seconds = 11.5;
  ending.foreign_cpu_share = 12.5;
  ending.cpu_pressure_share = 0.25;
  ending.started_utc = "2026-01-31T12:00:00Z";
  ending.pauses = {{100, 250}, {300, 300}};
  return outcome;
}

TEST(Outcome, ReadsBackAsItWasWritten) {
  const Json value = to_json(example());
  const Expected<Outcome> outcome = outcome_from_json(value, "outcome");
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(to_json(*outcome), value);
  EXPECT_EQ(value.size(), 22U);
}

TEST(Outcome, NeedsEveryKey) {
  const Json whole = to_json(example());
  for (const auto& [key, ignored] : whole.items()) {
    if (key == "schema" || key == "cpu_pressure_share" || key == "pauses") continue;
    Json value = whole;
    value.erase(key);
    EXPECT_FALSE(outcome_from_json(value, "outcome").has_value()) << key;
  }
}

TEST(Outcome, OfAnEarlierVersionOrASystemThatDoesNotTellHasNoPressure) {
  Json value = to_json(example());
  value["cpu_pressure_share"] = nullptr;
  EXPECT_TRUE(std::isnan(outcome_from_json(value, "outcome").value().ending.cpu_pressure_share));
  value.erase("cpu_pressure_share");
  EXPECT_TRUE(to_json(outcome_from_json(value, "outcome").value())["cpu_pressure_share"].is_null());
}

TEST(Outcome, HasPausesInOrderOrNone) {
  Json value = to_json(example());
  for (const Json& wrong : {Json({{1, 2, 3}}), Json({{2, 1}}), Json({{1, 5}, {4, 6}}), Json({{-1, 5}}), Json("none")}) {
    value["pauses"] = wrong;
    EXPECT_FALSE(outcome_from_json(value, "outcome").has_value()) << wrong;
  }
  value.erase("pauses");
  EXPECT_TRUE(outcome_from_json(value, "outcome").value().ending.pauses.empty());
}

TEST(ReadOutcome, GivesNothingForARunThatIsNotFinished) {
  const ScratchFolder folder = ScratchFolder::make().value();
  EXPECT_FALSE(read_outcome(folder.path()).has_value());
  ASSERT_TRUE(write_file(folder.path() / "outcome.json", pretty_json(to_json(example())).substr(0, 100)));
  EXPECT_FALSE(read_outcome(folder.path()).has_value());
  ASSERT_TRUE(write_file(folder.path() / "outcome.json", pretty_json(to_json(example()))));
  EXPECT_TRUE(read_outcome(folder.path()).has_value());
}

}  // namespace
}  // namespace neural::bench::process
