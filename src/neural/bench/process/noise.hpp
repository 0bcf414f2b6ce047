// When the machine was too busy with other things for a run to count at once.
#pragma once

#include "neural/bench/process/runner.hpp"

namespace neural::bench::process {

/// Of the wall time of a run: processor time of other processes, and time given away by the hypervisor.
inline constexpr double kMostForeignShare = 0.10;
inline constexpr double kMostStealShare = 0.01;

/// Time the hypervisor gave to others, as a share of the wall time.
inline double steal_share(const Ending& ending) {
  return ending.wall_seconds > 0 ? ending.steal_seconds / ending.wall_seconds : 0;
}

/// The evidence alone: how long the run took to do its work is not looked at.
inline bool is_noisy(const Ending& ending) {
  return ending.foreign_cpu_share > kMostForeignShare || steal_share(ending) > kMostStealShare;
}

}  // namespace neural::bench::process
