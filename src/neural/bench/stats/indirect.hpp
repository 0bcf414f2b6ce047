// The ratio of two programs that were never measured side by side, but each against the same third one.
#pragma once

#include <span>

#include "neural/bench/stats/comparison.hpp"
#include "neural/bench/stats/rule.hpp"

namespace neural::bench::stats {

/// The ratio a/b from ln(middle/a) of some pairs and ln(middle/b) of others (Bucher et al., J. Clin. Epidemiol. 50,
/// 1997, call it an indirect comparison): the quotient of both ratios, in which what happened to the machine between
/// the two series cancels. Its interval ends where both intervals end at once, each of them at half the error, so that
/// it covers whatever the distributions are (Bonferroni); it is wider than one of pairs of a and b would be. Where the
/// pairs are too few for half the error, each has the whole, and `level` is what is left.
///
/// Filled are `ratio`, `percentage`, `ci_low`, `ci_high`, `level` and `pairs` (those of the shorter series), or
/// `reason` where there can be no interval; there is no verdict.
Comparison indirect_ratio(std::span<const double> middle_to_a, std::span<const double> middle_to_b, const Rule& rule);

}  // namespace neural::bench::stats
