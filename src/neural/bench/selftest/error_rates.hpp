// How often the rules of this program are right and wrong, on pairs that were really measured.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/bench/stats/rule.hpp"

namespace neural::bench::selftest {

/// Shares of windows, 0 to 1.
struct ErrorRates {
  double faster = 0, slower = 0, equivalent = 0, inconclusive = 0;
  /// Pairs until the rule stopped, on average.
  double pairs = 0;

  double different() const { return faster + slower; }
};

/// Samples of both sides, by pair, in the order of time.
struct Pairs {
  std::vector<double> neural, native;
};

/// What the rule says of windows of the pairs, as if each were a session: looks at its numbers of pairs and stops where
/// it would. Windows begin at random (`seed`) with a whole block of two pairs and overlap. There must be as many pairs
/// as the last look has, or more. With a `drift` the machine becomes slower by so much (0.06 is 6 %) from the first
/// pair of a window to its last.
ErrorRates replay(const Pairs& pairs, const stats::Rule& rule, int windows, std::uint64_t seed, double drift = 0);

/// Successive windows that share no pair, judged likewise: what chance makes of so few can be said of these alone.
struct Sessions {
  int all = 0;
  int different = 0;
};

Sessions disjoint_sessions(const Pairs& pairs, const stats::Rule& rule);

/// The usual way, for comparison: ten runs of one side, then ten of the other, and Welch's t-test at 5 %. Windows of
/// the native runs of twenty successive pairs are taken for these; the share in which a difference is seen.
double replay_blocks(const Pairs& pairs, int windows, std::uint64_t seed, double drift = 0);

/// The two-sided p-value of Welch's t-test for the means of two samples with two values or more each (Biometrika 34,
/// 1947).
double welch_test(std::span<const double> first, std::span<const double> second);

/// Standard deviation : mean.
double coefficient_of_variation(std::span<const double> samples);

/// What is left of the variation of a run within its pair: the standard deviation of the pairs' log ratios by √2. Of
/// runs that have nothing in common it is their coefficient of variation.
double pair_variation(const Pairs& pairs);

}  // namespace neural::bench::selftest
