// Helpers for the tests of this room.
#pragma once

#include <vector>

#include "neural/engine/kernels/kernels.hpp"

namespace neural::engine::testing {

/// The instruction sets that this processor has.
inline std::vector<Isa> available_isas() {
  std::vector<Isa> result;
  for (const Isa isa : {Isa::kPortable, Isa::kAvx2, Isa::kAvx512}) {
    if (is_available(isa)) result.push_back(isa);
  }
  return result;
}

}  // namespace neural::engine::testing
