#include <fmt/format.h>

#include <filesystem>

#include "neural/base/text.hpp"
#include "neural/bench/report/write_reports.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "examples:\n"
    "  neural report benchmark_results\n"
    "\nReads the raw events of every run again, so a report can be checked by someone who did not measure it.";

Expected<int> report(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / "session.json")) {
    return fail(ErrorCode::kNotFound,
                fmt::format("`{}` is no results folder of `neural bench`: it holds no `session.json`", folder.string()),
                "name the folder that was given to `neural bench --output`, by default benchmark_results");
  }
  const auto results = bench::report::write_reports(folder);
  if (!results) return tl::unexpected(results.error().within(fmt::format("`{}`", folder.string())));
  NEURAL_TRY(print_result(fmt::format("report: {}\n", printable((folder / "benchmark_report.md").string()))));
  return kDone;
}

}  // namespace

Run add_report(CLI::App& app) {
  auto folder = std::make_shared<std::filesystem::path>();
  app.add_option("DIR", *folder, "A results folder of `neural bench`")->required();
  app.footer(kFooter);
  return [folder] { return report(*folder); };
}

}  // namespace neural::cli
