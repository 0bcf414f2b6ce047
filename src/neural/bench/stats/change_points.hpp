// Where a series of measurements, one a revision, has moved from one level to another.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace neural::bench::stats {

struct ChangePoint {
  std::size_t index = 0;  ///< of the first value at the new level
  double before = 0;      ///< the mean from the change before to this one
  double after = 0;       ///< the mean from here to the next change
  double p_value = 1;     ///< of Student's t-test between these two segments
};

struct ChangeRule {
  double alpha = 0.001;           ///< a change has a p-value below it
  double least_change = 0.01;     ///< and moves the mean by at least so much, on the scale of the series
  std::size_t least_segment = 3;  ///< values between two changes, and behind the last one
  std::size_t window = 60;        ///< values that are looked at together; windows overlap by half
  std::size_t least_values = 15;  ///< a shorter series has no change
};

/// The changes of a series, by index. Candidates are found by splitting windows where the energy distance between both
/// parts is largest (E-divisive with exponent 1: Matteson and James, Journal of the American Statistical Association
/// 109, 2014), again and again while Student's t-test tells the parts apart at ten times `alpha`; of all candidates,
/// the weakest is then dropped until each satisfies the rule against its neighbours, as in Daly et al., "The Use of
/// Change Point Detection to Identify Software Performance Regressions" (ICPE 2020). Nothing is drawn at random: the
/// same series has the same changes. Values must be finite. O(values · window²).
std::vector<ChangePoint> change_points(std::span<const double> series, const ChangeRule& rule = {});

/// The two-sided p-value of Student's t-test for the means of two samples of equal variance, each with two values or
/// more; 1 where all values are equal, 0 where only those of each sample are.
double t_test(std::span<const double> first, std::span<const double> second);

}  // namespace neural::bench::stats
