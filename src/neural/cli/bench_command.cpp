#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <string>
#include <vector>

#include "neural/base/text.hpp"
#include "neural/bench/plan/interpreter.hpp"
#include "neural/bench/plan/session.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/cli/bench_progress.hpp"
#include "neural/cli/bench_summary.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/compile_for_bench.hpp"
#include "neural/cli/executable.hpp"
#include "neural/cli/history_recorder.hpp"
#include "neural/cli/run_tracker.hpp"
#include "neural/cli/shell_word.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/track/run.hpp"

namespace neural::cli {
namespace {

namespace plan = bench::plan;

constexpr const char* kFooter =
    "examples:\n"
    "  neural bench --quick --report\n"
    "  neural bench --models simple_mlp,cnn --backends pytorch --epochs 3 --report --json\n"
    "  neural bench --contenders tuned --models cnn\n"
    "  neural bench --resume --report          # go on after an interruption\n"
    "\nexit codes: 0 the report is complete, 2 usage or environment, 3 a cell is INVALID";

constexpr double kLongestTimeout = 1e7;

struct Options {
  std::vector<std::string> models, backends, contenders;
  std::optional<std::int64_t> epochs;
  std::filesystem::path output = "benchmark_results";
  std::filesystem::path benchmarks;
  std::filesystem::path history;
  std::string python;
  std::optional<int> threads;
  std::optional<std::uint64_t> seed;
  std::optional<double> timeout;
  bool quick = false, report = false, json = false, resume = false, no_tracking = false, no_progress = false;
  bool no_history = false;
};

/// Progress on the terminal, a tracked run for each full run, and all of them in the history.
class BenchObserver final : public BenchProgress {
 public:
  BenchObserver(bool shown, std::optional<RunTracker> tracker, std::optional<HistoryRecorder> recorder)
      : BenchProgress(shown), tracker_(std::move(tracker)), recorder_(std::move(recorder)) {}

  void run_started(const plan::Progress& progress) override {
    cell_ = progress.cell;
    BenchProgress::run_started(progress);
  }

  /// A run that cannot be tracked or remembered is no reason to stop measuring; it is told once.
  void run_finished(const bench::process::Outcome& outcome) override {
    if (tracker_) keep(tracker_->add(cell_, outcome), "runs are not tracked", tracker_);
    if (recorder_) keep(recorder_->add(cell_, outcome.run), "the history has no more of this session", recorder_);
  }

  /// The session's number in the history, where it is there as a whole.
  std::optional<std::int64_t> finish_history() {
    if (!recorder_) return std::nullopt;
    const Expected<std::int64_t> session = recorder_->finish();
    if (session) return *session;
    tell_lost("the history has not all of this session", session.error());
    return std::nullopt;
  }

 private:
  void tell_lost(const char* what, const Error& error) { notice(fmt::format("{}: {}", what, error.message)); }

  template <class Keeper>
  void keep(const Status& status, const char* lost, std::optional<Keeper>& keeper) {
    if (status) return;
    tell_lost(lost, status.error());
    keeper.reset();
  }

  std::string cell_;
  std::optional<RunTracker> tracker_;
  std::optional<HistoryRecorder> recorder_;
};

std::optional<HistoryRecorder> make_recorder(const Options& options) {
  std::optional<std::filesystem::path> path = bench::history::default_history();
  if (!options.history.empty()) path = options.history;
  if (options.no_history || !path) return std::nullopt;
  return HistoryRecorder(*path, options.output);
}

/// A number that is the whole of the text; "-5" is no unsigned number.
template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// For CLI11: the text of what is wrong, or nothing.
std::string check_seconds(const std::string& text) {
  const std::optional<double> seconds = parse_number<double>(text);
  if (seconds && *seconds > 0 && *seconds <= kLongestTimeout) return {};
  return fmt::format("`{}` is no number of seconds above 0", printable(text));
}

std::string check_seed(const std::string& text) {
  if (parse_number<std::uint64_t>(text)) return {};
  return fmt::format("`{}` is no whole number from 0 to 18,446,744,073,709,551,615", printable(text));
}

/// The command that asks for the same session again: what was given, without what only steers this call.
std::string repeat_command(const Options& options) {
  std::vector<std::string> words = {"neural", "bench"};
  const auto add_list = [&](const char* name, const std::vector<std::string>& values) {
    if (!values.empty()) words.insert(words.end(), {name, quoted_argument(join(values, ","))});
  };
  add_list("--models", options.models);
  add_list("--backends", options.backends);
  add_list("--contenders", options.contenders);
  if (options.quick) words.emplace_back("--quick");
  if (options.epochs) words.insert(words.end(), {"--epochs", std::to_string(*options.epochs)});
  if (options.threads) words.insert(words.end(), {"--threads", std::to_string(*options.threads)});
  if (options.seed) words.insert(words.end(), {"--seed", std::to_string(*options.seed)});
  words.emplace_back("--report");
  return join(words, " ");
}

Expected<plan::Request> make_request(const Options& options) {
  plan::Request request;
  request.benchmarks = NEURAL_TRY(find_benchmarks_folder(options.benchmarks));
  request.output = options.output;
  request.wanted = {options.models, options.backends, options.contenders};
  request.epochs = options.epochs;
  request.quick = options.quick;
  request.threads = options.threads;
  request.seed = options.seed;
  request.timeout_seconds = options.timeout;
  request.resume = options.resume;
  request.write_report = options.report;
  request.python = NEURAL_TRY(plan::choose_interpreter(plan::interpreter_sources(options.python)));
  request.repeat = repeat_command(options);
  request.command = split(request.repeat, ' ');
  request.version = NEURAL_VERSION;
  return request;
}

std::vector<std::string> compile_command(const std::filesystem::path& source, std::string_view backend,
                                         const std::filesystem::path& output) {
  return {executable_path().string(), "compile", source.string(), "--backend",
          std::string(backend),       "-o",      output.string()};
}

bool any_invalid(const Json& results) {
  for (const Json& result : results.at("results")) {
    if (result.value("status", "") != "complete") return true;
  }
  return results.at("results").empty();
}

Expected<int> bench(const Options& options) {
  const plan::Request request = NEURAL_TRY(make_request(options));
  std::optional<RunTracker> tracker;
  if (!options.no_tracking && track::tracking_enabled()) tracker.emplace("runs", request.output, request.command);

  bench::process::ProcessRunner runner;
  BenchObserver observer(!options.no_progress, std::move(tracker), make_recorder(options));
  const plan::Tools tools{runner, observer, compile_for_bench, compile_command, bench::process::current_variables()};
  const Json results = NEURAL_TRY(plan::run_session(request, tools));

  std::string told = bench_summary(results);
  if (options.report)
    told += fmt::format("\nreport: {}\n", printable((request.output / "benchmark_report.md").string()));
  if (options.json)
    told += fmt::format("results: {}\n", printable((request.output / "benchmark_results.json").string()));
  if (const auto session = observer.finish_history()) told += fmt::format("history: session {}\n", *session);
  NEURAL_TRY(print_result(told));
  return any_invalid(results) ? kMeasurement : kDone;
}

}  // namespace

Run add_bench(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--models", options->models, "Benchmarks by name, or all (default: simple_mlp,cnn,deep_mlp)")
      ->delimiter(',');
  app.add_option("--backends", options->backends, "tensorflow, pytorch (default: both)")->delimiter(',');
  app.add_option("--contenders", options->contenders,
                 "What to compare with: idiomatic, tuned, all, or names of files (default: idiomatic)")
      ->delimiter(',');
  app.add_option("--epochs", options->epochs, "Epochs of the full runs (default: 5, with --quick 2)")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100000}));
  app.add_flag("--quick", options->quick, "One look at 6 pairs, one memory reading a side");
  app.add_flag("--report", options->report, "Write benchmark_report.md");
  app.add_flag("--json", options->json, "Tell where benchmark_results.json is (it is always written)");
  app.add_option("-o,--output", options->output, "The results folder")->capture_default_str();
  app.add_flag("--resume", options->resume, "Go on with the session in the results folder");
  app.add_option("--benchmarks", options->benchmarks, "The folder of benchmark folders (default: ./benchmarks)");
  app.add_option("--python", options->python, "The interpreter of the workers (default: $NEURAL_PYTHON, .venv, …)");
  app.add_option("--threads", options->threads, "Threads of each side (default: the processors there are)")
      ->check(CLI::Range(1, 4096));
  app.add_option("--seed", options->seed, "Seed of order and data (default: drawn and logged)")->check(check_seed, "");
  app.add_option("--timeout", options->timeout, "Seconds a single process may take (default: 1800)")
      ->check(check_seconds, "");
  app.add_flag("--no-tracking", options->no_tracking, "Leave no folders in runs/ (also NEURAL_DISABLE_TRACKING=1)");
  CLI::Option* history =
      app.add_option("--history", options->history, "The history to join (default: $NEURAL_HISTORY, else the user's)");
  app.add_flag("--no-history", options->no_history, "Keep nothing in the history (also NEURAL_HISTORY=off)")
      ->excludes(history);
  app.add_flag("--no-progress", options->no_progress, "Show no progress");
  app.footer(kFooter);
  return [options] { return bench(*options); };
}

}  // namespace neural::cli
