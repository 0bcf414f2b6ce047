#include "neural/cli/bench_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>

#include "neural/base/clock.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/history/history.hpp"
#include "neural/bench/plan/interpreter.hpp"
#include "neural/bench/plan/preflight.hpp"
#include "neural/bench/plan/session.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/bench/stats/exact_tests.hpp"
#include "neural/cli/bench_progress.hpp"
#include "neural/cli/compile_for_bench.hpp"
#include "neural/cli/executable.hpp"
#include "neural/cli/history_recorder.hpp"
#include "neural/cli/shell_word.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {

namespace plan = bench::plan;

namespace {

constexpr double kLongestTimeout = 1e7;

/// Progress on the terminal, a tracked run for each full run, and all of them in the history.
class BenchObserver final : public BenchProgress {
 public:
  BenchObserver(bool shown, std::optional<RunTracker> tracker, std::optional<HistoryRecorder> recorder, bool json_lines)
      : BenchProgress(shown), tracker_(std::move(tracker)), recorder_(std::move(recorder)), json_lines_(json_lines) {}

  void notice(const std::string& sentence) override {
    emit("notice", {{"message", sentence}});
    BenchProgress::notice(sentence);
  }

  void run_started(const plan::Progress& progress) override {
    cell_ = progress.cell;
    emit("run_started", as_json(progress));
    BenchProgress::run_started(progress);
  }

  void cell_finished(const std::string& cell, const std::string& error) override {
    emit("cell_finished", {{"cell", cell}, {"error", error}});
    BenchProgress::cell_finished(cell, error);
  }

  /// A run that cannot be tracked or remembered is no reason to stop measuring; it is told once.
  void run_finished(const bench::process::Outcome& outcome) override {
    Json told = {{"cell", cell_}};
    told.update(to_json(outcome));
    emit("run_finished", told);
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
  static Json as_json(const plan::Progress& progress) {
    const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
    return {{"cell", progress.cell},
            {"cell_number", progress.cell_number},
            {"cells", progress.cells},
            {"task", name_of(progress.task)},
            {"side", name_of(progress.side)},
            {"pair", progress.pair},
            {"pairs", progress.pairs},
            {"ratio", number(progress.ratio)},
            {"seconds_left", number(progress.seconds_left)}};
  }

  /// That nobody reads it is no reason to stop measuring.
  void emit(const char* event, const Json& keys) const {
    if (!json_lines_) return;
    Json line = {{"event", event}, {"time_utc", utc_iso(unix_ms())}};
    line.update(keys);
    static_cast<void>(print_result(compact_json(line) + "\n"));
  }

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
  bool json_lines_;
};

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

/// "90s", "10m", "1h30m", "2.5h" in seconds.
std::optional<double> parse_duration(std::string_view text) {
  double seconds = 0;
  while (!text.empty()) {
    const std::size_t unit = text.find_first_not_of("0123456789.");
    if (unit == std::string_view::npos || unit == 0) return std::nullopt;
    const auto number = parse_number<double>(text.substr(0, unit));
    const std::size_t kind = std::string_view("smh").find(text[unit]);
    if (!number || kind == std::string_view::npos) return std::nullopt;
    constexpr std::array kSeconds = {1.0, 60.0, 3600.0};
    seconds += *number * kSeconds[kind];
    text.remove_prefix(unit + 1);
  }
  return seconds > 0 && seconds <= kLongestTimeout ? std::optional(seconds) : std::nullopt;
}

std::string check_duration(const std::string& text) {
  if (parse_duration(text)) return {};
  return fmt::format("`{}` is no length of time, as 90s, 10m or 1h30m", printable(text));
}

std::string check_share(const std::string& text) {
  const std::optional<double> share = parse_number<double>(text);
  if (share && *share > 0 && *share <= 1) return {};
  return fmt::format("`{}` is no share above 0 and up to 1, as 0.97", printable(text));
}

/// "2/4" as part 2 of 4.
std::optional<plan::Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto index = parse_number<int>(text.substr(0, slash)), count = parse_number<int>(text.substr(slash + 1));
  if (!index || !count || *index < 1 || *index > *count) return std::nullopt;
  return plan::Shard{*index, *count};
}

std::string check_shard(const std::string& text) {
  if (parse_shard(text)) return {};
  return fmt::format("`{}` is no part of a whole; 2/4 is the second of four", printable(text));
}

std::string check_seed(const std::string& text) {
  if (parse_number<std::uint64_t>(text)) return {};
  return fmt::format("`{}` is no whole number from 0 to 18,446,744,073,709,551,615", printable(text));
}

/// What was given, without what only steers this call.
std::string repeat_command(const BenchOptions& options, std::vector<std::string> words) {
  const auto add_list = [&](const char* name, const std::vector<std::string>& values) {
    if (!values.empty()) words.insert(words.end(), {name, quoted_argument(join(values, ","))});
  };
  add_list("--models", options.models);
  add_list("--backends", options.backends);
  add_list("--contenders", options.contenders);
  add_list("--levels", options.levels);
  if (!options.batch_sizes.empty()) {
    words.insert(words.end(), {"--batch-sizes", fmt::format("{}", fmt::join(options.batch_sizes, ","))});
  }
  if (!options.shard.empty()) words.insert(words.end(), {"--shard", options.shard});
  if (options.quick) words.emplace_back("--quick");
  if (options.epochs) words.insert(words.end(), {"--epochs", std::to_string(*options.epochs)});
  if (!options.profile.empty()) words.insert(words.end(), {"--profile", options.profile});
  if (options.apart) words.emplace_back("--apart");
  if (options.seeds) words.insert(words.end(), {"--seeds", std::to_string(*options.seeds)});
  if (options.target) words.insert(words.end(), {"--target", shortest_double(*options.target)});
  if (!options.budget.empty()) words.insert(words.end(), {"--budget", options.budget});
  if (options.threads) words.insert(words.end(), {"--threads", std::to_string(*options.threads)});
  if (options.seed) words.insert(words.end(), {"--seed", std::to_string(*options.seed)});
  return join(words, " ");
}

}  // namespace

std::optional<std::filesystem::path> history_to_join(const BenchOptions& options) {
  if (options.no_history) return std::nullopt;
  return options.history.empty() ? bench::history::default_history() : std::optional(options.history);
}

Expected<plan::Request> bench_request(const BenchOptions& options, std::vector<std::string> words) {
  plan::Request request;
  request.benchmarks = NEURAL_TRY(find_benchmarks_folder(options.benchmarks));
  request.output = options.output;
  request.wanted = {options.models, options.backends,    options.contenders,
                    options.levels, options.batch_sizes, parse_shard(options.shard).value_or(plan::Shard{})};
  request.epochs = options.epochs;
  request.quick = options.quick;
  request.seeds = options.seeds;
  request.target_accuracy = options.target;
  request.budget_seconds = parse_duration(options.budget);
  request.profile = bench::process::profile_named(options.profile);
  request.threads = options.threads;
  request.seed = options.seed;
  request.timeout_seconds = options.timeout;
  request.apart = options.apart;
  request.resume = options.resume;
  request.python = NEURAL_TRY(plan::choose_interpreter(plan::interpreter_sources(options.python)));
  request.repeat = repeat_command(options, std::move(words));
  request.command = split(request.repeat, ' ');
  request.version = NEURAL_VERSION;
  return request;
}

Expected<BenchSession> run_bench(const plan::Request& request, const BenchOptions& options,
                                 std::optional<RunTracker> tracker, bool json_lines) {
  std::optional<HistoryRecorder> recorder;
  if (const auto history = history_to_join(options)) recorder.emplace(*history, request.output);
  bench::process::ProcessRunner runner;
  BenchObserver observer(!options.no_progress, std::move(tracker), std::move(recorder), json_lines);
  plan::Tools tools{runner, observer, compile_for_bench, bench_compile_command, bench::process::current_variables()};
  tools.engine_worker = {executable_path().string(), "worker"};
  tools.preflight = [] { return plan::warnings_of(plan::read_signs()); };
  BenchSession session;
  session.results = NEURAL_TRY(plan::run_session(request, tools));
  session.number = observer.finish_history();
  return session;
}

void add_bench_options(CLI::App& app, BenchOptions& options) {
  app.add_option("--models", options.models, "Benchmarks by name, or all (default: simple_mlp,cnn,deep_mlp)")
      ->delimiter(',');
  app.add_option("--backends", options.backends,
                 "tensorflow, pytorch, engine (default: all; of a quick look and the gate the first two)")
      ->delimiter(',');
  app.add_option("--contenders", options.contenders,
                 "What to compare with: idiomatic, tuned, all, or names of files (default: idiomatic)")
      ->delimiter(',');
  app.add_option("--epochs", options.epochs, "Epochs of the full runs (default: 5, with --quick 2)")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100000}));
  app.add_option("--seeds", options.seeds,
                 "Full runs a side, each from other weights: 6 or more for verdicts on accuracy and loss (default: 1)")
      ->check(CLI::Range(1, bench::stats::kMostPairs));
  app.add_option("--target", options.target, "A test accuracy, as 0.97: how often and how soon each side has it")
      ->check(check_share, "");
  app.add_option("--budget", options.budget,
                 "What all processes together may take, as 10m: pairs are shared out over the cells, and what is given "
                 "up is told")
      ->check(check_duration, "");
  app.add_option("--shard", options.shard, "Of so many parts of the cells only this one: 2/4; see `neural bench merge`")
      ->check(check_shard, "");
  app.add_flag("--quick", options.quick, "One look at 6 pairs, one memory reading a side");
  app.add_option("-o,--output", options.output, "The results folder")->capture_default_str();
  app.add_flag("--resume", options.resume, "Go on with the session in the results folder");
  app.add_option("--benchmarks", options.benchmarks, "The folder of benchmark folders (default: ./benchmarks)");
  app.add_option("--python", options.python, "The interpreter of the workers (default: $NEURAL_PYTHON, .venv, …)");
  app.add_option("--profile", options.profile,
                 "controlled: both sides get the same threads, variables and collector; as-shipped: what each runtime "
                 "does by itself in your environment (default: controlled)")
      ->check(CLI::IsMember({"controlled", "as-shipped"}));
  app.add_flag(
      "--apart", options.apart,
      "Train the two sides of a pair one after the other, not in turns of 10 ms (as it is where there is a GPU)");
  app.add_option("--threads", options.threads, "Threads of each side (default: the processors there are)")
      ->check(CLI::Range(1, 4096));
  app.add_option("--seed", options.seed, "Seed of order and data (default: drawn and logged)")->check(check_seed, "");
  app.add_option("--timeout", options.timeout, "Seconds a single process may take (default: 1800)")
      ->check(check_seconds, "");
  CLI::Option* history =
      app.add_option("--history", options.history, "The history to join (default: $NEURAL_HISTORY, else the user's)");
  app.add_flag("--no-history", options.no_history, "Keep nothing in the history (also NEURAL_HISTORY=off)")
      ->excludes(history);
  app.add_flag("--no-progress", options.no_progress, "Show no progress");
}

}  // namespace neural::cli
