// Where a command puts its result: a file, or standard output.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "neural/base/files.hpp"

namespace neural::cli {

/// `-o`; an empty name, of a variable that a shell does not know, is a mistake and not standard output.
void add_output(CLI::App& app, std::string& output, const std::string& description);

/// Whether a file can be put there, found out before minutes of work: a path in a folder that there is not, or in which
/// none can be made, is an Error.
Status must_be_writable(const std::filesystem::path& output);

/// An Error if writing to `output` would put the result in the place of the source file.
Status must_spare_source(const std::string& source, const std::filesystem::path& output);

/// Puts what `produce` writes at `output`, "-" is standard output; on a terminal, says that a file was written.
Status write_output(const std::filesystem::path& output, const std::function<Status(const Sink&)>& produce);

}  // namespace neural::cli
