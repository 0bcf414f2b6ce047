// How a subcommand is written: it declares its options on its CLI::App and gives back what runs it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "neural/base/expected.hpp"

namespace neural::cli {

/// The exit codes of every command.
enum ExitCode : int {
  kDone = 0,
  kNo = 1,           ///< the answer is "no": diagnostics, a confirmed regression
  kUsage = 2,        ///< usage or environment
  kMeasurement = 3,  ///< an invalid or missing measurement
};

/// Runs a command whose options have been read. An Error is printed by the caller and decides the exit code.
using Run = std::function<Expected<int>()>;

Run add_check(CLI::App& app);
Run add_fmt(CLI::App& app);
Run add_inspect(CLI::App& app);
Run add_compile(CLI::App& app);
Run add_weights(CLI::App& app);
Run add_parity(CLI::App& app);
Run add_train(CLI::App& app);
Run add_evaluate(CLI::App& app);
Run add_predict(CLI::App& app);
Run add_tune(CLI::App& app);
Run add_doctor(CLI::App& app);
Run add_explain(CLI::App& app);
Run add_bench(CLI::App& app);
Run add_bench_gate(CLI::App& app);
Run add_bench_merge(CLI::App& app);
Run add_bench_selftest(CLI::App& app);
Run add_truth_worker(CLI::App& app);
Run add_worker(CLI::App& app);
Run add_report(CLI::App& app);
Run add_history(CLI::App& app);
Run add_runs(CLI::App& app);

}  // namespace neural::cli
