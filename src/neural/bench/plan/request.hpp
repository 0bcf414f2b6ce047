// What a session is asked to do, and what it needs from outside to do it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/plan/observer.hpp"
#include "neural/bench/plan/select.hpp"
#include "neural/bench/process/host_lock.hpp"
#include "neural/bench/process/runner.hpp"
#include "neural/bench/process/variables.hpp"
#include "neural/bench/report/write_reports.hpp"

namespace neural::bench::plan {

/// A session as the user asks for it. What is not given has a default, or with `resume` is what it was.
struct Request {
  /// The folder of benchmark folders.
  std::filesystem::path benchmarks;
  /// What the session is a measurement of lies in the repository of this folder; empty is that of `benchmarks`.
  std::filesystem::path sources;
  /// The results folder.
  std::filesystem::path output;
  Wanted wanted;
  /// Of every model; by default 5, with `quick` 2.
  std::optional<std::int64_t> epochs;
  bool quick = false;
  /// Full runs a side, each from a seed of its own; by default 1.
  std::optional<int> seeds;
  /// The test accuracy that training is to reach, a share; by default none.
  std::optional<double> target_accuracy;
  /// Of all measured processes together; by default none.
  std::optional<double> budget_seconds;
  /// By default kControlled.
  std::optional<process::Profile> profile;
  /// By default the physical cores this program may use.
  std::optional<int> threads;
  /// Of the session's own draws; by default from the clock.
  std::optional<std::uint64_t> seed;
  /// Of one run.
  std::optional<double> timeout_seconds;
  /// The sides of a pair train one after the other, not in turns.
  bool apart = false;
  bool resume = false;
  /// What is written beside the results.
  std::vector<report::Report> reports;
  /// The interpreter, as choose_interpreter gives it.
  std::filesystem::path python;
  /// The command line, and the one that repeats the session, for the report.
  std::vector<std::string> command;
  std::string repeat;
  /// Of this program.
  std::string version;
  /// What is known of how far this machine can be trusted; null if nothing is. It joins environment.json.
  Json selftest;
};

/// A program generated from a model, and what the model declares for it.
struct CompiledProgram {
  std::string text;
  std::string network;
  std::int64_t parameters = 0;
  std::int64_t batch_size = 1;
  bool shuffle = true;
  std::uint64_t seed = 0;
  std::string dataset;
  std::vector<std::int64_t> input_shape;
  /// `{"name", …parameters}`.
  Json loss;
  Json optimizer;
  /// What its research blocks claim: `{"block", "metric", "claimed", "key": of the measured value or null,
  /// "less_is_better"}` each.
  Json research = Json::array();
  /// One sample a repetition in this process, 20 or more.
  std::vector<double> parse_seconds;
  std::vector<double> codegen_seconds;
};

/// The generated program of a model file for a backend. An error says what is wrong with the model.
using Compile = std::function<Expected<CompiledProgram>(const std::filesystem::path& source, std::string_view backend,
                                                        const Variant& variant)>;

/// The command that compiles a model file at a level in a process of its own.
using CompileCommand =
    std::function<std::vector<std::string>(const std::filesystem::path& source, std::string_view backend,
                                           const std::string& level, const std::filesystem::path& output)>;

/// Everything a session reaches the world through. The references must outlive it.
struct Tools {
  process::Runner& runner;
  Observer& observer;
  Compile compile;
  CompileCommand compile_command;
  /// The environment of this program.
  process::Variables variables;
  std::filesystem::path lock_folder = process::kHostLockFolder;
  /// What speaks against measuring now; it is told, and measured all the same. Nothing looks at nothing.
  std::function<std::vector<std::string>()> preflight = {};
  /// The engine's worker: its program and its arguments before the plan.
  std::vector<std::string> engine_worker = {};
};

}  // namespace neural::bench::plan
