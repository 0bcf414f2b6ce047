#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "neural/base/text.hpp"
#include "neural/bench/plan/merge.hpp"
#include "neural/cli/bench_summary.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/report_files.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "examples:\n"
    "  neural bench --models all --shard 1/2 -o part_1      # on one machine\n"
    "  neural bench --models all --shard 2/2 -o part_2      # on another\n"
    "  neural bench merge part_1 part_2 -o whole --report\n"
    "\nA ratio is of two programs on one machine, so parts of different machines may stand in one report; it says "
    "which\n"
    "is from where. The history takes parts, not the whole: `neural history import part_1 part_2`.\n"
    "\nexit codes: 0 the report is complete, 2 the parts do not belong together, 3 a cell is INVALID";

struct Options {
  std::vector<std::filesystem::path> parts;
  std::filesystem::path output = "benchmark_results";
  bool report = false;
};

Expected<int> merge(const Options& options) {
  const Json results = NEURAL_TRY(bench::plan::merge_sessions(
      options.parts, options.output, options.report ? report_files() : std::vector<bench::report::Report>()));
  std::string told = bench_summary(results) + "\n";
  if (options.report) told += told_reports(options.output);
  told += fmt::format("results: {}\n", printable((options.output / "benchmark_results.json").string()));
  NEURAL_TRY(print_result(told));
  const Json& cells = results.at("results");
  const bool complete =
      std::all_of(cells.begin(), cells.end(), [](const Json& cell) { return cell.value("status", "") == "complete"; });
  return complete ? kDone : kMeasurement;
}

}  // namespace

Run add_bench_merge(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("PART", options->parts, "Results folders of `neural bench --shard`")->required();
  app.add_option("-o,--output", options->output, "The results folder of the whole")->capture_default_str();
  app.add_flag("--report", options->report, "Write benchmark_report.md and benchmark_report.html");
  app.footer(kFooter);
  return [options] { return merge(*options); };
}

}  // namespace neural::cli
