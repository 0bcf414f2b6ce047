// Commands of which a half is written in Python.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"

namespace neural::cli {

/// Every variable, `NAME=value`, for a process that works in another folder: those of PYTHONPATH are absolute.
std::vector<std::string> environment_of_this_program();

/// Runs `python -m module arguments`, with our own standard streams; its exit status. 128 and more where a signal ended
/// it.
Expected<int> run_module(const std::filesystem::path& python, std::string_view module,
                         const std::vector<std::string>& arguments);

/// Turns this process into `python -m module arguments`, to which signals then go at once. Returns only where that
/// fails.
Error become_module(const std::filesystem::path& python, std::string_view module,
                    const std::vector<std::string>& arguments);

}  // namespace neural::cli
