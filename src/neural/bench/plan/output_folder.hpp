// The results folder before a session: what lies there, and whether it may be used.
#pragma once

#include <filesystem>

#include "neural/bench/plan/session_record.hpp"

namespace neural::bench::plan {

/// Makes the folder fit for a new session: it is made, and a finished session in it is moved to `earlier/<utc>/`. An
/// error (kUsage) if it holds an unfinished session, or runs of nobody knows what.
Status clear_for_new_session(const std::filesystem::path& results);

}  // namespace neural::bench::plan
