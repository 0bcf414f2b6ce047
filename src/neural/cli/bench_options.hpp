// What `neural bench` and its subcommands have in common: their options, the session they ask for, and how one is run.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "neural/bench/plan/request.hpp"
#include "neural/cli/run_tracker.hpp"

namespace neural::cli {

struct BenchOptions {
  std::vector<std::string> models, backends, contenders, levels;
  std::vector<std::int64_t> batch_sizes;
  std::optional<std::int64_t> epochs;
  std::filesystem::path output;
  std::filesystem::path benchmarks;
  std::filesystem::path history;
  std::string python, profile;
  std::optional<int> threads, seeds;
  std::optional<double> target;
  std::optional<std::uint64_t> seed;
  std::optional<double> timeout;
  /// "10m"; empty is without limit.
  std::string budget;
  /// "2/4": of four parts the second; empty is the whole.
  std::string shard;
  bool quick = false, apart = false, resume = false, no_progress = false, no_history = false;
};

/// Adds every option of BenchOptions; `output` keeps the default it has.
void add_bench_options(CLI::App& app, BenchOptions& options);

/// The session that is asked for. `words` begin the command that repeats it: {"neural", "bench"}.
Expected<bench::plan::Request> bench_request(const BenchOptions& options, std::vector<std::string> words);

/// The history to join; nothing where none is kept.
std::optional<std::filesystem::path> history_to_join(const BenchOptions& options);

/// A session that was run.
struct BenchSession {
  Json results;                        ///< its benchmark_results.json
  std::optional<std::int64_t> number;  ///< in the history, where it is there as a whole
};

/// Runs a session with progress on the terminal; each finished run joins the history, and where there is a tracker, the
/// tracked runs. With `json_lines` everything that happens is told on standard output, too.
Expected<BenchSession> run_bench(const bench::plan::Request& request, const BenchOptions& options,
                                 std::optional<RunTracker> tracker, bool json_lines = false);

}  // namespace neural::cli
