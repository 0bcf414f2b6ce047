// What `neural runs` prints for a person.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "neural/track/compare.hpp"
#include "neural/track/recorded_run.hpp"

namespace neural::cli {

/// A table, a run a line, with the last number of each metric; in so many columns, 0 is any number.
std::string runs_text(const std::vector<track::RecordedRun>& runs, std::size_t width, bool color);

/// All of a run: what it was, its parameters, and each metric with its course.
std::string run_text(const track::RecordedRun& run);

/// What differs; `before` and `after` are what the sides are called.
std::string comparison_text(const track::Comparison& comparison, const std::string& before, const std::string& after);

}  // namespace neural::cli
