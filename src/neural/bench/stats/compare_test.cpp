#include "neural/bench/stats/compare.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "neural/bench/stats/simulated_host.hpp"

namespace neural::bench::stats {
namespace {

using Samples = std::vector<double>;

constexpr double kMebibyte = 1024 * 1024;

Samples times(const Samples& samples, double factor) {
  Samples result;
  for (const double sample : samples) result.push_back(sample * factor);
  return result;
}

const Samples kBase = {2.00, 2.02, 1.99, 2.01, 2.03, 1.98};

/// kBase with a ratio that moves a little from pair to pair.
Samples about(double ratio) {
  Samples result;
  for (std::size_t i = 0; i < kBase.size(); ++i)
    result.push_back(kBase[i] * ratio * (1 + 0.001 * (static_cast<double>(i) - 2.5)));
  return result;
}

Verdict mirrored(Verdict verdict) {
  for (const auto& [one, other] :
       {std::pair(Verdict::kFaster, Verdict::kSlower), std::pair(Verdict::kLess, Verdict::kMore)}) {
    if (verdict == one) return other;
    if (verdict == other) return one;
  }
  return verdict;
}

void expect_mirrored(const Comparison& one, const Comparison& other) {
  EXPECT_EQ(other.verdict, mirrored(one.verdict));
  EXPECT_EQ(other.flags, one.flags);
  EXPECT_EQ(other.pairs, one.pairs);
  EXPECT_EQ(other.neural, one.native);
  EXPECT_EQ(other.difference, -one.difference);
  EXPECT_DOUBLE_EQ(other.ratio * one.ratio, 1);
  EXPECT_EQ(std::isnan(other.ci_low), std::isnan(one.ci_low));
  if (std::isnan(one.ci_low)) return;
  EXPECT_EQ(other.reason, one.reason);
  EXPECT_EQ(other.level, one.level);
  EXPECT_EQ(other.p_value, one.p_value);
  EXPECT_DOUBLE_EQ(other.ci_low * one.ci_high, 1);
  EXPECT_DOUBLE_EQ(other.ci_high * one.ci_low, 1);
}

TEST(CompareTimes, tells_slower_with_everything_it_rests_on) {
  const Comparison comparison = compare_times(about(1.1), kBase, quick_rule());
  EXPECT_EQ(comparison.verdict, Verdict::kSlower);
  EXPECT_EQ(comparison.reason, "");
  EXPECT_DOUBLE_EQ(comparison.native, 2.005);
  EXPECT_NEAR(comparison.neural, 2.2055, 0.005);
  EXPECT_EQ(comparison.difference, comparison.neural - comparison.native);
  EXPECT_NEAR(comparison.ratio, 1.1, 1e-5);
  EXPECT_NEAR(comparison.percentage, 10, 1e-3);
  EXPECT_NEAR(comparison.ci_low, 1.1 * 0.9975, 1e-12);
  EXPECT_NEAR(comparison.ci_high, 1.1 * 1.0025, 1e-12);
  EXPECT_EQ(comparison.level, 0.96875);
  EXPECT_EQ(comparison.pairs, 6);
  EXPECT_TRUE(comparison.flags.material);
}

TEST(CompareTimes, tells_faster_and_equivalent) {
  EXPECT_EQ(compare_times(about(0.9), kBase, quick_rule()).verdict, Verdict::kFaster);
  const Comparison equal = compare_times(about(1.0), kBase, quick_rule());
  EXPECT_EQ(equal.verdict, Verdict::kEquivalent);
  EXPECT_EQ(equal.reason, "");
}

TEST(CompareTimes, equivalent_wins_over_a_small_difference) {
  const Comparison comparison = compare_times(about(1.02), kBase, quick_rule());
  EXPECT_GT(comparison.ci_low, 1);
  EXPECT_EQ(comparison.verdict, Verdict::kEquivalent);
  EXPECT_FALSE(comparison.flags.material);
}

TEST(CompareTimes, a_difference_that_may_be_within_the_tolerance_is_not_material) {
  const Comparison comparison = compare_times(about(1.029), kBase, quick_rule());
  EXPECT_EQ(comparison.verdict, Verdict::kSlower);
  EXPECT_FALSE(comparison.flags.material);
}

TEST(CompareTimes, the_tolerance_reaches_as_far_below_one_as_above) {
  // 0.9705 is within 1 - 0.03 but not within 1 / 1.03: called so, the swapped sides would be 1.0304 and not be.
  const Comparison comparison = compare_times(times(kBase, 0.9705), kBase, quick_rule());
  EXPECT_EQ(comparison.verdict, Verdict::kFaster);
  EXPECT_EQ(compare_times(times(kBase, 0.972), kBase, quick_rule()).verdict, Verdict::kEquivalent);
}

TEST(CompareTimes, inconclusive_says_what_could_be_seen_and_what_it_takes) {
  const Samples neural = {2.1, 1.8, 2.3, 2.0, 1.7, 2.2, 2.4, 1.9};
  const Comparison comparison = compare_times(neural, Samples(8, 2.0), pocock_rule());
  EXPECT_EQ(comparison.verdict, Verdict::kInconclusive);
  EXPECT_EQ(comparison.reason,
            "8 pairs of this spread reveal a difference of 31.2 % or more; about 453 pairs would decide");
}

TEST(CompareTimes, too_few_pairs_are_inconclusive_and_say_how_many_it_takes) {
  const Comparison five = compare_times(Samples(5, 3.0), Samples(5, 2.0), quick_rule());
  EXPECT_EQ(five.verdict, Verdict::kInconclusive);
  EXPECT_EQ(five.reason, "5 pairs cannot carry a 95 % interval, at least 6 are needed");
  EXPECT_DOUBLE_EQ(five.ratio, 1.5);
  EXPECT_TRUE(std::isnan(five.ci_low) && std::isnan(five.level));
  const Comparison one = compare_times(Samples{3}, Samples{2}, pocock_rule());
  EXPECT_EQ(one.reason, "1 pair cannot carry a 97.8 % interval, at least 7 are needed");
  EXPECT_TRUE(one.flags.single);
}

TEST(CompareTimes, nothing_measured_is_inconclusive) {
  const Comparison comparison = compare_times({}, {}, quick_rule());
  EXPECT_EQ(comparison.verdict, Verdict::kInconclusive);
  EXPECT_EQ(comparison.reason, "nothing was measured on one side or both");
  EXPECT_TRUE(std::isnan(comparison.ratio));
}

TEST(CompareTimes, a_sample_that_is_no_measurement_is_invalid) {
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    Samples neural = kBase;
    neural[2] = bad;
    EXPECT_EQ(compare_times(neural, kBase, quick_rule()).verdict, Verdict::kInvalid);
    EXPECT_EQ(compare_times(kBase, neural, quick_rule()).verdict, Verdict::kInvalid);
  }
  Samples native = kBase;
  native[2] = -1;
  EXPECT_EQ(compare_times(kBase, native, quick_rule()).reason,
            "sample 3 of the native side is -1 s, expected a finite number above 0");
}

TEST(CompareTimes, what_is_invalid_keeps_its_flags) {
  const Comparison comparison =
      compare_times(Samples{-1}, Samples{1}, quick_rule(), {.sequential = true, .noisy = true});
  EXPECT_EQ(comparison.verdict, Verdict::kInvalid);
  EXPECT_EQ(comparison.flags, (Flags{.noisy = true, .sequential = true}));
}

TEST(CompareTimes, one_side_after_the_other_is_never_more_than_inconclusive) {
  for (const double ratio : {0.5, 1.0, 2.0}) {
    const Comparison comparison = compare_times(about(ratio), Samples(9, 2.0), quick_rule(), {.sequential = true});
    EXPECT_EQ(comparison.verdict, Verdict::kInconclusive);
    EXPECT_TRUE(comparison.flags.sequential);
    EXPECT_NEAR(comparison.ratio, ratio, 0.02);
    EXPECT_TRUE(std::isnan(comparison.ci_low));
    EXPECT_EQ(comparison.pairs, 6);
    EXPECT_NE(comparison.reason, "");
  }
}

TEST(CompareTimes, noise_of_the_machine_is_flagged) {
  EXPECT_TRUE(compare_times(about(1.1), kBase, quick_rule(), {.noisy = true}).flags.noisy);
  EXPECT_FALSE(compare_times(about(1.1), kBase, quick_rule()).flags.noisy);
}

TEST(CompareTimes, a_one_sided_tail_is_flagged) {
  const Samples tail = {2.02, 2.022, 2.024, 2.026, 2.028, 2.6, 2.8, 3.0};
  EXPECT_TRUE(compare_times(tail, Samples(8, 2.0), pocock_rule()).flags.skewed);
}

TEST(CompareTimesProperty, swapped_sides_give_the_mirrored_comparison) {
  std::map<Verdict, int> seen;
  for (const Host& kind : {kQuietHost, kMediumHost, kNoisyHost}) {
    SimulatedHost host(kind, 7);
    for (const double ratio : {0.9, 0.97, 1.0, 1.03, 1.1}) {
      for (const int pairs : {2, 6, 8, 16, 24}) {
        for (const Rule& rule : {pocock_rule(), quick_rule()}) {
          const auto session = host.measure(pairs, ratio);
          const Comparison comparison = compare_times(session.neural, session.native, rule);
          expect_mirrored(comparison, compare_times(session.native, session.neural, rule));
          ++seen[comparison.verdict];
        }
      }
    }
  }
  EXPECT_GT(seen[Verdict::kFaster], 0);
  EXPECT_GT(seen[Verdict::kSlower], 0);
  EXPECT_GT(seen[Verdict::kEquivalent], 0);
  EXPECT_GT(seen[Verdict::kInconclusive], 0);
}

TEST(CompareTimesProperty, the_unit_of_time_does_not_matter) {
  SimulatedHost host(kMediumHost, 8);
  for (const double ratio : {0.95, 1.0, 1.02, 1.1}) {
    const auto session = host.measure(16, ratio);
    const Comparison seconds = compare_times(session.neural, session.native, pocock_rule());
    const Comparison nanoseconds = compare_times(times(session.neural, 1e9), times(session.native, 1e9), pocock_rule());
    EXPECT_EQ(nanoseconds.verdict, seconds.verdict);
    EXPECT_NEAR(nanoseconds.ratio, seconds.ratio, 1e-12);
    EXPECT_NEAR(nanoseconds.ci_low, seconds.ci_low, 1e-12);
    EXPECT_NEAR(nanoseconds.ci_high, seconds.ci_high, 1e-12);
  }
}

TEST(CompareTimesProperty, the_order_of_pairs_does_not_matter) {
  SimulatedHost host(kMediumHost, 9);
  auto session = host.measure(16, 1.02);
  const std::string before = compact_json(to_json(compare_times(session.neural, session.native, pocock_rule())));
  std::reverse(session.neural.begin(), session.neural.end());
  std::reverse(session.native.begin(), session.native.end());
  EXPECT_EQ(compact_json(to_json(compare_times(session.neural, session.native, pocock_rule()))), before);
}

TEST(CompareTimesDeathTest, a_pair_has_two_sides) {
  EXPECT_DEATH((void)compare_times(Samples(6, 1.0), Samples(7, 1.0), quick_rule()), "a pair with one side");
}

TEST(CompareMemory, few_runs_are_judged_by_the_tolerance_and_show_their_range) {
  const Samples native = times({200, 201, 202}, kMebibyte);
  const Comparison more = compare_memory(times({220.5, 221, 221.25}, kMebibyte), native);
  EXPECT_EQ(more.verdict, Verdict::kMore);
  EXPECT_EQ(
      more.reason,
      "judged by the tolerance of 5 % alone: neural 220.5 to 221.2 MiB in 3 runs, native 200.0 to 202.0 MiB in 3 runs");
  EXPECT_TRUE(more.flags.material);
  EXPECT_FALSE(more.flags.single);
  EXPECT_TRUE(std::isnan(more.ci_low));
  EXPECT_EQ(compare_memory(times({150, 151, 152}, kMebibyte), native).verdict, Verdict::kLess);
  EXPECT_EQ(compare_memory(times({205, 206, 207}, kMebibyte), native).verdict, Verdict::kEquivalent);
}

TEST(CompareMemory, ranges_that_meet_are_not_material) {
  const Comparison comparison = compare_memory(times({203, 221, 222}, kMebibyte), times({200, 201, 202}, kMebibyte));
  EXPECT_EQ(comparison.verdict, Verdict::kMore);
  EXPECT_FALSE(comparison.flags.material);
}

TEST(CompareMemory, one_run_a_side_is_flagged) {
  const Comparison comparison = compare_memory(Samples{300 * kMebibyte}, Samples{200 * kMebibyte});
  EXPECT_EQ(comparison.verdict, Verdict::kMore);
  EXPECT_TRUE(comparison.flags.single);
  EXPECT_EQ(comparison.reason,
            "judged by the tolerance of 5 % alone: neural 300.0 MiB in 1 run, native 200.0 MiB in 1 run");
}

TEST(CompareMemory, two_mebibytes_never_matter) {
  EXPECT_EQ(compare_memory(Samples{11.9 * kMebibyte}, Samples{10 * kMebibyte}).verdict, Verdict::kEquivalent);
  EXPECT_EQ(compare_memory(Samples{12.1 * kMebibyte}, Samples{10 * kMebibyte}).verdict, Verdict::kMore);
  EXPECT_EQ(compare_memory(Samples{10 * kMebibyte}, Samples{11.9 * kMebibyte}).verdict, Verdict::kEquivalent);
  EXPECT_EQ(compare_memory(Samples{10 * kMebibyte}, Samples{12.1 * kMebibyte}).verdict, Verdict::kLess);
}

TEST(CompareMemory, six_pairs_are_judged_by_an_interval) {
  const Samples native = times({200, 201, 202, 200, 201, 202}, kMebibyte);
  const Comparison more = compare_memory(times(native, 1.1), native);
  EXPECT_EQ(more.verdict, Verdict::kMore);
  EXPECT_EQ(more.level, 0.96875);
  EXPECT_EQ(more.reason, "");
  EXPECT_EQ(compare_memory(times(native, 1.04), native).verdict, Verdict::kEquivalent);
  EXPECT_EQ(compare_memory(native, times(native, 1.1)).verdict, Verdict::kLess);
  const Comparison bimodal = compare_memory(times({200, 260, 200, 260, 200, 260}, kMebibyte), native);
  EXPECT_EQ(bimodal.verdict, Verdict::kInconclusive);
}

TEST(CompareMemory, six_runs_against_seven_are_no_pairs) {
  const Comparison comparison = compare_memory(Samples(6, 200 * kMebibyte), Samples(7, 300 * kMebibyte));
  EXPECT_EQ(comparison.verdict, Verdict::kLess);
  EXPECT_TRUE(std::isnan(comparison.ci_low));
  EXPECT_EQ(comparison.pairs, 6);
}

TEST(CompareMemory, is_mirrored_when_the_sides_are_swapped) {
  const Samples native = times({20, 20.5, 21, 20, 20.5, 21}, kMebibyte);
  for (const double ratio : {0.9, 0.94, 0.98, 1.0, 1.02, 1.08, 1.099, 1.101, 1.2}) {
    for (const std::size_t runs : {1UL, 3UL, 6UL}) {
      const Samples one(native.begin(), native.begin() + static_cast<std::ptrdiff_t>(runs));
      expect_mirrored(compare_memory(times(one, ratio), one), compare_memory(one, times(one, ratio)));
    }
  }
}

TEST(CompareMemory, invalid_sequential_and_missing_runs_are_told) {
  EXPECT_EQ(compare_memory(Samples{0}, Samples{1}).reason,
            "sample 1 of the neural side is 0 bytes, expected a finite number above 0");
  EXPECT_EQ(compare_memory({}, Samples{1}).verdict, Verdict::kInconclusive);
  const Comparison sequential = compare_memory(Samples{3e8}, Samples{1e8}, {.sequential = true});
  EXPECT_EQ(sequential.verdict, Verdict::kInconclusive);
  EXPECT_TRUE(sequential.flags.sequential && sequential.flags.single);
}

TEST(MarkHolmSurvivors, judges_the_family_together) {
  Comparison strong;
  strong.verdict = Verdict::kFaster;
  strong.p_value = 0.001;
  Comparison weak = strong;
  weak.p_value = 0.04;
  Comparison equal = strong;
  equal.verdict = Verdict::kEquivalent;
  equal.p_value = 0.002;
  Comparison invalid = invalid_comparison("no run");
  Comparison open;
  open.p_value = 0.5;
  mark_holm_survivors(std::vector<Comparison*>{&strong, &weak, &equal, &invalid, &open});
  EXPECT_TRUE(strong.flags.survives_holm);
  EXPECT_FALSE(weak.flags.survives_holm) << "0.04 > 0.05 / 2";
  EXPECT_FALSE(equal.flags.survives_holm) << "no difference is claimed";
  EXPECT_FALSE(invalid.flags.survives_holm);

  Comparison second = strong;
  mark_holm_survivors(std::vector<Comparison*>{&strong, &second});
  EXPECT_TRUE(strong.flags.survives_holm && second.flags.survives_holm);

  mark_holm_survivors(std::vector<Comparison*>{&weak, &invalid});
  EXPECT_TRUE(weak.flags.survives_holm) << "alone it stands";
}

}  // namespace
}  // namespace neural::bench::stats
