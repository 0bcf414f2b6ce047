// What `neural bench gate` prints for a person.
#pragma once

#include <string>

#include "neural/bench/gate/gate.hpp"

namespace neural::cli {

/// A line for each quantity, and what comes of them.
std::string gate_text(const bench::gate::Report& report);

}  // namespace neural::cli
