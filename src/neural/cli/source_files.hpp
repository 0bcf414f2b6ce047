// Which files a path given on the command line stands for.
#pragma once

#include <string>
#include <vector>

#include "neural/base/expected.hpp"

namespace neural::cli {

/// The path itself, or for a folder the .neural, .nr and .rnr files in it and below, sorted; what is hidden (begins
/// with a dot) and what is a symbolic link is left out.
Expected<std::vector<std::string>> source_files(const std::string& path);

}  // namespace neural::cli
