#include "neural/cli/report_files.hpp"

#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/bench/html/render_html.hpp"
#include "neural/bench/report/render_markdown.hpp"

namespace neural::cli {

std::vector<bench::report::Report> report_files() {
  return {{bench::report::kReportFile, bench::report::render_markdown},
          {bench::report::kPageFile, bench::html::render_html}};
}

std::string told_reports(const std::filesystem::path& folder) {
  std::string told;
  for (const bench::report::Report& report : report_files()) {
    told += fmt::format("report: {}\n", printable((folder / report.file).string()));
  }
  return told;
}

}  // namespace neural::cli
