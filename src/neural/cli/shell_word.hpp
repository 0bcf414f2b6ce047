// Commands that people are told to run.
#pragma once

#include <string>

namespace neural::cli {

/// A word of a command line as a POSIX shell takes it.
std::string quoted_argument(const std::string& argument);

}  // namespace neural::cli
