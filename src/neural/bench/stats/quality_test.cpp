#include "neural/bench/stats/quality.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace neural::bench::stats {
namespace {

using Samples = std::vector<double>;

const Samples kAccuracies = {0.975, 0.978, 0.972, 0.980, 0.976, 0.974};
const Samples kLosses = {0.080, 0.072, 0.091, 0.068, 0.077, 0.083};
// Of seeds: small, and different from each other.
const Samples kWobble = {0.0004, -0.0002, 0.0001, -0.0003, 0.0005, 0.0000};

/// The accuracies moved by `shift`, and a little more or less from seed to seed.
Samples moved(double shift) {
  Samples samples = kAccuracies;
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] += shift + kWobble[i];
  return samples;
}

Samples scaled(double factor) {
  Samples samples = kLosses;
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] *= factor * (1 + kWobble[i]);
  return samples;
}

TEST(CompareAccuracies, of_nearly_the_same_are_equivalent) {
  const Comparison comparison = compare_accuracies(moved(0), kAccuracies);
  EXPECT_EQ(comparison.verdict, Verdict::kEquivalent);
  EXPECT_EQ(comparison.reason, "");
  EXPECT_EQ(comparison.pairs, 6);
  EXPECT_DOUBLE_EQ(comparison.native, 0.9755);
  // All six differences: the least and the largest of them.
  EXPECT_NEAR(comparison.ci_low, -0.0003, 1e-12);
  EXPECT_NEAR(comparison.ci_high, 0.0005, 1e-12);
  EXPECT_EQ(comparison.level, 0.96875);
  EXPECT_TRUE(std::isnan(comparison.ratio));
  EXPECT_FALSE(comparison.flags.single);
}

TEST(CompareAccuracies, more_is_better) {
  const Comparison better = compare_accuracies(moved(0.01), kAccuracies);
  EXPECT_EQ(better.verdict, Verdict::kBetter);
  EXPECT_NEAR(better.difference, 0.0101, 1e-4);
  EXPECT_TRUE(better.flags.material);
  EXPECT_EQ(compare_accuracies(moved(-0.01), kAccuracies).verdict, Verdict::kWorse);
}

TEST(CompareAccuracies, equivalence_ends_at_half_a_point) {
  EXPECT_EQ(compare_accuracies(moved(0.0044), kAccuracies).verdict, Verdict::kEquivalent);
  EXPECT_EQ(compare_accuracies(moved(-0.0046), kAccuracies).verdict, Verdict::kEquivalent);
  const Comparison beyond = compare_accuracies(moved(0.0046), kAccuracies);
  EXPECT_EQ(beyond.verdict, Verdict::kBetter);
  EXPECT_FALSE(beyond.flags.material);
}

TEST(CompareAccuracies, swapped_sides_give_the_mirrored_verdict) {
  const Comparison one = compare_accuracies(moved(0.01), kAccuracies);
  const Comparison other = compare_accuracies(kAccuracies, moved(0.01));
  EXPECT_EQ(other.verdict, Verdict::kWorse);
  EXPECT_DOUBLE_EQ(other.ci_low, -one.ci_high);
  EXPECT_DOUBLE_EQ(other.ci_high, -one.ci_low);
  EXPECT_DOUBLE_EQ(other.difference, -one.difference);
  EXPECT_EQ(other.flags, one.flags);
}

TEST(CompareAccuracies, what_is_open_says_how_many_seeds_would_decide) {
  const Samples native(6, 0.97);
  const Samples neural = {0.98, 0.96, 0.975, 0.965, 0.985, 0.97};
  const Comparison comparison = compare_accuracies(neural, native);
  EXPECT_EQ(comparison.verdict, Verdict::kInconclusive);
  EXPECT_EQ(comparison.reason.find("6 seeds of this spread reveal a difference of "), 0U) << comparison.reason;
  EXPECT_NE(comparison.reason.find(" percentage points or more; about "), std::string::npos) << comparison.reason;
  EXPECT_TRUE(comparison.reason.ends_with(" seeds would decide")) << comparison.reason;
  EXPECT_EQ(comparison.level, 0.96875);
}

TEST(CompareAccuracies, fewer_than_six_seeds_have_no_verdict) {
  const Comparison one = compare_accuracies(Samples{0.97}, Samples{0.96});
  EXPECT_EQ(one.verdict, Verdict::kInconclusive);
  EXPECT_EQ(one.reason, "1 seed cannot carry a 95 % interval, at least 6 are needed");
  EXPECT_TRUE(one.flags.single);
  EXPECT_DOUBLE_EQ(one.difference, 0.97 - 0.96);
  EXPECT_TRUE(std::isnan(one.ci_low));
  const Samples five(5, 0.9);
  EXPECT_EQ(compare_accuracies(five, five).reason, "5 seeds cannot carry a 95 % interval, at least 6 are needed");
}

TEST(CompareAccuracies, of_nothing_and_of_no_number) {
  const Comparison nothing = compare_accuracies({}, {});
  EXPECT_EQ(nothing.verdict, Verdict::kInconclusive);
  EXPECT_EQ(nothing.reason, "nothing was measured");
  const Comparison invalid = compare_accuracies(Samples{std::numeric_limits<double>::quiet_NaN()}, Samples{0.9});
  EXPECT_EQ(invalid.verdict, Verdict::kInvalid);
  EXPECT_EQ(invalid.reason, "a run ended with a value that is no finite number");
}

TEST(CompareAccuraciesDeathTest, every_seed_has_two_sides) {
  EXPECT_DEATH(compare_accuracies(kAccuracies, Samples{0.9}), "every seed has a run on each side");
}

TEST(CompareLosses, less_is_better) {
  const Comparison better = compare_losses(scaled(0.95), kLosses);
  EXPECT_EQ(better.verdict, Verdict::kBetter);
  EXPECT_NEAR(better.ratio, 0.95, 1e-3);
  EXPECT_NEAR(better.percentage, 100 * (better.ratio - 1), 1e-12);
  EXPECT_NEAR(better.ci_low, 0.95 * 0.9997, 1e-9);
  EXPECT_NEAR(better.ci_high, 0.95 * 1.0005, 1e-9);
  EXPECT_EQ(compare_losses(scaled(1.05), kLosses).verdict, Verdict::kWorse);
  EXPECT_EQ(compare_losses(scaled(1.009), kLosses).verdict, Verdict::kEquivalent);
}

TEST(CompareLosses, the_size_of_a_loss_does_not_matter) {
  const auto thousandfold = [](Samples samples) {
    for (double& sample : samples) sample *= 1024;
    return samples;
  };
  const Comparison small = compare_losses(scaled(1.02), kLosses);
  const Comparison large = compare_losses(thousandfold(scaled(1.02)), thousandfold(kLosses));
  EXPECT_EQ(large.verdict, small.verdict);
  EXPECT_DOUBLE_EQ(large.ratio, small.ratio);
  EXPECT_DOUBLE_EQ(large.ci_low, small.ci_low);
}

TEST(CompareLosses, swapped_sides_give_the_reciprocal_interval) {
  const Comparison one = compare_losses(scaled(1.05), kLosses);
  const Comparison other = compare_losses(kLosses, scaled(1.05));
  EXPECT_EQ(other.verdict, Verdict::kBetter);
  EXPECT_DOUBLE_EQ(other.ratio * one.ratio, 1);
  EXPECT_DOUBLE_EQ(other.ci_low * one.ci_high, 1);
}

TEST(CompareLosses, that_are_not_above_zero_have_no_ratio) {
  const Comparison comparison = compare_losses(Samples(6, -0.5), Samples(6, -0.4));
  EXPECT_EQ(comparison.verdict, Verdict::kInconclusive);
  EXPECT_EQ(comparison.reason, "losses that are not above zero have no ratio");
  EXPECT_DOUBLE_EQ(comparison.difference, -0.5 - -0.4);
  EXPECT_TRUE(std::isnan(comparison.ratio));
}

TEST(CompareLosses, of_one_side_that_is_not_above_zero_have_no_ratio_either) {
  EXPECT_TRUE(std::isnan(compare_losses(Samples(6, 0.0), Samples(6, 0.4)).ratio));
  EXPECT_TRUE(std::isnan(compare_losses(Samples(6, 0.4), Samples(6, 0.0)).ratio));
}

TEST(CompareLosses, of_nothing_and_of_no_number) {
  EXPECT_EQ(compare_losses({}, {}).reason, "nothing was measured");
  EXPECT_EQ(compare_losses(Samples{0.1}, Samples{std::nan("")}).verdict, Verdict::kInvalid);
}

TEST(CompareLosses, of_one_seed_have_a_ratio_and_no_verdict) {
  const Comparison one = compare_losses(Samples{0.11}, Samples{0.1});
  EXPECT_DOUBLE_EQ(one.ratio, 1.1);
  EXPECT_EQ(one.verdict, Verdict::kInconclusive);
  EXPECT_TRUE(one.flags.single);
}

}  // namespace
}  // namespace neural::bench::stats
