// Where a command puts its result: a file, or standard output.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "neural/base/files.hpp"

namespace neural::cli {

/// An Error if writing to `output` would put the result in the place of the source file.
Status must_spare_source(const std::string& source, const std::filesystem::path& output);

/// Puts what `produce` writes at `output`, "-" is standard output; on a terminal, says that a file was written.
Status write_output(const std::filesystem::path& output, const std::function<Status(const Sink&)>& produce);

}  // namespace neural::cli
