// Where this program is, and what was installed beside it.
#pragma once

#include <filesystem>

#include "neural/base/expected.hpp"

namespace neural::cli {

/// The absolute path of the running executable.
std::filesystem::path executable_path();

/// The folder of benchmark folders: `given`, else ./benchmarks, else share/neural/benchmarks beside this program's bin.
Expected<std::filesystem::path> find_benchmarks_folder(const std::filesystem::path& given);

}  // namespace neural::cli
