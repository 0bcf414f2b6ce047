// Files as whole values. Every error names the path and what the system said.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "neural/base/expected.hpp"

namespace neural {

/// The whole file. `limit` bytes are the most it may hold; a longer file is an error, nothing of it is kept.
Expected<std::string> read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 32);

/// Its first `size` bytes, or all where it is shorter; what follows is not read, even of a file without an end.
Expected<std::string> read_beginning(const std::filesystem::path& path, std::size_t size);

/// The same of standard input.
Expected<std::string> read_standard_input(std::size_t size);

/// Puts `text` at `path` in one step: readers see the old file or the new one, never a part, and a failure (a full
/// disk too) leaves the old file as it was. The bytes are on disk when this returns. A file that was there keeps its
/// permissions, and may not be replaced where they forbid to write it. A path that is not a regular file (/dev/stdout,
/// a pipe) is written through.
Status write_file(const std::filesystem::path& path, std::string_view text);

/// Takes text, part by part; a failure stays one.
using Sink = std::function<Status(std::string_view)>;

/// The same for text that comes in parts: `produce` is called once with where to put them. What it fails with comes
/// back, and nothing has changed.
Status write_file(const std::filesystem::path& path, const std::function<Status(const Sink&)>& produce);

/// Makes the folder and its parents; that it is there already is no error.
Status make_folder(const std::filesystem::path& path);

/// The Error of a failed system call: `context: strerror(errno_value)`, with a code that suits errno_value.
Error system_error(std::string_view context, int errno_value);

/// Where a user's data of this program are kept: $XDG_CACHE_HOME/neural, else ~/.cache/neural.
std::filesystem::path user_cache_folder();

}  // namespace neural
