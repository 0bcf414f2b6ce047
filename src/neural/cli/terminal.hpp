// What goes to the terminal: colours only where someone sees them, and nothing raw from a user's file.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include "neural/base/expected.hpp"

namespace neural::cli {

/// True if the stream is a terminal, NO_COLOR is not set, and TERM is not "dumb".
bool wants_color(std::FILE* stream);

/// True if the stream is a terminal.
bool is_terminal(std::FILE* stream);

/// Columns of the terminal, at least 40; 0 where the stream is none or does not say.
std::size_t terminal_width(std::FILE* stream);

/// "The file is missing." -> "the file is missing": our messages begin lower case and have no full stop.
std::string decapitalised(std::string_view text);

/// Writes to standard error, at once. That nobody reads it is no reason to stop.
void tell(std::string_view text);

/// `neural: error: …` on standard error.
void print_error(std::string_view message);
void print_error(const Error& error);

/// Writes results to standard output and flushes; a full disk or a closed pipe is an Error.
Status print_result(std::string_view text);

}  // namespace neural::cli
