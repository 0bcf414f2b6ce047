// The regularised incomplete beta function, and what comes from it: binomial tails and the interval of a proportion.
#pragma once

#include "neural/bench/stats/exact_tests.hpp"

namespace neural::bench::stats {

/// I_x(a, b) for a, b > 0 and x in [0, 1]: the continued fraction of the NIST Digital Library of Mathematical
/// Functions, 8.17.22, evaluated by Lentz's method. Relative error about 1e-13 for a, b up to 1000.
double incomplete_beta(double a, double b, double x);

/// The x with I_x(a, b) = probability, by bisection.
double inverse_incomplete_beta(double a, double b, double probability);

/// The confidence interval of a proportion, `successes` of `trials` > 0 (Clopper and Pearson, Biometrika 26, 1934):
/// each end is missed with a probability of at most alpha / 2, whatever the proportion. `level` is 1 - alpha.
Interval clopper_pearson(int successes, int trials, double alpha);

}  // namespace neural::bench::stats
