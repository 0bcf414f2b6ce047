#include "neural/bench/stats/beta.hpp"

#include <cmath>

#include "neural/base/check.hpp"

namespace neural::bench::stats {
namespace {

constexpr int kMostTerms = 10'000;
constexpr double kTiny = 1e-300;  // Lentz's method puts it where a denominator is 0

/// The coefficient d_n of DLMF 8.17.23.
double coefficient(int n, double a, double b, double x) {
  const double m = n / 2;
  if (n % 2 == 0) return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
  return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
}

/// 1 / (1 + d_1 / (1 + d_2 / (1 + …))). Converges quickly for x < (a + 1) / (a + b + 2).
double continued_fraction(double a, double b, double x) {
  const auto not_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double numerator = 1;
  double denominator = 0;
  double fraction = 1;
  for (int n = 1; n <= kMostTerms; ++n) {
    const double d = coefficient(n, a, b, x);
    denominator = 1 / not_zero(1 + d * denominator);
    numerator = not_zero(1 + d / numerator);
    const double change = numerator * denominator;
    fraction *= change;
    if (std::abs(change - 1) < 1e-15) break;
  }
  return 1 / fraction;
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
  NEURAL_CHECK(a > 0 && b > 0 && x >= 0 && x <= 1, "an argument of the incomplete beta function is out of range");
  if (x == 0 || x == 1) return x;
  if (x > (a + 1) / (a + b + 2)) return 1 - incomplete_beta(b, a, 1 - x);
  const double log_factor =
      a * std::log(x) + b * std::log1p(-x) + std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) - std::log(a);
  return std::exp(log_factor) * continued_fraction(a, b, x);
}

double inverse_incomplete_beta(double a, double b, double probability) {
  NEURAL_CHECK(probability >= 0 && probability <= 1, "a probability outside [0, 1]");
  double low = 0;
  double high = 1;
  for (;;) {
    const double middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    (incomplete_beta(a, b, middle) < probability ? low : high) = middle;
  }
}

Interval clopper_pearson(int successes, int trials, double alpha) {
  NEURAL_CHECK(trials > 0 && successes >= 0 && successes <= trials, "not a number of successes");
  const int failures = trials - successes;
  Interval interval{0, 1, 1 - alpha};
  if (successes > 0) interval.low = inverse_incomplete_beta(successes, failures + 1, alpha / 2);
  if (failures > 0) interval.high = inverse_incomplete_beta(successes + 1, failures, 1 - alpha / 2);
  return interval;
}

}  // namespace neural::bench::stats
