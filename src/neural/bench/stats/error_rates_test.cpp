// How often whole sessions come to a wrong or to no verdict, by simulation with fixed seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "neural/bench/stats/compare.hpp"
#include "neural/bench/stats/effect.hpp"
#include "neural/bench/stats/exact_tests.hpp"
#include "neural/bench/stats/simulated_host.hpp"

namespace neural::bench::stats {
namespace {

constexpr int kSessions = 500;

Rule one_look(int pairs) {
  return {.looks = {pairs}};
}

/// A session measured as the rule says, and its verdict.
Comparison run_session(SimulatedHost& host, const Rule& rule, double ratio, Order order) {
  const auto session = host.measure(rule.looks.back(), ratio, order);
  std::span<const double> neural;
  std::span<const double> native;
  for (NextAction action = next_action(neural, native, rule); action.stop == Stop::kNo;
       action = next_action(neural, native, rule)) {
    const std::size_t pairs = neural.size() + static_cast<std::size_t>(action.pairs);
    neural = std::span(session.neural).first(pairs);
    native = std::span(session.native).first(pairs);
  }
  return compare_times(neural, native, rule);
}

struct Rates {
  double different = 0;
  double equivalent = 0;
  double material = 0;
  double covered = 0;
  double p_below_5_percent = 0;
};

Rates simulate(const Host& kind, const Rule& rule, double ratio, Order order = Order::kBlocks) {
  SimulatedHost host(kind, 20240131);
  Rates rates;
  for (int i = 0; i < kSessions; ++i) {
    const Comparison comparison = run_session(host, rule, ratio, order);
    const bool different = comparison.verdict == Verdict::kFaster || comparison.verdict == Verdict::kSlower;
    rates.different += different ? 1.0 / kSessions : 0;
    rates.equivalent += comparison.verdict == Verdict::kEquivalent ? 1.0 / kSessions : 0;
    rates.material += comparison.flags.material ? 1.0 / kSessions : 0;
    rates.covered += comparison.ci_low <= ratio && ratio <= comparison.ci_high ? 1.0 / kSessions : 0;
    rates.p_below_5_percent += comparison.p_value <= 0.05 ? 1.0 / kSessions : 0;
  }
  return rates;
}

/// Equivalence off: every false difference is called one.
Rule without_equivalence(Rule rule) {
  rule.tolerance = 0;
  return rule;
}

TEST(ErrorRates, equal_sides_are_rarely_called_different_at_a_fixed_number_of_pairs) {
  for (const Host& host : {kQuietHost, kMediumHost, kNoisyHost}) {
    for (const int pairs : {6, 8, 16, 24}) {
      EXPECT_LE(simulate(host, without_equivalence(one_look(pairs)), 1).different, 0.07) << pairs;
    }
  }
}

TEST(ErrorRates, equal_sides_are_called_different_in_at_most_five_percent_with_three_looks) {
  for (const Host& host : {kQuietHost, kMediumHost, kNoisyHost}) {
    EXPECT_LE(simulate(host, pocock_rule(), 1).different, 0.05);
    const Rates rates = simulate(host, without_equivalence(pocock_rule()), 1);
    EXPECT_LE(rates.different, 0.05);
    EXPECT_LE(rates.p_below_5_percent, 0.05);
  }
}

TEST(ErrorRates, one_side_after_the_other_would_be_wrong_most_of_the_time) {
  EXPECT_GE(simulate(kMediumHost, without_equivalence(one_look(16)), 1, Order::kSides).different, 0.5);
}

TEST(ErrorRates, looking_at_every_second_pair_at_five_percent_would_be_wrong_too_often) {
  Rule rule = without_equivalence({});
  for (int pairs = 6; pairs <= 24; pairs += 2) rule.looks.push_back(pairs);
  EXPECT_GE(simulate(kMediumHost, rule, 1).different, 0.08);
}

TEST(ErrorRates, a_tenth_more_is_found_on_a_medium_host) {
  EXPECT_GE(simulate(kMediumHost, pocock_rule(), 1.1).different, 0.99);
  EXPECT_GE(simulate(kMediumHost, quick_rule(), 1.1).different, 0.99);
  EXPECT_GE(simulate(kMediumHost, pocock_rule(), 1 / 1.1).different, 0.99);
}

TEST(ErrorRates, a_twentieth_more_is_found_within_24_pairs) {
  EXPECT_GE(simulate(kMediumHost, pocock_rule(), 1.05).different, 0.9);
}

TEST(ErrorRates, equal_sides_are_certified_equivalent) {
  EXPECT_GE(simulate(kQuietHost, pocock_rule(), 1).equivalent, 0.99);
  EXPECT_GE(simulate(kMediumHost, pocock_rule(), 1).equivalent, 0.9);
}

TEST(ErrorRates, sides_a_tolerance_apart_are_rarely_certified_equivalent) {
  for (const double ratio : {1.03, 1 / 1.03}) {
    EXPECT_LE(simulate(kMediumHost, one_look(16), ratio).equivalent, 0.05);
    EXPECT_LE(simulate(kMediumHost, pocock_rule(), ratio).equivalent, 0.08) << "each look may err";
  }
  EXPECT_LE(simulate(kMediumHost, pocock_rule(), 1.05).equivalent, 0.005);
}

TEST(ErrorRates, intervals_cover_the_true_ratio) {
  EXPECT_GE(simulate(kMediumHost, one_look(16), 1.02).covered, 0.94);
  EXPECT_GE(simulate(kNoisyHost, one_look(16), 1.02).covered, 0.94);
  EXPECT_GE(simulate(kNoisyHost, quick_rule(), 1.02).covered, 0.95);
}

/// Per cent of sessions of so many pairs in which the signed-rank test at 5 % finds a difference, or its 95 % interval
/// lies within ±3 %.
struct Power {
  double different = 0;
  double equivalent = 0;
};

constexpr int kPowerSessions = 2000;

Power power_of(const Host& kind, int pairs, double ratio) {
  SimulatedHost host(kind, 20261129);
  Power power;
  for (int i = 0; i < kPowerSessions; ++i) {
    const auto session = host.measure(pairs, ratio);
    const ExactTest test = signed_rank_test(log_ratios(session.neural, session.native));
    power.different += test.p_value() <= 0.05 ? 100.0 / kPowerSessions : 0;
    power.equivalent += test.interval(0.05)->lies_within(std::log1p(0.03)) ? 100.0 / kPowerSessions : 0;
  }
  return power;
}

// The hosts of the table from which the promises of docs/benchmarks.md were made. It does not say how fast the load
// wanders nor how long a delay is: these two are fitted to it, once for all rows.
constexpr double kKept = 0.55;
constexpr double kDelay = 0.01;
constexpr Host kQuietRow = {0.004, 0.01, 0.004, 0, kKept, kDelay};
constexpr Host kMediumRow = {0.01, 0.03, 0.01, 0, kKept, kDelay};
constexpr Host kNoisyRow = {0.02, 0.06, 0.03, 0.1, kKept, kDelay};

/// What whole per cents may be off by: two numbers that are fitted, and four standard errors of this simulation.
double table_error(double percent) {
  const double share = std::clamp(percent / 100, 0.005, 0.995);
  return 2 + 400 * std::sqrt(share * (1 - share) / kPowerSessions);
}

TEST(ErrorRates, hosts_have_the_power_of_the_table_the_promises_were_made_from) {
  struct Row {
    Host host;
    int pairs;
    std::array<double, 6> percent;  // found at +0, 1, 2, 3, 5 and 10 %
  };
  const Row rows[] = {
      {kQuietRow, 8, {4, 86, 100, 100, 100, 100}},   {kQuietRow, 16, {4, 100, 100, 100, 100, 100}},
      {kMediumRow, 8, {4, 24, 72, 96, 100, 100}},    {kMediumRow, 16, {4, 53, 98, 100, 100, 100}},
      {kMediumRow, 24, {5, 74, 100, 100, 100, 100}}, {kNoisyRow, 8, {4, 7, 19, 39, 80, 99}},
      {kNoisyRow, 16, {4, 16, 46, 76, 99, 100}},     {kNoisyRow, 24, {5, 23, 64, 93, 100, 100}},
  };
  constexpr std::array kRatios = {1.0, 1.01, 1.02, 1.03, 1.05, 1.1};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kRatios.size(); ++i) {
      EXPECT_NEAR(power_of(row.host, row.pairs, kRatios[i]).different, row.percent[i], table_error(row.percent[i]))
          << row.pairs << " pairs of " << row.host.process << ", " << kRatios[i];
    }
  }
}

TEST(ErrorRates, equivalence_at_three_percent_is_shown_as_often_as_promised) {
  const std::pair<double, double> promised[] = {{1, 100}, {1.01, 99}, {1.03, 4.8}, {1.05, 0}};
  for (const auto& [ratio, percent] : promised) {
    EXPECT_NEAR(power_of(kMediumRow, 16, ratio).equivalent, percent, table_error(percent)) << ratio;
  }
}

}  // namespace
}  // namespace neural::bench::stats
