#include "neural/track/compare.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace neural::track {
namespace {

RecordedRun run_with(double accuracy, std::optional<std::int64_t> seed, Params params = {}) {
  RecordedRun run;
  run.group = "group";
  run.seed = seed;
  run.params = std::move(params);
  run.metrics.all.push_back({.epoch = 1, .split = "val", .key = "accuracy", .value = 0});
  run.metrics.all.push_back({.epoch = 2, .split = "val", .key = "accuracy", .value = accuracy});
  return run;
}

using Runs = std::vector<RecordedRun>;

TEST(CompareRuns, names_the_parameters_that_differ) {
  const Runs one = {run_with(0.5, 1, {{"batch_size", "64"}, {"seed", "1"}, {"dropout", "0.2"}})};
  const Runs other = {run_with(0.5, 1, {{"batch_size", "128"}, {"seed", "1"}, {"clip", "1"}})};
  const Comparison found = compare_runs(one, other).value();
  ASSERT_EQ(found.params.size(), 3U);
  EXPECT_EQ(found.params[0].name, "batch_size");
  EXPECT_EQ(found.params[0].before, "64");
  EXPECT_EQ(found.params[0].after, "128");
  EXPECT_EQ(found.params[1].after, std::nullopt);
  EXPECT_EQ(found.params[2].before, std::nullopt);
}

TEST(CompareRuns, of_single_runs_has_a_difference_without_an_interval) {
  const Comparison found = compare_runs(Runs{run_with(0.5, 1)}, Runs{run_with(0.75, 2)}).value();
  ASSERT_EQ(found.metrics.size(), 1U);
  EXPECT_EQ(found.metrics[0].name, "val_accuracy");
  EXPECT_EQ(found.metrics[0].difference, 0.25);
  EXPECT_FALSE(found.metrics[0].interval);
}

TEST(CompareRuns, pairs_groups_of_the_same_seeds_in_any_order) {
  Runs one, other;
  for (int seed = 0; seed < 6; ++seed) {
    one.push_back(run_with(seed, seed));  // seeds matter far more than what was changed …
    other.insert(other.begin(), run_with(seed + 0.5 + seed / 64.0, seed));
  }
  const MetricDifference found = compare_runs(one, other)->metrics[0];
  EXPECT_TRUE(found.paired);
  ASSERT_TRUE(found.interval);
  EXPECT_EQ(found.interval->low, 0.5);  // … and yet it is seen: six pairs, all above zero
  EXPECT_EQ(found.interval->high, 0.5 + 5 / 64.0);
  EXPECT_NEAR(found.interval->level, 0.96875, 1e-12);

  other[0].seed = 99;
  const MetricDifference apart = compare_runs(one, other)->metrics[0];
  EXPECT_FALSE(apart.paired);
  ASSERT_TRUE(apart.interval);
  EXPECT_FALSE(apart.interval->excludes_zero());
  EXPECT_FALSE(
      compare_runs(Runs(one.begin(), one.begin() + 5), Runs(other.begin() + 1, other.end()))->metrics[0].interval);
}

TEST(CompareRuns, leaves_out_runs_whose_number_is_not_finite) {
  const Comparison found = compare_runs(Runs{run_with(std::nan(""), 1)}, Runs{run_with(1, 1)}).value();
  EXPECT_EQ(found.metrics[0].before, std::nullopt);
  EXPECT_EQ(found.metrics[0].after, 1);
  EXPECT_EQ(to_json(found).at("metrics")[0].at("difference"), nullptr);
}

TEST(CompareRuns, refuses_groups_that_are_too_large) {
  const Runs many(kMostRuns + 1, run_with(1, 1));
  EXPECT_EQ(compare_runs(many, many).error().message, "the group `group` has 101 runs");
  const Runs most(kMostRuns, run_with(1, 1));
  EXPECT_TRUE(compare_runs(most, most));
}

}  // namespace
}  // namespace neural::track
