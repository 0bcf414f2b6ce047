#include <fmt/format.h>

#include <memory>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/gate/gate.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/cli/bench_options.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/executable.hpp"
#include "neural/cli/gate_text.hpp"
#include "neural/cli/report_files.hpp"
#include "neural/cli/shell_word.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {
namespace {

namespace gate = bench::gate;

constexpr const char* kFooter =
    "examples:\n"
    "  neural bench gate --baseline main --quick                    # this build against the sources of main\n"
    "  neural bench gate --baseline v0.1.0 --models all --strict\n"
    "  neural bench gate --baseline 12                              # against session 12 of `neural history list`\n"
    "  neural bench gate --baseline results_of_main --quick         # against a results folder\n"
    "  neural bench gate --baseline ../main/build/neural --quick    # against another build\n"
    "\nA revision is built once, under ~/.cache/neural/baselines. What looks worse is measured again in a second "
    "session;\n"
    "only what is worse in both is a regression.\n"
    "\nexit codes: 0 no regression (also where pairs do not tell; 3 with --strict), 1 a regression, 2 usage or "
    "environment,\n"
    "3 something could not be compared";

struct Options : BenchOptions {
  std::string baseline;
  bool strict = false, json = false;
};

int exit_code(gate::Outcome outcome, bool strict) {
  switch (outcome) {
    case gate::Outcome::kRegression:
      return kNo;
    case gate::Outcome::kInvalid:
      return kMeasurement;
    case gate::Outcome::kInconclusive:
    case gate::Outcome::kUnconfirmed:
      return strict ? kMeasurement : kDone;
    case gate::Outcome::kNone:
      return kDone;
  }
  return kMeasurement;
}

Expected<int> run_gate(const Options& options) {
  gate::Request request;
  request.session =
      NEURAL_TRY(bench_request(options, {"neural", "bench", "gate", "--baseline", quoted_argument(options.baseline)}));
  request.session.reports = report_files();
  request.baseline = options.baseline;
  request.history = history_to_join(options);
  request.cache = user_cache_folder();
  request.executable = executable_path();

  bench::process::ProcessRunner runner;
  const gate::Tools tools{[&](const bench::plan::Request& session) -> Expected<Json> {
                            BenchSession done = NEURAL_TRY(run_bench(session, options, std::nullopt));
                            return std::move(done.results);
                          },
                          [](const std::string& sentence) { tell(fmt::format("neural: {}\n", printable(sentence))); },
                          runner, bench::process::current_variables()};
  const gate::Report report = NEURAL_TRY(gate::run_gate(request, tools));
  NEURAL_TRY(print_result(options.json ? pretty_json(to_json(report)) : gate_text(report)));
  return exit_code(report.outcome, options.strict);
}

}  // namespace

Run add_bench_gate(CLI::App& app) {
  auto options = std::make_shared<Options>();
  options->output = "benchmark_gate";
  app.add_option("--baseline", options->baseline,
                 "What to compare with: a git revision, the number of a session, a results folder, another `neural`")
      ->required();
  add_bench_options(app, *options);
  // It judges time and memory, in one piece.
  for (const char* other : {"--shard", "--seeds", "--target", "--budget"}) app.remove_option(app.get_option(other));
  app.get_option("--contenders")->description("Against a session: which of its contenders (default: all)");
  app.get_option("--output")->description("The folder of the gate");
  app.get_option("--resume")->description("Go on with the gate in that folder");
  app.add_flag("--strict", options->strict, "What the pairs do not tell fails, too (3)");
  app.add_flag("--json", options->json, "Print gate.json instead of a table");
  app.footer(kFooter);
  return [options] { return run_gate(*options); };
}

}  // namespace neural::cli
