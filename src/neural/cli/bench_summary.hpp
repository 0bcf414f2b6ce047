// The results of a session in a few lines, for the terminal.
#pragma once

#include <string>

#include "neural/base/json.hpp"

namespace neural::cli {

/// One line a cell: ratio of training times with its interval, verdict, memory, accuracy of both sides.
std::string bench_summary(const Json& results);

}  // namespace neural::cli
