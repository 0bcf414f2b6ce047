// From the raw events of a session to its results document.
#pragma once

#include <filesystem>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"

namespace neural::bench::report {

/// The document of benchmark_results.json (docs/schema/benchmark_results.schema.json), computed from session.json,
/// environment.json and raw/ alone: the same files give the same document, wherever they lie.
///
/// A run that failed, and a file that is damaged or missing, give no number but a reason that names the file. An error
/// only if session.json cannot be read: then it is not known what was measured. The files are not changed.
Expected<Json> collect_results(const std::filesystem::path& folder);

}  // namespace neural::bench::report
