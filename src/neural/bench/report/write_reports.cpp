#include "neural/bench/report/write_reports.hpp"

#include "neural/base/files.hpp"
#include "neural/bench/report/collect.hpp"

namespace neural::bench::report {

Expected<Json> write_reports(const std::filesystem::path& folder, const std::vector<Report>& reports) {
  Json results = NEURAL_TRY(collect_results(folder));
  NEURAL_TRY(write_file(folder / kResultsFile, pretty_json(results)));
  for (const Report& report : reports) NEURAL_TRY(write_file(folder / report.file, report.render(results)));
  return results;
}

}  // namespace neural::bench::report
