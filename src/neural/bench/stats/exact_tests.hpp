// Exact tests of paired differences and of two samples, and the confidence intervals that belong to them.
//
// All count how many numbers of a list lie above zero: the sign test among the n differences, the signed-rank test
// among their n(n+1)/2 Walsh averages, the rank-sum test among the m·n differences between two samples. Under "no
// difference" the count has a known distribution, and the interval ends at two order statistics of the list
// (Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods", 3rd ed., 3.1-3.7 and 4.1-4.3).
//
// Ties and zeros are kept, and counted against a difference: a zero never counts as being on a side, and intervals are
// closed. The attained level is then never less than the one stated, and test and interval always agree: the interval
// at alpha excludes 0 exactly if the p-value is at most alpha. Negated differences give the same p-value and the exact
// mirror image of the interval.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace neural::bench::stats {

/// Closed, on whatever scale its numbers are. `level` is the attained confidence, in (0, 1).
struct Interval {
  double low = 0;
  double high = 0;
  double level = 0;

  bool excludes_zero() const { return low > 0 || high < 0; }
  /// Strictly between -limit and limit.
  bool lies_within(double limit) const { return low > -limit && high < limit; }
};

/// More pairs than this are refused (NEURAL_CHECK): their probabilities no longer fit a double.
inline constexpr int kMostPairs = 1000;

/// The fewest pairs that can carry an interval of confidence 1 - alpha, in either test: 6 for 0.05.
int least_pairs(double alpha);

/// (d_i + d_j) / 2 for all i <= j, sorted: n(n+1)/2 numbers.
std::vector<double> walsh_averages(std::span<const double> differences);

/// P(T <= k) for k = 0 … n(n+1)/2, where T is the signed-rank sum of n pairs without a difference: T counts the subsets
/// of 1 … n by their sum, each as likely as the others. Exact up to 50 pairs. O(n³).
std::vector<double> signed_rank_distribution(int pairs);

/// P(S <= k) for k = 0 … n, where S is the number of heads of n fair coins. Exact up to 50 pairs.
std::vector<double> sign_distribution(int pairs);

/// P(U <= k) for k = 0 … m·n, where U is how many of the m·n pairs of two samples have the larger number in the second
/// sample, if both come from one distribution. O(m²n²); m·n is at most 10,000 (NEURAL_CHECK).
std::vector<double> rank_sum_distribution(int first, int second);

/// One of the tests, of one set of differences.
class ExactTest {
 public:
  /// `sorted` has one number fewer than `distribution`.
  ExactTest(std::vector<double> sorted, std::vector<double> distribution);

  /// The middle of the list; there must be a difference.
  double estimate() const;

  /// The shortest interval of its kind that attains 1 - alpha; nothing where there are fewer than least_pairs(alpha).
  std::optional<Interval> interval(double alpha) const;

  /// Two-sided and exact; 1 if there are no differences.
  double p_value() const;

 private:
  std::vector<double> list_;
  std::vector<double> distribution_;
};

/// For the centre of differences that are symmetric around it; the estimate is that of Hodges and Lehmann, the median
/// of the Walsh averages. O(n³).
ExactTest signed_rank_test(std::span<const double> differences);

/// For the median of the differences, however they are distributed.
ExactTest sign_test(std::span<const double> differences);

/// For how far the second of two samples lies above the first, where both are spread alike; the estimate is that of
/// Hodges and Lehmann, the median of all differences. Of samples that nothing pairs.
ExactTest rank_sum_test(std::span<const double> first, std::span<const double> second);

}  // namespace neural::bench::stats
