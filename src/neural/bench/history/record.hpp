// From a results folder (docs/worker.md) into a history.
#pragma once

#include <filesystem>
#include <string>

#include "neural/bench/history/history.hpp"

namespace neural::bench::history {

/// The session in `folder`: its number. What the history has of it already stays.
Expected<std::int64_t> record_session(History& history, const std::filesystem::path& folder);

/// The finished run in `folder`/raw/`cell`/`name`.
Status record_run(History& history, std::int64_t session, const std::filesystem::path& folder, const std::string& cell,
                  const std::string& name);

/// A session with all its finished runs, those too that failed and were measured again: its number. A run that cannot
/// be read is left out.
Expected<std::int64_t> record_folder(History& history, const std::filesystem::path& folder);

}  // namespace neural::bench::history
