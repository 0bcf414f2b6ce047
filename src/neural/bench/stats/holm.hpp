// Several tests at once.
#pragma once

#include <span>
#include <vector>

namespace neural::bench::stats {

/// Which hypotheses of a family are rejected, in the order of their p-values as given, when the probability of even one
/// false rejection is to be at most alpha, however the tests depend on each other (Holm, Scandinavian Journal of
/// Statistics 6, 1979): the i-th smallest of m p-values against alpha / (m - i + 1), up to the first that is too large.
std::vector<bool> holm(std::span<const double> p_values, double alpha);

}  // namespace neural::bench::stats
