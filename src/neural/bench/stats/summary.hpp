// Robust numbers of one sample.
#pragma once

#include <span>

namespace neural::bench::stats {

// No sample may be empty or hold NaN. Each costs O(n log n).

/// The middle of the sorted sample, or the mean of its two middle ones.
double median(std::span<const double> sample);

/// Linear interpolation between order statistics: type 7 of Hyndman and Fan, "Sample quantiles in statistical
/// packages", The American Statistician 50 (1996). `probability` is in [0, 1].
double quantile(std::span<const double> sample, double probability);

/// Median of the distances from the median, not scaled to a standard deviation.
double median_absolute_deviation(std::span<const double> sample);

/// ((q3 - q2) - (q2 - q1)) / (q3 - q1) of the quartiles, in [-1, 1] (Bowley, "Elements of Statistics", 1920); 0 where
/// q3 = q1. The skewness of the negated sample is the exact negative.
double bowley_skewness(std::span<const double> sample);

}  // namespace neural::bench::stats
