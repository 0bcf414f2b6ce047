// The files of a report, in the results folder itself.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"

namespace neural::bench::report {

inline constexpr const char* kResultsFile = "benchmark_results.json";
inline constexpr const char* kReportFile = "benchmark_report.md";
inline constexpr const char* kPageFile = "benchmark_report.html";

/// What makes a report out of the results document, and the file it goes to.
struct Report {
  const char* file;
  std::string (*render)(const Json& results);
};

/// Computes the results of the session in the folder anew, writes them and the reports, each file in one step, and
/// gives the document. The errors are those of collect_results and write_file.
Expected<Json> write_reports(const std::filesystem::path& folder, const std::vector<Report>& reports);

}  // namespace neural::bench::report
