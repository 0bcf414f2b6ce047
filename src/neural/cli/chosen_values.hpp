// `--choose`: values in the place of what a program searches over.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/cli/program_source.hpp"

namespace neural::cli {

/// `--choose NAME=VALUE` and `--choose defaults`, as often as one likes.
void add_choose(CLI::App& app, std::vector<std::string>& words);

/// The checked file with values in the place of the searches of one of its networks, as the words of `--choose` give
/// them. Without words, or where that network cannot be built, the file as it is.
Expected<CheckedFile> check_chosen(const std::string& path, const std::optional<std::string>& network,
                                   const std::vector<std::string>& words);

}  // namespace neural::cli
