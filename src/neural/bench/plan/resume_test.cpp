#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "neural/bench/plan/scripted_session.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

using process::Side;
using process::Task;
using process::WorkerPlan;

constexpr const char* kCell = "simple_mlp_pytorch_native";
constexpr int kDied = 9;

class ResumeTest : public SessionTest {
 protected:
  /// Runs the session in a process that dies at its n-th instant. False if it came to its end before.
  bool die_at(int instant) {
    const pid_t child = ::fork();
    if (child == 0) {
      int left = instant;
      const auto pass = [&left] {
        if (--left == 0) ::_exit(kDied);
      };
      runner_.instant = pass;
      observer_.instant = pass;
      ::_exit(run() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != 1) << "instant " << instant;
    return WEXITSTATUS(status) == kDied;
  }

  /// `cell/run` of every run with an outcome.
  std::set<std::string> finished() const {
    std::set<std::string> runs;
    if (!fs::exists(output() / "raw")) return runs;
    for (const auto& entry : fs::recursive_directory_iterator(output() / "raw")) {
      if (entry.path().filename() != "outcome.json") continue;
      const fs::path run = entry.path().parent_path();
      runs.insert((run.parent_path().filename() / run.filename()).string());
    }
    return runs;
  }

  /// What a reader of the results is told: all but what depends on the clock.
  static Json told(Json document) {
    for (const char* key : {"started_utc", "finished_utc"}) document["protocol"].erase(key);
    document.erase("environment");
    for (Json& result : document["results"]) {
      result.erase("pairs");
      for (const char* side : {"neural", "native"}) result[side].erase("runs");
    }
    return document;
  }
  /// Times of the runs that count; a pair that was measured anew has the same seed and so, in this script, the same
  /// times.
  Json resumed() {
    request_.resume = true;
    return told(results());
  }
};

/// The instants of pairs 3 to 5, which are like those of pair 2: two for each of three processes that are no workers,
/// and three for each worker, of which four run before the pairs.
bool is_like_another(int instant) {
  constexpr int kBeforePairs = 2 * 3 + 3 * 4;
  constexpr int kOfAPair = 2 * 3;
  return instant > kBeforePairs + 2 * kOfAPair && instant <= kBeforePairs + 5 * kOfAPair;
}

TEST_F(ResumeTest, GoesOnAfterADeathAtAnyInstantAndTellsTheSame) {
  const Json reference = told(results());
  const std::set<std::string> all = finished();
  int instant = 1;
  for (;; ++instant) {
    if (is_like_another(instant)) continue;
    request_.resume = false;
    request_.output = folder_.path() / ("died_" + std::to_string(instant));
    if (!die_at(instant)) break;
    const bool began = fs::exists(output() / "session.json");
    const std::set<std::string> before = finished();
    runner_.runs.clear();
    if (!began) continue;
    EXPECT_EQ(resumed(), reference) << "instant " << instant;
    for (const std::string& run : runner_.runs) EXPECT_EQ(before.count(run), 0U) << run << ", instant " << instant;
    for (const std::string& run : before) EXPECT_EQ(finished().count(run), 1U) << run << ", instant " << instant;
    EXPECT_LE(before.size() + runner_.runs.size(), all.size() + 1) << "instant " << instant;
    EXPECT_FALSE(fs::exists(output() / "arrays"));
  }
  EXPECT_GT(instant, 50);
}

TEST_F(ResumeTest, GoesOnHoweverOftenItDies) {
  const Json reference = told(results());
  request_.output = folder_.path() / "often";
  for (int life = 1; die_at(life); ++life) request_.resume = fs::exists(output() / "session.json");
  EXPECT_EQ(resumed(), reference);
}

TEST_F(ResumeTest, MeasuresAPairAnewOfWhichOneRunWasFinished) {
  // Two runs of parity, two full ones, and seven of pairs: the fourth pair is half finished. In turns both end as one.
  request_.apart = true;
  int finished_runs = 0;
  observer_.instant = [&] { ++finished_runs; };
  runner_.instant = [&] {
    if (finished_runs == 11) ::_exit(kDied);
  };
  const pid_t child = ::fork();
  if (child == 0) {
    static_cast<void>(run());
    ::_exit(1);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(pairs(), "1.1 complete, 2.1 complete, 3.1 complete, 4.1 interrupted");
  runner_.instant = nullptr;
  resumed();
  EXPECT_EQ(pairs(),
            "1.1 complete, 2.1 complete, 3.1 complete, 4.1 interrupted, 4.2 complete, 5.1 complete, 6.1 complete");
  EXPECT_EQ(runner_.runs.size(), 6U);
}

TEST_F(ResumeTest, RepeatsNothingOfAFinishedSession) {
  const Json reference = told(results());
  runner_.runs.clear();
  EXPECT_EQ(resumed(), reference);
  EXPECT_TRUE(runner_.runs.empty());
}

TEST_F(ResumeTest, RunsAgainWhatWasNotValid) {
  runner_.twist = [](const WorkerPlan& plan, process::Ending& ending, std::string&) {
    if (plan.run == "pair_03_1_neural") ending.exit_status = 1;
  };
  results();
  EXPECT_EQ(pairs(), "1.1 complete, 2.1 complete, 3.1 invalid");
  runner_.twist = [](const WorkerPlan& plan, process::Ending& ending, std::string&) {
    if (plan.run == "full_native") ending.exit_status = 1;
  };
  resumed();
  EXPECT_EQ(observer_.errors[kCell], "");
  EXPECT_EQ(pairs(), "1.1 complete, 2.1 complete, 3.1 invalid, 3.2 complete, 4.1 complete, 5.1 complete, 6.1 complete");
}

TEST_F(ResumeTest, KeepsTheFailedRunOfAFullTraining) {
  runner_.twist = [](const WorkerPlan& plan, process::Ending& ending, std::string&) {
    if (plan.run == "full_native") ending.exit_status = 1;
  };
  results();
  EXPECT_NE(observer_.errors[kCell], "");
  runner_.twist = nullptr;
  resumed();
  EXPECT_EQ(observer_.errors[kCell], "");
  EXPECT_FALSE(process::read_outcome(output() / "raw" / kCell / "failed/full_native_1")->valid);
}

TEST_F(ResumeTest, RefusesAFolderThatHoldsAnUnfinishedSessionUnlessItIsToGoOn) {
  ASSERT_TRUE(die_at(20));
  const Expected<Json> document = run();
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().code, ErrorCode::kUsage);
  EXPECT_NE(document.error().message.find("a session that is not finished"), std::string::npos);
  EXPECT_NE(document.error().help.find("`--resume`"), std::string::npos);
}

TEST_F(ResumeTest, RefusesToGoOnWhereThereIsNothing) {
  request_.resume = true;
  const Expected<Json> document = run();
  ASSERT_FALSE(document.has_value());
  EXPECT_NE(document.error().message.find("holds no session to go on with"), std::string::npos);
}

TEST_F(ResumeTest, SaysWhatToDoAboutADamagedSession) {
  ASSERT_TRUE(die_at(20));
  for (const char* file : {"session.json", "environment.json"}) {
    request_.resume = true;
    const fs::path path = request_.output / file;
    const std::string text = read_file(path).value();
    ASSERT_TRUE(write_file(path, text.substr(0, text.size() / 2)));
    const Expected<Json> document = run();
    ASSERT_FALSE(document.has_value()) << file;
    EXPECT_NE(document.error().message.find(file), std::string::npos) << document.error().message;
    EXPECT_NE(document.error().help.find("start anew with another `--output`"), std::string::npos) << file;
    if (std::string_view(file) == "session.json") {
      request_.resume = false;
      EXPECT_EQ(run().error().message, document.error().message) << "no one is sent in a circle";
    }
    ASSERT_TRUE(write_file(path, text));
  }
  request_.resume = true;
  EXPECT_TRUE(run().has_value());
}

TEST_F(ResumeTest, RefusesToGoOnWhenSomethingHasChanged) {
  ASSERT_TRUE(die_at(20));
  request_.resume = true;
  const auto refusal = [&] {
    const Expected<Json> document = run();
    EXPECT_FALSE(document.has_value());
    return document ? std::string() : document.error().message;
  };
  const fs::path model = fs::path("simple_mlp") / "model.neural";
  const std::string text = read_file(benchmarks_.path() / model).value();
  benchmarks_.write(model, text + "# changed\n");
  EXPECT_EQ(refusal(), "`simple_mlp/model.neural` has changed since this session began");
  benchmarks_.write(model, text);

  const fs::path contender = fs::path("simple_mlp") / "pytorch_native.py";
  const std::string program = read_file(benchmarks_.path() / contender).value();
  benchmarks_.write(contender, program + "# changed\n");
  EXPECT_EQ(refusal(), "`simple_mlp/pytorch_native.py` has changed since this session began");
  benchmarks_.write(contender, program);

  compile_ = [](const fs::path& source, std::string_view backend, const Variant& variant) {
    Expected<CompiledProgram> compiled = compile(source, backend, variant);
    compiled->text += "# by another version of the code generator\n";
    return compiled;
  };
  EXPECT_EQ(refusal(), "another program is generated for `simple_mlp_pytorch_native` than when this session began");
  compile_ = compile;

  request_.epochs = 3;
  EXPECT_EQ(refusal(), "`--epochs` is 3, the session began with 2");
  request_.epochs.reset();

  request_.wanted.models = {"cnn"};
  EXPECT_EQ(
      refusal(),
      "other models, backends, contenders, levels, batch sizes or parts are asked for than when the session began");
  request_.wanted.models = {};

  runner_.versions["torch"] = "2.14.0";
  EXPECT_EQ(refusal(), "the version of torch was `2.13.0` when this session began, now it is `2.14.0`");
  runner_.versions["torch"] = "2.13.0";

  request_.version = "0.2.0";
  EXPECT_EQ(refusal(), "the session was begun by version 0.1.0 of this program, this is 0.2.0");
  request_.version = "0.1.0";
  EXPECT_TRUE(run().has_value());
}

}  // namespace
}  // namespace neural::bench::plan
