// Tests only: sessions on a machine whose times drift, wander and jump, with a known ratio of the two sides.
#pragma once

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace neural::bench::stats {

/// On the log scale: the deviation of one process from the next, the drift over a session, the stationary deviation of
/// a wandering load, and the share of runs with an exponential delay.
struct Host {
  double process = 0;
  double drift = 0;
  double wander = 0;
  double outliers = 0;
  /// How much of the wandering load the next run keeps, and the mean of a delay.
  double kept = 0.8;
  double delay = 0.1;
};

inline constexpr Host kQuietHost = {0.004, 0.01, 0.004, 0};
inline constexpr Host kMediumHost = {0.01, 0.03, 0.01, 0};
inline constexpr Host kNoisyHost = {0.02, 0.06, 0.03, 0.1};

enum class Order {
  kBlocks,  ///< ABBA or BAAB at random
  kSides,   ///< all runs of one side, then all of the other
};

class SimulatedHost {
 public:
  SimulatedHost(const Host& host, unsigned seed) : host_(host), random_(seed) {}

  struct Session {
    std::vector<double> neural;
    std::vector<double> native;
  };

  /// `pairs` is even; the true ratio of the times, neural / native, is `ratio`.
  Session measure(int pairs, double ratio, Order order = Order::kBlocks) {
    Session session;
    wander_ = host_.wander * normal();
    for (int run = 0; run < 2 * pairs; ++run) {
      if (run % 4 == 0) neural_first_ = uniform() < 0.5;
      const bool outer = run % 4 == 0 || run % 4 == 3;
      const bool neural = order == Order::kSides ? run < pairs : outer == neural_first_;
      const double log_time = noise(static_cast<double>(run) / (2 * pairs));
      (neural ? session.neural : session.native).push_back(std::exp(log_time) * (neural ? ratio : 1));
    }
    return session;
  }

 private:
  double noise(double progress) {
    wander_ = host_.kept * wander_ + std::sqrt(1 - host_.kept * host_.kept) * host_.wander * normal();
    const double delay = uniform() < host_.outliers ? -host_.delay * std::log(1 - uniform()) : 0;
    return host_.process * normal() + wander_ + host_.drift * progress + delay;
  }

  // The distributions of the standard library differ between its implementations; the generator does not.
  double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
  double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(2 * std::numbers::pi * uniform()); }

  Host host_;
  std::mt19937_64 random_;
  double wander_ = 0;
  bool neural_first_ = false;
};

}  // namespace neural::bench::stats
