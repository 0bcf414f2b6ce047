#include "neural/bench/selftest/error_rates.hpp"

#include <cmath>
#include <numeric>
#include <random>

#include "neural/base/check.hpp"
#include "neural/bench/stats/beta.hpp"
#include "neural/bench/stats/compare.hpp"
#include "neural/bench/stats/effect.hpp"

namespace neural::bench::selftest {
namespace {

using stats::Verdict;
using Samples = std::span<const double>;

constexpr std::size_t kBlock = 10;
constexpr double kAlpha = 0.05;

struct Moments {
  double mean = 0;
  double variance = 0;  ///< of the sample, divided by n - 1
};

Moments moments(Samples samples) {
  const auto count = static_cast<double>(samples.size());
  const double mean = std::accumulate(samples.begin(), samples.end(), 0.0) / count;
  double squares = 0;
  for (const double sample : samples) squares += (sample - mean) * (sample - mean);
  return {mean, squares / (count - 1)};
}

/// How much slower the machine is at `at` of `count`.
double slowdown(double drift, std::size_t at, std::size_t count) {
  return 1 + drift * static_cast<double>(at) / static_cast<double>(count - 1);
}

/// The pairs from `begin` on, on a machine that drifts. Both sides of a pair train at the same time.
Pairs window_of(const Pairs& pairs, std::size_t begin, std::size_t count, double drift) {
  Pairs window;
  for (std::size_t i = 0; i < count; ++i) {
    window.neural.push_back(pairs.neural[begin + i] * slowdown(drift, i, count));
    window.native.push_back(pairs.native[begin + i] * slowdown(drift, i, count));
  }
  return window;
}

Verdict judge_session(const Pairs& window, const stats::Rule& rule, double& pairs_taken) {
  const Samples neural = window.neural, native = window.native;
  std::size_t pairs = 0;
  for (;;) {
    const auto action = stats::next_action(neural.first(pairs), native.first(pairs), rule);
    if (action.stop != stats::Stop::kNo) break;
    pairs += static_cast<std::size_t>(action.pairs);
  }
  pairs_taken += static_cast<double>(pairs);
  return stats::compare_times(neural.first(pairs), native.first(pairs), rule).verdict;
}

}  // namespace

ErrorRates replay(const Pairs& pairs, const stats::Rule& rule, int windows, std::uint64_t seed, double drift) {
  const auto longest = static_cast<std::size_t>(rule.looks.back());
  NEURAL_CHECK(pairs.neural.size() >= longest && windows > 0, "too few pairs to replay");
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::size_t> block(0, (pairs.neural.size() - longest) / 2);
  ErrorRates rates;
  for (int i = 0; i < windows; ++i) {
    const Pairs window = window_of(pairs, 2 * block(random), longest, drift);
    switch (judge_session(window, rule, rates.pairs)) {
      case Verdict::kFaster:
        ++rates.faster;
        break;
      case Verdict::kSlower:
        ++rates.slower;
        break;
      case Verdict::kEquivalent:
        ++rates.equivalent;
        break;
      default:
        ++rates.inconclusive;
    }
  }
  for (double* each : {&rates.faster, &rates.slower, &rates.equivalent, &rates.inconclusive, &rates.pairs}) {
    *each /= windows;
  }
  return rates;
}

Sessions disjoint_sessions(const Pairs& pairs, const stats::Rule& rule) {
  const auto longest = static_cast<std::size_t>(rule.looks.back());
  Sessions sessions;
  double pairs_taken = 0;
  for (std::size_t begin = 0; begin + longest <= pairs.neural.size(); begin += longest) {
    const Verdict verdict = judge_session(window_of(pairs, begin, longest, 0), rule, pairs_taken);
    ++sessions.all;
    if (verdict == Verdict::kFaster || verdict == Verdict::kSlower) ++sessions.different;
  }
  return sessions;
}

double replay_blocks(const Pairs& pairs, int windows, std::uint64_t seed, double drift) {
  const std::vector<double>& in_order = pairs.native;
  NEURAL_CHECK(in_order.size() >= 2 * kBlock && windows > 0, "too few runs to replay");
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::size_t> start(0, in_order.size() - 2 * kBlock);
  int different = 0;
  for (int i = 0; i < windows; ++i) {
    const std::size_t begin = start(random);
    std::vector<double> window(in_order.begin() + static_cast<std::ptrdiff_t>(begin),
                               in_order.begin() + static_cast<std::ptrdiff_t>(begin + 2 * kBlock));
    for (std::size_t at = 0; at < window.size(); ++at) window[at] *= slowdown(drift, at, window.size());
    const Samples runs = window;
    if (welch_test(runs.first(kBlock), runs.last(kBlock)) < kAlpha) ++different;
  }
  return static_cast<double>(different) / windows;
}

double welch_test(Samples first, Samples second) {
  NEURAL_CHECK(first.size() >= 2 && second.size() >= 2, "a t-test needs two values on each side");
  const Moments one = moments(first), other = moments(second);
  const double a = one.variance / static_cast<double>(first.size());
  const double b = other.variance / static_cast<double>(second.size());
  if (a + b == 0) return one.mean == other.mean ? 1 : 0;
  const double t = (one.mean - other.mean) / std::sqrt(a + b);
  const double freedom =
      (a + b) * (a + b) /
      (a * a / static_cast<double>(first.size() - 1) + b * b / static_cast<double>(second.size() - 1));
  return stats::incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

double coefficient_of_variation(Samples samples) {
  const Moments found = moments(samples);
  return std::sqrt(found.variance) / found.mean;
}

double pair_variation(const Pairs& pairs) {
  return std::sqrt(moments(stats::log_ratios(pairs.neural, pairs.native)).variance / 2);
}

}  // namespace neural::bench::selftest
