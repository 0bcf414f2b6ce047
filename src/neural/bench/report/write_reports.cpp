#include "neural/bench/report/write_reports.hpp"

#include "neural/base/files.hpp"
#include "neural/bench/report/collect.hpp"
#include "neural/bench/report/render_markdown.hpp"

namespace neural::bench::report {

Expected<Json> write_reports(const std::filesystem::path& folder, const ReportOptions& options) {
  Json results = NEURAL_TRY(collect_results(folder));
  NEURAL_TRY(write_file(folder / kResultsFile, pretty_json(results)));
  if (options.markdown) NEURAL_TRY(write_file(folder / kReportFile, render_markdown(results)));
  return results;
}

}  // namespace neural::bench::report
