#include <fmt/format.h>

#include <memory>

#include "neural/base/clock.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/plan/interpreter.hpp"
#include "neural/bench/process/host_lock.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/bench/selftest/selftest.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/compile_for_bench.hpp"
#include "neural/cli/executable.hpp"
#include "neural/cli/progress_line.hpp"
#include "neural/cli/selftest_store.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {
namespace {

namespace selftest = bench::selftest;

constexpr const char* kFooter =
    "examples:\n"
    "  neural bench selftest                 # up to 15 minutes; close other programs first\n"
    "  neural bench selftest --no-framework  # about five: without the check on PyTorch or TensorFlow\n"
    "  neural bench selftest --quick         # a minute: does it work at all?\n"
    "  neural bench selftest --json > selftest.json\n"
    "\nReports of this machine say what came of it.\n"
    "\nexit codes: 0 all holds, or the machine is noisy; 1 something does not hold; 2 usage or environment; 3 a run "
    "failed";

struct Options {
  std::optional<std::uint64_t> seed;
  std::string python;
  bool quick = false, json = false, no_progress = false, no_framework = false;
};

std::string percent(double share) {
  return fmt::format("{:5.1f} %", 100 * share);
}

std::string rates_line(const std::string& title, const selftest::ErrorRates& rates) {
  return fmt::format("{:<24}  {}  {}  {}  {}  {:5.1f}\n", title, percent(rates.faster), percent(rates.slower),
                     percent(rates.equivalent), percent(rates.inconclusive), rates.pairs);
}

std::string framework_line(const std::string& title, const selftest::FrameworkReading& reading) {
  if (!reading.error.empty()) return fmt::format("{:<24}  {}\n", title, printable(reading.error));
  return fmt::format("{:<24}  time {} ({:.3f}), memory {:+.1f} MiB, loss {} ({:+.3f}){}\n", title, reading.time_verdict,
                     reading.time_ratio.value_or(0), reading.memory_mib.value_or(0), reading.loss_verdict,
                     reading.loss.value_or(0), reading.is_cut_short ? "; cut short" : "");
}

std::string framework_text(const selftest::FrameworkCheck& check) {
  return "\n" + framework_line(check.framework + ", equal programs", check.equal) +
         framework_line(fmt::format("{}, planted", check.framework), check.planted) +
         fmt::format("planted were {} % more time, {} MiB and a loss higher by {}\n", selftest::kPlantedPercent,
                     selftest::kPlantedMib, selftest::kPlantedLoss);
}

std::string result_text(const selftest::Result& result) {
  std::string text = fmt::format("{:<24}  {:>7}  {:>7}  {:>7}  {:>7}  {:>5}\n", "verdicts, of sessions", "FASTER",
                                 "SLOWER", "EQUIV.", "INCONC.", "pairs");
  text += rates_line("equal programs", result.equal);
  for (const selftest::Planted& planted : result.planted) {
    text +=
        rates_line(fmt::format("{} % slower (was {:.1f} %)", planted.percent, planted.measured_percent), planted.rates);
  }
  text += rates_line("equal, 6 % drift", result.equal_with_drift);
  text += fmt::format(
      "\nten runs of one side, then ten of the other, by Welch's t-test: {} false differences, with drift {}\n",
      trim(percent(result.blocks)), trim(percent(result.blocks_with_drift)));
  for (const selftest::MemoryReading& reading : result.memory) {
    text += fmt::format("memory {:<26} planted {:5.1f} MiB, measured {:5.1f} MiB\n", reading.name,
                        static_cast<double>(reading.planted) / (1 << 20),
                        static_cast<double>(reading.measured) / (1 << 20));
  }
  if (result.framework) text += framework_text(*result.framework);
  if (!result.framework_left_out.empty()) {
    text += fmt::format("\nno framework was checked: {}\n", printable(result.framework_left_out));
  }
  text += fmt::format("\n{} runs in {:.0f} s, {} windows; runs of equal programs vary by {}, within a pair by {}{}\n",
                      result.runs, result.seconds, result.windows, trim(percent(result.variation)),
                      trim(percent(result.pair_variation)), result.noisy() ? ": this machine is noisy" : "");
  const auto missing = shortfalls(result);
  for (const std::string& each : missing) text += fmt::format("does not hold: {}\n", each);
  if (missing.empty()) text += "all holds that is promised of such a machine\n";
  return text;
}

/// The check, or why there is none.
struct FrameworkPart {
  std::optional<selftest::FrameworkCheck> check;
  std::string left_out;
};

/// Of what goes wrong only an interruption and an interpreter that was named ends the self-test.
Expected<FrameworkPart> check_framework(const Options& options, bench::process::Runner& runner, std::uint64_t seed,
                                        ProgressLine& progress) {
  const auto leave_out = [](const Error& error) -> Expected<FrameworkPart> {
    return FrameworkPart{{}, error.help.empty() ? error.message : error.message + "; " + error.help};
  };
  const auto python = bench::plan::choose_interpreter(bench::plan::interpreter_sources(options.python));
  if (!python && options.python.empty()) return leave_out(python.error());
  const auto check = selftest::check_framework({runner, NEURAL_TRY(python), compile_for_bench, bench_compile_command,
                                                bench::process::current_variables(), NEURAL_VERSION, seed,
                                                [&](const std::string& sentence) { progress.show(sentence); }});
  if (!check && check.error().code == ErrorCode::kInterrupted) return tl::unexpected(check.error());
  if (!check) return leave_out(check.error());
  return FrameworkPart{*check, {}};
}

Expected<int> run_selftest(const Options& options) {
  ProgressLine progress(!options.no_progress);
  bench::process::ProcessRunner runner;
  const auto waiting = [&](const std::string& sentence) { progress.notice(sentence); };
  const auto lock = NEURAL_TRY(bench::process::HostLock::acquire(bench::process::kHostLockFolder, waiting));
  std::int64_t begin = monotonic_ns();
  const auto show = [&](const std::string& sentence, double share) {
    const double seconds = static_cast<double>(monotonic_ns() - begin) * 1e-9;
    constexpr double kKnown = 0.02;  // of the whole: before, the rest is a guess
    progress.show(share < kKnown ? sentence
                                 : fmt::format("{}, {} left", sentence, minutes_text(seconds * (1 - share) / share)));
  };
  constexpr selftest::Effort kQuick{.equal_pairs = 48, .planted_pairs = 24, .windows = 300};
  const std::uint64_t seed = options.seed.value_or(static_cast<std::uint64_t>(unix_ms()));
  const auto measure = [&]() -> Expected<selftest::Result> {
    // First, for the kernel counts the peak of this process as its children's: it takes a gibibyte later.
    FrameworkPart framework;
    if (!options.quick && !options.no_framework) {
      framework = NEURAL_TRY(check_framework(options, runner, seed, progress));
    }
    begin = monotonic_ns();
    selftest::Result result = NEURAL_TRY(selftest::run_selftest(
        options.quick ? kQuick : selftest::Effort{},
        {runner, executable_path(), bench::process::current_variables(), NEURAL_VERSION, seed, show}));
    result.framework = std::move(framework.check);
    result.framework_left_out = std::move(framework.left_out);
    return result;
  };
  const auto measured = measure();
  if (!measured && measured.error().code == ErrorCode::kInterrupted) {
    return fail(ErrorCode::kInterrupted, "interrupted", "of a self-test nothing is kept: the same command begins anew");
  }
  const selftest::Result result = NEURAL_TRY(measured);
  progress.clear();
  const Json json = to_json(result);
  std::optional<std::filesystem::path> file;
  if (!options.quick) file = NEURAL_TRY(store_selftest(json));
  std::string text = options.json ? pretty_json(json) : result_text(result);
  if (file && !options.json) text += fmt::format("kept for reports: {}\n", printable(file->string()));
  NEURAL_TRY(print_result(text));
  return shortfalls(result).empty() ? kDone : kNo;
}

}  // namespace

Run add_bench_selftest(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--seed", options->seed, "Seed of order and windows (default: drawn)");
  app.add_flag("--quick", options->quick, "Fewer pairs, no framework; nothing is kept for reports");
  app.add_flag("--no-framework", options->no_framework, "Leave out the check on PyTorch or TensorFlow");
  app.add_option("--python", options->python, "Its interpreter (default: the one `neural bench` would take)");
  app.add_flag("--json", options->json, "As JSON");
  app.add_flag("--no-progress", options->no_progress, "Show no progress");
  app.footer(kFooter);
  return [options] { return run_selftest(*options); };
}

/// Started by the self-test alone.
Run add_truth_worker(CLI::App& app) {
  auto plan = std::make_shared<std::filesystem::path>();
  app.add_option("PLAN", *plan, "plan.json of a run")->required();
  return [plan]() -> Expected<int> {
    NEURAL_TRY(selftest::run_truth_worker(*plan, NEURAL_VERSION));
    return kDone;
  };
}

}  // namespace neural::cli
