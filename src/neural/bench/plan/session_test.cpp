#include "neural/bench/plan/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "neural/base/hashes.hpp"
#include "neural/bench/plan/protocol.hpp"
#include "neural/bench/plan/scripted_session.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

using process::Side;
using process::Task;
using process::WorkerPlan;

constexpr const char* kCell = "simple_mlp_pytorch_native";
constexpr const char* kSixPairs = "1.1 complete, 2.1 complete, 3.1 complete, 4.1 complete, 5.1 complete, 6.1 complete";

TEST_F(SessionTest, RunsParityThenTheFullRunsThenThePairs) {
  const Json document = results();
  ASSERT_EQ(runner_.runs.size(), 16U);
  EXPECT_EQ(runner_.runs[0], std::string(kCell) + "/parity_neural");
  EXPECT_EQ(runner_.runs[1], std::string(kCell) + "/parity_native");
  EXPECT_TRUE(runner_.runs[2].find("/full_") != std::string::npos &&
              runner_.runs[3].find("/full_") != std::string::npos);
  EXPECT_EQ(pairs(), kSixPairs);
  EXPECT_EQ(document["results"][0]["status"], "complete") << document["results"][0]["reason"];
  EXPECT_EQ(document["results"][0]["comparison"]["training_time"]["pairs"], 6);
  EXPECT_EQ(observer_.errors, (std::map<std::string, std::string>{{kCell, ""}}));
}

TEST_F(SessionTest, LeavesTheFolderTheContractDescribes) {
  results();
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(output())) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names,
            (std::vector<std::string>{"benchmark_report.md", "benchmark_results.json", "environment.json", "raw",
                                      "session.json", "simple_mlp_pytorch_native.py", "simple_mlp_pytorch_neural.py"}));
  const Json record = cell();
  EXPECT_EQ(record["model"], "simple_mlp");
  EXPECT_EQ(record["backend"], "pytorch");
  EXPECT_EQ(record["contender"], "pytorch_native");
  EXPECT_EQ(record["contender_level"], "idiomatic");
  EXPECT_EQ(record["epochs"], 2);
  EXPECT_EQ(record["train_rows"], kTrainRows);
  EXPECT_EQ(record["plan"], Json::parse(R"({"warmup_steps": 10, "short_steps": 20, "long_steps": 201,
                                            "steps_per_epoch": 201})"));
  EXPECT_EQ(record["sha256"]["neural_program"], sha256(read_file(output() / "simple_mlp_pytorch_neural.py").value()));
  EXPECT_EQ(record["sha256"]["native_program"], sha256(read_file(output() / "simple_mlp_pytorch_native.py").value()));
  EXPECT_EQ(record["compile"]["parse_seconds"].size(), 20U);
  EXPECT_EQ(record["compile"]["cold_process_seconds"], 1.0);
  EXPECT_EQ(record["error"], "");
}

TEST_F(SessionTest, GivesBothRunsOfAPairTheSameAndTheOrderOfItsBlock) {
  std::map<std::string, WorkerPlan> plans;
  runner_.twist = [&](const WorkerPlan& plan, process::Ending&, std::string&) { plans[plan.run] = plan; };
  results();
  for (int pair = 1; pair <= 6; ++pair) {
    const Json record = cell()["pairs"][static_cast<std::size_t>(pair - 1)];
    const std::string stem = "pair_0" + std::to_string(pair) + "_1_";
    EXPECT_EQ(plans[stem + "neural"].seed, plans[stem + "native"].seed);
    EXPECT_EQ(plans[stem + "neural"].seed, record["seed"]);
    const auto position = [&](const std::string& side) {
      return std::find(runner_.runs.begin(), runner_.runs.end(), kCell + ("/" + stem + side)) - runner_.runs.begin();
    };
    EXPECT_EQ(position(record["order"][1]), position(record["order"][0]) + 1);
    if (pair % 2 == 0) {
      EXPECT_EQ(record["order"][0], cell()["pairs"][static_cast<std::size_t>(pair - 2)]["order"][1]);
    }
  }
}

TEST_F(SessionTest, TrainsBothSidesOfAPairInTurns) {
  const Json document = results();
  EXPECT_EQ(runner_.pairs_in_turns, 6);
  EXPECT_EQ(runner_.turn_seconds, kTurnSeconds);
  EXPECT_EQ(document["protocol"]["turn_seconds"], kTurnSeconds);
  EXPECT_EQ(document["results"][0]["pairs_apart"], "");
}

TEST_F(SessionTest, TrainsThemOneAfterTheOtherWhereThatIsAskedFor) {
  request_.apart = true;
  const Json document = results();
  EXPECT_EQ(runner_.pairs_in_turns, 0);
  EXPECT_EQ(document["results"][0]["comparison"]["training_time"]["pairs"], 6);
  EXPECT_EQ(document["protocol"]["turn_seconds"], 0);
}

TEST_F(SessionTest, TrainsThemOneAfterTheOtherWhereBothDoNotFitIntoMemory) {
  runner_.twist = [](const WorkerPlan& plan, process::Ending& ending, std::string&) {
    if (plan.task == Task::kFull) ending.max_rss_bytes = std::int64_t{1} << 50;
  };
  const Json document = results();
  EXPECT_EQ(runner_.pairs_in_turns, 0);
  EXPECT_EQ(cell()["pairs_apart"], "both sides at once do not fit into memory");
  EXPECT_NE(report::render_markdown(document).find("one after the other, not in turns: both sides at once"),
            std::string::npos);
}

TEST_F(SessionTest, TakesThePausesOffTheTimes) {
  // The neural side is stopped for half of its slices, which begin at once: it is faster by as much as it waited.
  runner_.twist = [](const WorkerPlan& plan, process::Ending& ending, std::string& events) {
    if (!plan.pair || plan.side != Side::kNeural) return;
    std::string stopped;
    process::Events parsed = process::parse_events(events).value();
    for (Json& event : parsed) {
      if (event["event"] == "slice") {
        const auto begin = static_cast<std::int64_t>(ending.pauses.size()) * 1'000'000'000'000;
        const auto half = static_cast<std::int64_t>(event["seconds"].get<double>() * 0.5e9);
        event["begin"] = begin;
        ending.pauses.push_back({begin, begin + half});
      }
      stopped += compact_json(event) + "\n";
    }
    events = stopped;
  };
  const Json time = results()["results"][0]["comparison"]["training_time"];
  EXPECT_NEAR(time["ratio"].get<double>(), 0.5, 0.01);
}

TEST_F(SessionTest, MirrorsTheVerdictWhenTheSidesAreSwapped) {
  runner_.step_seconds = {{Side::kNeural, 0.002}, {Side::kNative, 0.003}};
  const Json faster_cell = results()["results"][0]["comparison"];
  const Json faster = faster_cell["training_time"];
  request_.output = folder_.path() / "swapped";
  runner_.step_seconds = {{Side::kNeural, 0.003}, {Side::kNative, 0.002}};
  const Json slower_cell = results()["results"][0]["comparison"];
  const Json slower = slower_cell["training_time"];
  // Compiling takes 0.3 ms, and a step saves 1 ms.
  EXPECT_EQ(faster_cell["compile_overhead"]["break_even_steps"], 1);
  EXPECT_TRUE(slower_cell["compile_overhead"]["break_even_steps"].is_null());
  EXPECT_EQ(faster["verdict"], "FASTER");
  EXPECT_EQ(slower["verdict"], "SLOWER");
  EXPECT_NEAR(faster["ratio"].get<double>() * slower["ratio"].get<double>(), 1, 0.01);
}

TEST_F(SessionTest, GoesOnToTheNextLookUntilItIsDecided) {
  request_.quick = false;
  const auto count_pairs = [&] { return cell()["pairs"].size(); };
  results();
  EXPECT_EQ(count_pairs(), 8U);
  // Every other pair the other way round: no look can decide, the last one ends it.
  request_.output = folder_.path() / "undecided";
  runner_.twist = [&](const WorkerPlan& plan, process::Ending&, std::string& events) {
    if (!plan.pair) return;
    const bool slow = (std::stoi(plan.run.substr(5, 2)) % 2 == 0) == (plan.side == Side::kNeural);
    process::Pace pace;
    pace.step_seconds = slow ? 0.0025 : 0.002;
    events = process::CompleteRun(plan, pace).text();
  };
  results();
  EXPECT_EQ(count_pairs(), 24U);
}

TEST_F(SessionTest, MeasuresMemoryThreeTimesASideUnlessItIsQuick) {
  const auto count = [&](const std::string& run) {
    return std::count_if(runner_.runs.begin(), runner_.runs.end(),
                         [&](const std::string& name) { return name.find(run) != std::string::npos; });
  };
  results();
  EXPECT_EQ(count("/memory_"), 0);
  request_.quick = false;
  request_.output = folder_.path() / "thorough";
  results();
  EXPECT_EQ(count("/memory_01_neural") + count("/memory_02_neural"), 2);
  EXPECT_EQ(count("/memory_"), 4);
}

/// Runs that have this in their names.
std::ptrdiff_t count_in(const std::vector<std::string>& runs, const std::string& part) {
  return std::count_if(runs.begin(), runs.end(),
                       [&](const std::string& run) { return run.find(part) != std::string::npos; });
}

TEST_F(SessionTest, TimesNothingWhereTheSidesDoNotComputeTheSame) {
  runner_.programs[Side::kNative].learning_rate = 0.01;
  const Json document = results();
  EXPECT_EQ(document["results"][0]["status"], "invalid");
  EXPECT_EQ(document["results"][0]["comparison"]["training_time"]["verdict"], "INVALID");
  for (const std::string& run : runner_.runs) EXPECT_NE(run.find("/parity_"), std::string::npos) << run;
  EXPECT_EQ(observer_.errors[kCell].find("the two sides do not compute the same: "), 0U) << observer_.errors[kCell];
}

TEST_F(SessionTest, RunsTheNativeProgramAgainOnlyWhereParityIsNotClear) {
  results();
  EXPECT_EQ(std::count(runner_.runs.begin(), runner_.runs.end(), std::string(kCell) + "/parity_native_rerun_1"), 0);
  request_.output = folder_.path() / "unclear";
  runner_.programs[Side::kNative].late_loss_factor = 1.1;
  results();
  EXPECT_EQ(count_in(runner_.runs, "/parity_native_rerun_"), 12);
}

TEST_F(SessionTest, RunsItAgainUntilRoundingIsSeenToCarryAsFar) {
  runner_.programs[Side::kNative].late_loss_factor = 1.1;
  runner_.twist = [this](const WorkerPlan& plan, process::Ending&, std::string&) {
    if (plan.run != "parity_native_rerun_3") return;
    parity::Program wanders = runner_.programs[Side::kNative];
    wanders.late_loss_factor = 1.16;
    parity::write_parity(plan.parity->folder, wanders);
  };
  const Json document = results();
  EXPECT_EQ(document["results"][0]["status"], "complete");
  EXPECT_EQ(count_in(runner_.runs, "/parity_native_rerun_"), 3);
}

TEST_F(SessionTest, DoesNotRunItAgainWhereTheFirstStepDiffers) {
  runner_.programs[Side::kNative].gradient_factor = 1.1;
  EXPECT_EQ(results()["results"][0]["status"], "invalid");
  EXPECT_EQ(count_in(runner_.runs, "/parity_native_rerun_"), 0);
}

TEST_F(SessionTest, SaysWhyAContenderFailedAndGoesOnWithTheNextCell) {
  request_.wanted.backends = {};
  runner_.twist = [](const WorkerPlan& plan, process::Ending& ending, std::string& events) {
    if (plan.cell != kCell || plan.task != Task::kFull || plan.side != Side::kNative) return;
    events =
        R"({"event": "start", "t": 1, "schema": 1})"
        "\n"
        R"({"event": "error", "t": 2, "phase": "train", "type": "ValueError", "message": "no", "file": "a.py", "line": 4})";
    ending.exit_status = 1;
  };
  const Json document = results();
  EXPECT_EQ(observer_.errors[kCell],
            "the contender failed while training: ValueError at a.py line 4: no; its output is in "
            "raw/simple_mlp_pytorch_native/full_native/log.txt");
  EXPECT_EQ(document["results"][0]["status"], "invalid");
  EXPECT_NE(document["results"][0]["reason"].get<std::string>().find("ValueError at a.py line 4"), std::string::npos);
  EXPECT_EQ(document["results"][1]["status"], "complete");
  EXPECT_EQ(pairs("simple_mlp_tensorflow_native"), kSixPairs);
}

TEST_F(SessionTest, StopsACellAtAPairThatIsNotValid) {
  runner_.twist = [](const WorkerPlan& plan, process::Ending& ending, std::string&) {
    if (plan.run == "pair_03_1_neural") ending.signal = 9;
  };
  EXPECT_EQ(results()["results"][0]["status"], "invalid");
  EXPECT_EQ(pairs(), "1.1 complete, 2.1 complete, 3.1 invalid");
  EXPECT_NE(observer_.errors[kCell].find("signal 9"), std::string::npos);
}

TEST_F(SessionTest, MeasuresNoisyPairsAnewButNoMoreThanAQuarterOfThem) {
  runner_.twist = [](const WorkerPlan& plan, process::Ending& ending, std::string&) {
    if (plan.pair) ending.foreign_cpu_share = 0.5;
  };
  const Json document = results();
  EXPECT_EQ(pairs(), "1.1 noisy, 1.2 complete, 2.1 complete, 3.1 complete, 4.1 complete, 5.1 complete, 6.1 complete");
  const Json flags = document["results"][0]["comparison"]["training_time"]["flags"];
  EXPECT_NE(std::find(flags.begin(), flags.end(), "noisy"), flags.end()) << flags;
}

TEST_F(SessionTest, MeasuresAPairAnewWhenTheHypervisorTookTime) {
  runner_.twist = [](const WorkerPlan& plan, process::Ending& ending, std::string&) {
    if (plan.run == "pair_02_1_native") ending.steal_seconds = 0.02;
  };
  results();
  EXPECT_EQ(pairs(), "1.1 complete, 2.1 noisy, 2.2 complete, 3.1 complete, 4.1 complete, 5.1 complete, 6.1 complete");
}

TEST_F(SessionTest, NamesTheNextStepWhereAFrameworkIsMissing) {
  request_.wanted.backends = {};
  runner_.versions["tensorflow"] = nullptr;
  const Json document = results();
  EXPECT_EQ(observer_.errors["simple_mlp_tensorflow_native"],
            "TensorFlow is not installed for `/venv/bin/python`; install it with `/venv/bin/python -m pip install "
            "tensorflow-cpu`, or choose another interpreter with `--python`");
  EXPECT_EQ(observer_.errors[kCell], "");
  EXPECT_EQ(document["results"].size(), 2U);
}

TEST_F(SessionTest, KeepsTheErrorOfAModelToItsCells) {
  benchmarks_.add_benchmark("cnn");
  request_.wanted.models = {"cnn", "simple_mlp"};
  compile_ = [](const fs::path& source, std::string_view backend, const Variant& variant) -> Expected<CompiledProgram> {
    if (source.string().find("cnn") == std::string::npos) return compile(source, backend, variant);
    return fail(ErrorCode::kUsage, "model.neural:3:1: error[E203]: kernel does not fit");
  };
  results();
  EXPECT_EQ(observer_.errors["cnn_pytorch_native"], "model.neural:3:1: error[E203]: kernel does not fit");
  EXPECT_EQ(observer_.errors[kCell], "");
}

TEST_F(SessionTest, KeepsAMissingDataSetToItsCells) {
  runner_.datasets = {};
  results();
  EXPECT_EQ(observer_.errors[kCell], "the data set `mnist`: error: invalid choice: 'mnist'");
}

TEST_F(SessionTest, RefusesAnInterpreterThatCannotRunWorkersBeforeItWritesAnything) {
  runner_.versions = "none";
  const Expected<Json> document = run();
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().code, ErrorCode::kProcess);
  EXPECT_FALSE(fs::exists(output()));
}

TEST_F(SessionTest, MeasuresAModelAtAnotherLevelAndBatchSize) {
  request_.wanted.levels = {"O1", "O0"};
  request_.wanted.batch_sizes = {128};
  std::map<std::string, std::int64_t> batches;
  runner_.twist = [&](const WorkerPlan& plan, process::Ending&, std::string&) {
    batches[plan.cell + "/" + plan.run] = plan.batch_size;
  };
  const Json document = results();
  ASSERT_EQ(document["results"].size(), 2U);
  const Json& second = document["results"][1];
  EXPECT_EQ(second["model"], "simple_mlp@O0-b128");
  EXPECT_EQ(second["level"], "O0");
  EXPECT_EQ(second["batch_size"], 128);
  EXPECT_EQ(second["status"], "complete") << second["reason"];
  EXPECT_EQ(batches["simple_mlp@O0-b128_pytorch_native/pair_01_1_native"], 128);
  EXPECT_EQ(batches["simple_mlp@b128_pytorch_native/full_neural"], 128);
  const std::string program = read_file(output() / "simple_mlp@O0-b128_pytorch_neural.py").value();
  EXPECT_EQ(program.find("# O0 "), 0U);
  request_.resume = true;
  request_.wanted.batch_sizes = {64};
  const Expected<Json> resumed = run();
  ASSERT_FALSE(resumed.has_value());
  EXPECT_EQ(resumed.error().message.find("other models, backends, contenders, levels, batch sizes"), 0U);
}

TEST_F(SessionTest, ShowsWhereItStands) {
  request_.wanted.backends = {};
  results();
  ASSERT_EQ(observer_.progress.size(), 32U);
  const Progress& first = observer_.progress.front();
  EXPECT_EQ(first.cell, kCell);
  EXPECT_EQ(first.cell_number, 1);
  EXPECT_EQ(first.cells, 2);
  EXPECT_EQ(first.task, Task::kParity);
  EXPECT_FALSE(first.seconds_left.has_value());
  EXPECT_FALSE(first.ratio.has_value());
  const Progress& last_pair = observer_.progress[15];
  EXPECT_EQ(last_pair.pair, 6);
  EXPECT_EQ(last_pair.pairs, 6);
  EXPECT_NEAR(last_pair.ratio.value(), 1, 0.01);
  // Both runs of the pair, of a second each, and the sixteen of the other cell.
  EXPECT_DOUBLE_EQ(last_pair.seconds_left.value(), 18);
  EXPECT_DOUBLE_EQ(observer_.progress.back().seconds_left.value(), 2);
}

TEST_F(SessionTest, StopsWithAnErrorWhenTheResultsCannotBeWrittenAndKeepsWhatIsFinished) {
  runner_.twist = [&](const WorkerPlan& plan, process::Ending&, std::string&) {
    // From now on nothing can be written beside the runs.
    if (plan.run.find("pair_02") == 0) {
      fs::remove(output() / "raw" / kCell / "cell.json");
      fs::create_directory(output() / "raw" / kCell / "cell.json");
    }
  };
  const Expected<Json> document = run();
  ASSERT_FALSE(document.has_value());
  EXPECT_NE(document.error().message.find("cell.json"), std::string::npos);
  EXPECT_TRUE(process::read_outcome(output() / "raw" / kCell / "pair_01_1_neural")->valid);
  EXPECT_FALSE(fs::exists(output() / "benchmark_results.json"));
}

TEST_F(SessionTest, MovesAFinishedSessionAside) {
  results();
  const std::string before = read_file(output() / "benchmark_results.json").value();
  fs::path earlier;
  results();
  for (const auto& entry : fs::directory_iterator(output() / "earlier")) earlier = entry.path();
  EXPECT_EQ(read_file(earlier / "benchmark_results.json").value(), before);
  EXPECT_TRUE(fs::exists(earlier / "raw" / kCell / "pair_06_1_native/outcome.json"));
  EXPECT_EQ(runner_.runs.size(), 32U);
}

}  // namespace
}  // namespace neural::bench::plan
