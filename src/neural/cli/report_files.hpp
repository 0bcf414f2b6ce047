// The reports that stand beside the results of a session.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neural/bench/report/write_reports.hpp"

namespace neural::cli {

/// The Markdown and the page.
std::vector<bench::report::Report> report_files();

/// Where they are: a line each.
std::string told_reports(const std::filesystem::path& folder);

}  // namespace neural::cli
