// What a report calls the things it is about.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/bench/report/markdown.hpp"

namespace neural::bench::report {

/// "PyTorch" for "pytorch"; other backends by their own name, escaped.
std::string backend_name(const std::string& backend);

/// The first three columns of every table with a row for each comparison, and their cells.
std::vector<Column> with_subject_columns(std::vector<Column> columns);
std::vector<std::string> with_subject(const Json& result, std::vector<std::string> cells);

/// "`cnn` on PyTorch against `pytorch_native`".
std::string subject(const Json& result);

/// "1 pair", "6 pairs".
std::string count_of(std::size_t count, const std::string& noun);

/// "+1.8 % [+0.4, +3.1]", without brackets where there is no interval; kNoNumber where there is no ratio.
std::string ratio_text(const Json& comparison);

/// The verdict, bold unless it claims nothing.
std::string verdict_text(const Json& comparison);

/// Why the verdicts on a measure are not stronger, a line each; empty if none gives a reason. Why there is none at all
/// stands in unmeasured_section.
std::string reason_lines(const Json& results, std::string_view measure);

/// "8, 16, 24": the numbers of pairs at which the session may end a comparison.
std::string looks_text(const Json& results);

/// True if there is a verdict on the measure.
bool is_judged(const Json& result, std::string_view measure);

/// True if the whole comparison could be made.
bool is_complete(const Json& result);

/// It is the engine that trains on the neural side, not a generated program.
bool is_of_engine(const Json& result);

}  // namespace neural::bench::report
