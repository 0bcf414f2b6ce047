// For tests: a whole session in which no process is started. Workers are played by a script that leaves what a worker
// would.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/parity/testing.hpp"
#include "neural/bench/plan/benchmark_folder.hpp"
#include "neural/bench/plan/request.hpp"
#include "neural/bench/plan/session.hpp"
#include "neural/bench/process/testing.hpp"
#include "neural/bench/report/render_markdown.hpp"

namespace neural::bench::plan {

inline constexpr std::int64_t kTrainRows = 12'864;
inline constexpr std::int64_t kTestRows = 1'000;
inline constexpr std::int64_t kBatchSize = 64;

/// Plays the processes of a session.
class ScriptedRunner final : public process::Runner {
 public:
  using Side = process::Side;

  /// How long a step takes on each side, before the noise of a pair.
  std::map<Side, double> step_seconds = {{Side::kNeural, 0.002}, {Side::kNative, 0.002}};
  std::map<Side, parity::Program> programs;
  Json versions = {{"python", "3.11.7"}, {"torch", "2.13.0"}, {"tensorflow", "2.21.0"}};
  /// Called for each worker run before it counts; may change how it ends and what it sends.
  std::function<void(const process::WorkerPlan&, process::Ending&, std::string& events)> twist;
  /// Called at each instant at which a session may die.
  std::function<void()> instant;
  /// Data sets there are.
  std::vector<std::string> datasets = {"mnist"};
  /// How many pairs were run in turns, and how long those were.
  int pairs_in_turns = 0;
  double turn_seconds = 0;
  /// Names of the worker runs, in order: `cell/run`.
  std::vector<std::string> runs;

  Expected<process::Ending> run(const process::Command& command) override {
    pass_instant();
    Expected<process::Ending> ending = play(command);
    pass_instant();
    return ending;
  }

  Expected<std::vector<process::Ending>> run_in_turns(const std::array<process::Command, 2>& commands,
                                                      const process::Turns& turns) override {
    ++pairs_in_turns;
    turn_seconds = turns.seconds;
    return Runner::run_in_turns(commands, turns);
  }

 private:
  void pass_instant() const {
    if (instant) instant();
  }

  static process::Ending ended(int status) {
    process::Ending ending;
    ending.exit_status = status;
    ending.wall_seconds = 1;
    ending.user_seconds = 1;
    ending.max_rss_bytes = 100;
    ending.started_utc = "2026-01-31T12:00:00Z";
    return ending;
  }

  Expected<process::Ending> play(const process::Command& command) {
    const std::vector<std::string>& arguments = command.arguments;
    if (arguments[0] == "compile") return ended(0);
    if (arguments.back() == "--versions") return answer(command, compact_json(versions));
    if (arguments[2] == "neural.datasets") return prepare(command);
    return work(command);
  }

  static Expected<process::Ending> answer(const process::Command& command, const std::string& text, int status = 0) {
    NEURAL_TRY(write_file(status == 0 ? command.standard_output : command.log, text + "\n"));
    return ended(status);
  }

  Expected<process::Ending> prepare(const process::Command& command) const {
    const std::string& name = command.arguments[4];
    if (std::find(datasets.begin(), datasets.end(), name) == datasets.end()) {
      return answer(command, "usage: …\nerror: invalid choice: '" + name + "'", 2);
    }
    NEURAL_TRY(make_folder(command.arguments[5]));
    NEURAL_TRY(write_file(std::filesystem::path(command.arguments[5]) / "x_train.npy", "numbers"));
    return answer(command, compact_json({{"train_rows", kTrainRows}, {"test_rows", kTestRows}}));
  }

  /// The parts of plan.json that matter here.
  static process::WorkerPlan read_plan(const std::filesystem::path& path) {
    const Json value = read_json(path).value();
    process::WorkerPlan plan;
    plan.cell = path.parent_path().parent_path().filename().string();
    plan.run = value["run"];
    for (const process::Task task : {process::Task::kParity, process::Task::kPair, process::Task::kMemory}) {
      if (name_of(task) == value["task"].get<std::string>()) plan.task = task;
    }
    plan.side = value["side"] == "neural" ? Side::kNeural : Side::kNative;
    plan.program = value["program"].get<std::string>();
    plan.seed = value["seed"];
    plan.train_rows = value["data"]["train_rows"];
    plan.test_rows = value["data"]["test_rows"];
    plan.batch_size = value["batch_size"];
    plan.epochs = value["epochs"];
    if (!value["weights"]["save"].is_null()) plan.save_weights = value["weights"]["save"].get<std::string>();
    if (!value["weights"]["load"].is_null()) plan.load_weights = value["weights"]["load"].get<std::string>();
    if (plan.task == process::Task::kParity) {
      plan.parity = process::ParityTask{value["parity"]["folder"].get<std::string>()};
    }
    if (plan.task == process::Task::kPair) {
      plan.pair =
          process::PairTask{value["pair"]["warmup_steps"], value["pair"]["short_steps"], value["pair"]["long_steps"]};
    }
    return plan;
  }

  Expected<process::Ending> work(const process::Command& command) {
    const process::WorkerPlan plan = read_plan(command.arguments.back());
    runs.push_back(plan.cell + "/" + plan.run);
    if (!plan.save_weights.empty()) save_weights(plan.save_weights);
    if (!plan.load_weights.empty()) {
      EXPECT_TRUE(std::filesystem::exists(plan.load_weights / "index.json")) << plan.run;
    }
    if (plan.parity) parity::write_parity(plan.parity->folder, programs[plan.side]);
    // The noise of a pair is that of its seed, and smaller on one side, so that pairs differ.
    process::Pace pace;
    pace.step_seconds = step_seconds[plan.side];
    if (plan.pair) pace.step_seconds *= 1 + 1e-4 * static_cast<double>((plan.seed + plan.run.back()) % 50);
    process::Ending ending = ended(0);
    std::string events = process::CompleteRun(plan, pace).text();
    if (twist) twist(plan, ending, events);
    NEURAL_TRY(write_file(command.log, "log of " + plan.run + "\n"));
    NEURAL_TRY(write_file(command.events, events));
    return ending;
  }

  static void save_weights(const std::filesystem::path& folder) {
    EXPECT_TRUE(make_folder(folder));
    EXPECT_TRUE(write_file(folder / "parameter_000.npy", parity::npy<float>({0.5, -0.5}, "(2,)", "<f4")));
    const Json index = {{"files", {"parameter_000.npy"}}, {"state_files", Json::array()}};
    EXPECT_TRUE(write_file(folder / "index.json", pretty_json(index)));
  }
};

/// Remembers what it is told.
class RecordingObserver final : public Observer {
 public:
  std::vector<std::string> notices;
  std::vector<Progress> progress;
  std::map<std::string, std::string> errors;
  /// Called at each instant at which a session may die.
  std::function<void()> instant;

  void notice(const std::string& sentence) override { notices.push_back(sentence); }
  void run_started(const Progress& now) override { progress.push_back(now); }
  void run_finished(const process::Outcome&) override {
    if (instant) instant();
  }
  void cell_finished(const std::string& cell, const std::string& error) override {
    errors[cell] = error;
    if (instant) instant();
  }
};

/// Benchmarks, a results folder and a script. Everything lies in memory where the system has a place for it: a session
/// puts each file on disk before it goes on.
class SessionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 1);
    // What a process that dies leaves behind goes with this folder.
    temporary_ = new process::ScratchFolder(process::ScratchFolder::make().value());
    ::setenv("TMPDIR", temporary_->path().c_str(), 1);
  }
  static void TearDownTestSuite() {
    ::unsetenv("TMPDIR");
    delete temporary_;
  }

  SessionTest() {
    benchmarks_.add_benchmark("simple_mlp");
    request_.benchmarks = benchmarks_.path();
    request_.output = folder_.path() / "results";
    request_.wanted = {{"simple_mlp"}, {"pytorch"}, {}};
    request_.quick = true;
    request_.threads = 2;
    request_.seed = 7;
    request_.python = "/venv/bin/python";
    request_.command = {"neural", "bench"};
    request_.version = "0.1.0";
    request_.reports = {{report::kReportFile, report::render_markdown}};
  }

  Expected<Json> run() { return run(runner_, observer_); }
  Expected<Json> run(ScriptedRunner& runner, Observer& observer) const {
    const Tools tools{runner, observer, compile_, compile_command, {}, folder_.path()};
    return run_session(request_, tools);
  }
  Json results() {
    Expected<Json> document = run();
    EXPECT_TRUE(document.has_value()) << document.error().message;
    return document.value_or(Json::object());
  }

  static Expected<CompiledProgram> compile(const std::filesystem::path& source, std::string_view backend,
                                           const Variant& variant) {
    CompiledProgram program;
    program.text = "# " + variant.level + " " + std::string(backend) + " program of " + read_file(source).value();
    program.network = "Example";
    program.parameters = 100;
    program.batch_size = variant.batch_size.value_or(kBatchSize);
    program.seed = 42;
    program.dataset = "mnist";
    program.input_shape = {28, 28, 1};
    program.loss = {{"name", "sparse_categorical_crossentropy"}};
    program.optimizer = {{"name", "Adam"}, {"learning_rate", 0.001}};
    program.parse_seconds = std::vector<double>(20, 1e-4);
    program.codegen_seconds = std::vector<double>(20, 2e-4);
    return program;
  }
  static std::vector<std::string> compile_command(const std::filesystem::path& source, std::string_view backend,
                                                  const std::string& level, const std::filesystem::path& output) {
    return {"compile", source.string(), std::string(backend), level, output.string()};
  }

  const std::filesystem::path& output() const { return request_.output; }
  Json cell(const std::string& name = "simple_mlp_pytorch_native") const {
    return read_json(output() / "raw" / name / "cell.json").value_or(Json::object());
  }
  /// "1.1 complete, 2.1 noisy, …": every attempt at a pair.
  std::string pairs(const std::string& name = "simple_mlp_pytorch_native") const {
    std::vector<std::string> shown;
    const Json record = cell(name);
    for (const Json& pair : record["pairs"]) {
      shown.push_back(pair["pair"].dump() + "." + pair["attempt"].dump() + " " + pair["state"].get<std::string>());
    }
    return join(shown, ", ");
  }

  static inline process::ScratchFolder* temporary_ = nullptr;
  process::ScratchFolder folder_ = process::ScratchFolder::make().value();
  BenchmarkFolder benchmarks_;
  Request request_;
  ScriptedRunner runner_;
  RecordingObserver observer_;
  Compile compile_ = compile;
};

}  // namespace neural::bench::plan
