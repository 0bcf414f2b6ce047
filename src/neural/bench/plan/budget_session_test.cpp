// What a session gives up for its budget, and that it says so.
#include <gtest/gtest.h>

#include "neural/bench/plan/scripted_session.hpp"
#include "neural/bench/stats/rule.hpp"

namespace neural::bench::plan {
namespace {

using process::Side;
using process::Task;
using process::WorkerPlan;

/// Runs of five seconds, full ones of six; pairs whose ratios scatter so much that every look asks for the next.
class BudgetSession : public SessionTest {
 protected:
  BudgetSession() {
    request_.quick = false;
    runner_.twist = [this](const WorkerPlan& plan, process::Ending& ending, std::string& events) {
      ending.wall_seconds = plan.task == Task::kFull ? 6 : 5;
      if (plan.task != Task::kPair) return;
      const int pair = std::stoi(plan.run.substr(5, 2));
      const bool slow = (pair % 2 == 0) == (plan.side == Side::kNeural);
      events = process::CompleteRun(plan, {.step_seconds = slow ? 0.003 : 0.002}).text();
      ++pair_runs_;
    };
  }

  Json first() { return results()["results"][0]; }

  /// Of a session that died behind so many runs, and was gone on with.
  Json resumed_behind(int runs_before) {
    request_.output = folder_.path() / ("died_" + std::to_string(runs_before));
    request_.resume = false;
    int left = runs_before;
    observer_.instant = [&] {
      if (--left == 0) throw std::runtime_error("killed");
    };
    EXPECT_THROW(static_cast<void>(run()), std::runtime_error);
    observer_.instant = nullptr;
    request_.resume = true;
    return results();
  }

  int pair_runs_ = 0;
};

TEST_F(BudgetSession, WithoutOneEveryLookIsTaken) {
  const Json result = first();
  EXPECT_EQ(result["comparison"]["training_time"]["pairs"], 24);
  EXPECT_EQ(result["given_up"], Json::array());
  EXPECT_TRUE(cell()["limits"]["pairs"].is_null());
}

TEST_F(BudgetSession, EndsAtTheLookThatIsWithinIt) {
  // Parity 10 s, full runs 12, a pair 10, memory thought to be 24: two looks are within 206 s, three within 286.
  request_.budget_seconds = 215;
  const Json document = results();
  const Json& result = document["results"][0];
  EXPECT_EQ(result["comparison"]["training_time"]["pairs"], 16);
  EXPECT_EQ(result["comparison"]["training_time"]["verdict"], "INCONCLUSIVE");
  EXPECT_EQ(result["given_up"], Json({"pairs 17 to 24"}));
  EXPECT_EQ(result["neural"]["samples"]["peak_memory"].size(), 3U);
  EXPECT_EQ(result["status"], "complete") << result["reason"];
  EXPECT_EQ(document["protocol"]["budget_seconds"], 215);
  const std::string report = read_file(output() / "benchmark_report.md").value();
  EXPECT_NE(report.find("gave up pairs 17 to 24 in 1 comparison."), std::string::npos) << report;
}

TEST_F(BudgetSession, GivesUpSeedsAndProcessesForMemoryWhereTheFirstLookTookAll) {
  request_.budget_seconds = 110;
  request_.seeds = 4;
  const Json result = first();
  EXPECT_EQ(result["comparison"]["training_time"]["pairs"], 8);
  EXPECT_EQ(result["given_up"], Json({"pairs 9 to 24", "2 of 3 processes a side for peak memory", "3 of 4 seeds"}));
  EXPECT_EQ(result["neural"]["samples"]["peak_memory"].size(), 1U);
  EXPECT_EQ(cell()["seeds"], Json({42}));
  EXPECT_EQ(result["status"], "complete") << result["reason"];
}

TEST_F(BudgetSession, ACellThatItDoesNotReachToIsNoResult) {
  request_.budget_seconds = 60;
  const Json result = first();
  EXPECT_EQ(result["status"], "invalid");
  EXPECT_TRUE(result["reason"].get<std::string>().starts_with("the budget of 60 s has 38 s left, 8 pairs take about"))
      << result["reason"];
  EXPECT_EQ(result["next"], "measure again with a larger `--budget`, or with fewer models in it");
  EXPECT_EQ(pair_runs_, 0);
}

TEST_F(BudgetSession, CellsShareIt) {
  benchmarks_.add_benchmark("cnn");
  request_.wanted.models = {"simple_mlp", "cnn"};
  request_.budget_seconds = 400;
  const Json document = results();
  // The first may take 200 s; it takes 122 and leaves the second 278, which are enough for 16 pairs.
  EXPECT_EQ(document["results"][0]["comparison"]["training_time"]["pairs"], 8);
  EXPECT_EQ(document["results"][1]["comparison"]["training_time"]["pairs"], 16);
}

TEST_F(BudgetSession, WhatComesAfterItWasUsedUpIsNotBegun) {
  benchmarks_.add_benchmark("cnn");
  request_.wanted.models = {"simple_mlp", "cnn"};
  request_.budget_seconds = 111;
  const Json document = results();
  EXPECT_EQ(document["results"][0]["status"], "complete");
  EXPECT_TRUE(document["results"][1]["reason"].get<std::string>().starts_with("the budget of 111 s"));
}

/// Both sides of the first model seem to train for 150 s, five epochs of 201 steps, and then do so in a third of that.
class SlowModel : public BudgetSession {
 protected:
  SlowModel() {
    benchmarks_.add_benchmark("cnn");
    request_.wanted.models = {"simple_mlp", "cnn"};
    runner_.twist = [before = runner_.twist](const WorkerPlan& plan, process::Ending& ending, std::string& events) {
      before(plan, ending, events);
      if (!plan.cell.starts_with("simple_mlp")) return;
      if (plan.task == Task::kParity) events = process::CompleteRun(plan, {.step_seconds = 0.15}).text();
      if (plan.task != Task::kFull) return;
      events = process::CompleteRun(plan, {.step_seconds = 0.05}).text();
      ending.wall_seconds = 55;
    };
  }

  /// The cells in the order in which they were trained.
  std::vector<std::string> order() const {
    std::vector<std::string> cells;
    for (const std::string& run : runner_.runs) {
      const std::string cell = run.substr(0, run.find('_'));
      if (run.find("/full_") != std::string::npos && (cells.empty() || cells.back() != cell)) cells.push_back(cell);
    }
    return cells;
  }
};

TEST_F(SlowModel, TakesNothingFromTheOthers) {
  request_.budget_seconds = 400;  // 200 a model
  const Json document = results();
  EXPECT_EQ(order(), std::vector<std::string>{"cnn"});  // the other's training would not end in time: it is not begun
  EXPECT_EQ(document["results"][1]["comparison"]["training_time"]["pairs"], 8);
  EXPECT_EQ(document["results"][0]["status"], "invalid");
  const auto reason = document["results"][0]["reason"].get<std::string>();
  EXPECT_TRUE(reason.starts_with("the budget of 400 s has 228 s left, the trainings of both sides take about"))
      << reason;
}

TEST_F(SlowModel, WaitsForTheOthersAndGoesOnAsItWouldHave) {
  request_.budget_seconds = 600;
  const Json reference = results();
  EXPECT_EQ(order(), (std::vector<std::string>{"cnn", "simple"}));
  EXPECT_EQ(reference["results"][0]["comparison"]["training_time"]["pairs"], 8) << reference["results"][0]["reason"];
  for (const int runs_before : {3, 8, 30, 45}) {
    const Json document = resumed_behind(runs_before);
    for (const int cell : {0, 1}) {
      EXPECT_EQ(document["results"][cell]["comparison"]["training_time"]["pairs"],
                reference["results"][cell]["comparison"]["training_time"]["pairs"]);
    }
  }
}

TEST_F(SlowModel, WithoutABudgetTakesItsTurn) {
  results();
  EXPECT_EQ(order(), (std::vector<std::string>{"simple", "cnn"}));
}

TEST_F(BudgetSession, GoesOnAsItWouldHave) {
  request_.budget_seconds = 215;
  const Json reference = results()["results"][0]["comparison"]["training_time"];
  for (const int runs_before : {3, 11, 25, 38}) {
    const Json result = resumed_behind(runs_before)["results"][0];
    EXPECT_EQ(result["comparison"]["training_time"]["pairs"], reference["pairs"]) << runs_before;
    EXPECT_EQ(result["given_up"], Json({"pairs 17 to 24"})) << runs_before;
  }
}

TEST_F(BudgetSession, ALargerOneWhenGoingOnMeasuresWhatWasGivenUp) {
  request_.budget_seconds = 215;
  EXPECT_EQ(first()["given_up"], Json({"pairs 17 to 24"}));
  request_.resume = true;
  request_.budget_seconds = 400;
  const Json document = results();
  EXPECT_EQ(document["protocol"]["budget_seconds"], 400);
  EXPECT_EQ(document["results"][0]["given_up"], Json::array());
  // Without one it stays.
  request_.budget_seconds = std::nullopt;
  EXPECT_EQ(results()["protocol"]["budget_seconds"], 400);
}

/// A contender of another framework beside the usual one.
class OtherFramework : public SessionTest {
 protected:
  OtherFramework() {
    benchmarks_.add_contender("simple_mlp", "jax_native", "jax", "other", "pytorch");
    request_.wanted = {{"simple_mlp"}, {"pytorch"}, {"idiomatic", "other"}};
  }
  static std::vector<std::string> contenders(const Json& document) {
    std::vector<std::string> names;
    for (const Json& result : document["results"]) names.push_back(result["contender"]);
    return names;
  }
};

TEST_F(OtherFramework, IsLeftOutWithALineWhereItIsNotInstalled) {
  const Json document = results();
  EXPECT_EQ(contenders(document), std::vector<std::string>{"pytorch_native"});
  ASSERT_FALSE(observer_.notices.empty());
  EXPECT_EQ(observer_.notices[0], "`jax_native` is left out: JAX is not installed (`pip install jax`)");
  request_.resume = true;
  EXPECT_EQ(contenders(results()), std::vector<std::string>{"pytorch_native"});
}

TEST_F(OtherFramework, IsMeasuredWhereItIsAndHasItsTax) {
  runner_.versions["jax"] = "0.10.2";
  runner_.versions["optax"] = "0.2.8";
  const Json document = results();
  ASSERT_EQ(contenders(document), (std::vector<std::string>{"jax_native", "pytorch_native"}));
  const Json& tax = document["results"][0]["comparison"]["abstraction_tax"];
  EXPECT_EQ(tax["raw"], "pytorch_native");
  EXPECT_NEAR(tax["ratio"].get<double>(), 1, 0.01);
  EXPECT_TRUE(document["results"][1]["comparison"]["abstraction_tax"].is_null());
  EXPECT_EQ(document["results"][0]["contender_backend"], "jax");
  EXPECT_EQ(document["environment"]["versions"]["jax"], "0.10.2");
}

TEST_F(OtherFramework, AskedForByNameItIsAnErrorOfItsCell) {
  request_.wanted.contenders = {"jax_native"};
  const Json document = results();
  EXPECT_TRUE(document["results"][0]["reason"].get<std::string>().starts_with("JAX is not installed for")) << document;
}

TEST_F(OtherFramework, WhereNoneIsLeftTheSessionDoesNotBegin) {
  request_.wanted.contenders = {"other"};
  const auto refused = run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "of the contenders that are asked for none has its framework installed");
}

}  // namespace
}  // namespace neural::bench::plan
