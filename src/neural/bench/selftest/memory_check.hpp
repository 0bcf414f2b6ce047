// Peak memory of runs whose need is known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "neural/bench/selftest/pair_record.hpp"

namespace neural::bench::selftest {

/// What was asked of a run beyond a plain one, and what the measurement said, in bytes.
struct MemoryReading {
  std::string name;
  std::int64_t planted = 0;
  std::int64_t measured = 0;

  double error_mib() const;
};

/// Runs that take 5 and 20 MiB more than a plain one: alone, right after a run of 1 GiB, and while this process itself
/// holds 1 GiB. The last two are left out where the machine has less than 3 GiB to spare. The median of three runs
/// each.
Expected<std::vector<MemoryReading>> check_memory(const PairSource& source);

}  // namespace neural::bench::selftest
