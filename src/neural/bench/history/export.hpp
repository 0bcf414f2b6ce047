// A history in the forms that other tools read.
#pragma once

#include <filesystem>
#include <vector>

#include "neural/base/files.hpp"
#include "neural/bench/history/history.hpp"

namespace neural::bench::history {

/// Sessions with all their runs as JSON lines: one object for each session, `"kind": "session"` with its documents,
/// and behind it one for each run, `"kind": "run"`. `import_lines` reads them back.
Status export_lines(History& history, const std::vector<std::int64_t>& sessions, const Sink& sink);

/// The sessions of such a file join the history; what it has already stays. Gives the numbers of the sessions. An error
/// names the line, and nothing of the file has been taken.
Expected<std::vector<std::int64_t>> import_lines(History& history, const std::filesystem::path& path);

/// The results document of a session as Google Benchmark writes its own: a benchmark for each side of each cell, the
/// time of an epoch in seconds; pairs are repetitions.
Json as_google_benchmark(const Json& results);

/// As Bencher Metric Format: for each cell the ratios neural : native with their intervals, and the times (nanoseconds,
/// measure `latency`) of both sides.
Json as_bencher(const Json& results);

}  // namespace neural::bench::history
