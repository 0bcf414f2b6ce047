#include <fmt/format.h>

#include <memory>

#include "neural/base/clock.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/process/host_lock.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/bench/selftest/selftest.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/executable.hpp"
#include "neural/cli/progress_line.hpp"
#include "neural/cli/selftest_store.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {
namespace {

namespace selftest = bench::selftest;

constexpr const char* kFooter =
    "examples:\n"
    "  neural bench selftest                 # about five minutes; close other programs first\n"
    "  neural bench selftest --quick         # a minute: does it work at all?\n"
    "  neural bench selftest --json > selftest.json\n"
    "\nReports of this machine say what came of it.\n"
    "\nexit codes: 0 all holds, or the machine is noisy; 1 something does not hold; 2 usage or environment; 3 a run "
    "failed";

struct Options {
  std::optional<std::uint64_t> seed;
  bool quick = false, json = false, no_progress = false;
};

std::string percent(double share) {
  return fmt::format("{:5.1f} %", 100 * share);
}

std::string rates_line(const std::string& title, const selftest::ErrorRates& rates) {
  return fmt::format("{:<24}  {}  {}  {}  {}  {:5.1f}\n", title, percent(rates.faster), percent(rates.slower),
                     percent(rates.equivalent), percent(rates.inconclusive), rates.pairs);
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
  text += fmt::format("\n{} runs in {:.0f} s, {} windows; runs of equal programs vary by {}{}\n", result.runs,
                      result.seconds, result.windows, trim(percent(result.variation)),
                      result.noisy() ? ": this machine is noisy" : "");
  const auto missing = shortfalls(result);
  for (const std::string& each : missing) text += fmt::format("does not hold: {}\n", each);
  if (missing.empty()) text += "all holds that is promised of such a machine\n";
  return text;
}

Expected<int> run_selftest(const Options& options) {
  ProgressLine progress(!options.no_progress);
  bench::process::ProcessRunner runner;
  const auto waiting = [&](const std::string& sentence) { progress.notice(sentence); };
  const auto lock = NEURAL_TRY(bench::process::HostLock::acquire(bench::process::kHostLockFolder, waiting));
  const std::int64_t begin = monotonic_ns();
  const auto show = [&](const std::string& sentence, double share) {
    const double seconds = static_cast<double>(monotonic_ns() - begin) * 1e-9;
    constexpr double kKnown = 0.02;  // of the whole: before, the rest is a guess
    progress.show(share < kKnown ? sentence
                                 : fmt::format("{}, {} left", sentence, minutes_text(seconds * (1 - share) / share)));
  };
  constexpr selftest::Effort kQuick{.equal_pairs = 48, .planted_pairs = 24, .windows = 300};
  const auto measured =
      selftest::run_selftest(options.quick ? kQuick : selftest::Effort{},
                             {runner, executable_path(), bench::process::current_variables(), NEURAL_VERSION,
                              options.seed.value_or(static_cast<std::uint64_t>(unix_ms())), show});
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
  app.add_flag("--quick", options->quick, "Fewer pairs; nothing is kept for reports");
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
