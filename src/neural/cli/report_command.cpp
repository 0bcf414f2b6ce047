#include <filesystem>

#include "neural/bench/report/write_reports.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "examples:\n"
    "  neural report benchmark_results\n"
    "\nReads the raw events of every run again, so a report can be checked by someone who did not measure it.";

}  // namespace

Run add_report(CLI::App& app) {
  auto folder = std::make_shared<std::filesystem::path>();
  app.add_option("DIR", *folder, "A results folder of `neural bench`")->required();
  app.footer(kFooter);
  return [folder]() -> Expected<int> {
    NEURAL_TRY(bench::report::write_reports(*folder));
    return kDone;
  };
}

}  // namespace neural::cli
