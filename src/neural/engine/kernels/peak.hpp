// The most that multiplications and additions can do here: what shares of the peak are shares of.
#pragma once

#include <cstdint>

#include "neural/engine/kernels/kernels.hpp"

namespace neural::engine {

/// Floating point operations of `loops` turns of a loop that does nothing but multiply and add, in registers, with the
/// vectors of the instruction set; the loop has run when it returns. 0 where there is none (portable).
std::int64_t run_peak_loop(Isa isa, std::int64_t loops);

}  // namespace neural::engine
