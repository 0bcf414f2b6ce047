// The files of a report, in the results folder itself.
#pragma once

#include <filesystem>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"

namespace neural::bench::report {

inline constexpr const char* kResultsFile = "benchmark_results.json";
inline constexpr const char* kReportFile = "benchmark_report.md";

struct ReportOptions {
  /// Write kReportFile too; kResultsFile is always written.
  bool markdown = true;
};

/// Computes the results of the session in the folder anew, writes them, each file in one step, and gives the document.
/// The errors are those of collect_results and write_file.
Expected<Json> write_reports(const std::filesystem::path& folder, const ReportOptions& options = {});

}  // namespace neural::bench::report
