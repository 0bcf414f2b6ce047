// What the other sessions of a history say beside the results of one.
#pragma once

#include "neural/bench/history/history.hpp"

namespace neural::bench::history {

/// The results document of the session with the key `trend` (docs/schema/benchmark_results.schema.json): for its cells
/// the ratios of all sessions, with their changes, and what other machines among these have otherwise. kUsage where
/// there is no such session, kCorrupt where a document cannot be read. Reads every session of the history once.
Expected<Json> with_other_sessions(History& history, std::int64_t id);

}  // namespace neural::bench::history
