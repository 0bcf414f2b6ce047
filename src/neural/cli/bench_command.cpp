#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

#include "neural/base/text.hpp"
#include "neural/bench/plan/backends.hpp"
#include "neural/bench/plan/python_tools.hpp"
#include "neural/bench/plan/select.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/cli/bench_options.hpp"
#include "neural/cli/bench_plan_text.hpp"
#include "neural/cli/bench_summary.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/report_files.hpp"
#include "neural/cli/selftest_store.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/track/run.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "examples:\n"
    "  neural bench --quick --report\n"
    "  neural bench --models simple_mlp,cnn --backends pytorch --epochs 3 --report --json\n"
    "  neural bench --contenders tuned --models cnn\n"
    "  neural bench --resume --report          # go on after an interruption\n"
    "  neural bench --models all --dry-run     # what would be measured, and how long it may take\n"
    "  neural bench --models all --shard 1/3   # a third of the cells; the others on other machines\n"
    "\nexit codes: 0 the report is complete, 2 usage or environment, 3 a cell is INVALID";

struct Options : BenchOptions {
  bool report = false, json = false, no_tracking = false, dry_run = false, json_lines = false;
};

bool any_invalid(const Json& results) {
  for (const Json& result : results.at("results")) {
    if (result.value("status", "") != "complete") return true;
  }
  return results.at("results").empty();
}

Expected<int> bench(const Options& options) {
  bench::plan::Request request = NEURAL_TRY(bench_request(options, {"neural", "bench"}));
  // A quick look is at what the compiler generates; with the engine it would take twice as long.
  if (options.backends.empty() && !options.quick && !options.resume) {
    request.wanted.backends = NEURAL_TRY(bench::plan::select_backends({}));
    request.wanted.backends.emplace_back(bench::plan::kEngine);
  }
  request.repeat += " --report";
  request.command.emplace_back("--report");
  if (options.report) request.reports = report_files();
  request.selftest = selftest_badge();
  if (options.dry_run) {
    bench::process::ProcessRunner runner;
    const Json versions =
        NEURAL_TRY(bench::plan::ask_versions({runner, request.python, bench::process::current_variables()}));
    const std::string plan = NEURAL_TRY(describe_plan(request, versions, history_to_join(options)));
    NEURAL_TRY(print_result(plan));
    return kDone;
  }
  std::optional<RunTracker> tracker;
  if (!options.no_tracking && track::tracking_enabled()) tracker.emplace("runs", request.output, request.command);
  const BenchSession session = NEURAL_TRY(run_bench(request, options, std::move(tracker), options.json_lines));

  if (options.json_lines) {
    Json last = {{"event", "session_finished"}, {"results", request.output / "benchmark_results.json"}};
    last["history_session"] = session.number ? Json(*session.number) : Json();
    NEURAL_TRY(print_result(compact_json(last) + "\n"));
    return any_invalid(session.results) ? kMeasurement : kDone;
  }
  std::string told = bench_summary(session.results);
  if (options.report) told += "\n" + told_reports(request.output);
  if (options.json)
    told += fmt::format("results: {}\n", printable((request.output / "benchmark_results.json").string()));
  if (session.number) told += fmt::format("history: session {}\n", *session.number);
  NEURAL_TRY(print_result(told));
  return any_invalid(session.results) ? kMeasurement : kDone;
}

/// An option of `neural bench` before the name of a subcommand would be lost.
Status must_stand_behind(const CLI::App& app, const std::string& command) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->empty()) continue;
    return fail(ErrorCode::kUsage, fmt::format("`{}` stands before `{}`", option->get_name(), command),
                fmt::format("write it behind; `neural bench {} --help` lists what there is", command));
  }
  return done();
}

}  // namespace

Run add_bench(CLI::App& app) {
  auto options = std::make_shared<Options>();
  options->output = "benchmark_results";
  add_bench_options(app, *options);
  app.add_option("--levels", options->levels, "Levels of the generated programs: O0, O1 (default: O1)")->delimiter(',');
  app.add_option("--batch-sizes", options->batch_sizes, "Batch sizes of both sides (default: what each model declares)")
      ->delimiter(',')
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  app.add_flag("--report", options->report, "Write benchmark_report.md and benchmark_report.html");
  app.add_flag("--json", options->json, "Tell where benchmark_results.json is (it is always written)");
  app.add_flag("--no-tracking", options->no_tracking, "Leave no folders in runs/ (also NEURAL_DISABLE_TRACKING=1)");
  app.add_flag("--dry-run", options->dry_run, "Tell what would be measured, and how long it may take; measure nothing");
  app.add_flag("--json-lines", options->json_lines, "Tell every event on standard output, a JSON object a line");
  app.footer(kFooter);
  auto subcommands = std::make_shared<std::vector<std::pair<CLI::App*, Run>>>();
  const auto add = [&](const char* name, const char* summary, Run (*add_command)(CLI::App&)) {
    CLI::App* command = app.add_subcommand(name, summary);
    subcommands->emplace_back(command, add_command(*command));
  };
  add("gate", "Fail where this build has become slower or larger than a baseline", add_bench_gate);
  add("merge", "Make one report of the parts that several machines measured", add_bench_merge);
  add("selftest", "Find out what measurements on this machine can be trusted with", add_bench_selftest);
  return [&app, subcommands, options]() -> Expected<int> {
    for (const auto& [command, run] : *subcommands) {
      if (!command->parsed()) continue;
      NEURAL_TRY(must_stand_behind(app, command->get_name()));
      return run();
    }
    return bench(*options);
  };
}

}  // namespace neural::cli
