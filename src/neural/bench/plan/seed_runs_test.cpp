#include "neural/bench/plan/seed_runs.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "neural/bench/plan/scripted_session.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

using process::Side;
using process::Task;
using process::WorkerPlan;

constexpr const char* kCell = "simple_mlp_pytorch_native";

class SeedRuns : public SessionTest {
 protected:
  SeedRuns() {
    request_.seeds = 6;
    runner_.twist = [this](const WorkerPlan& plan, process::Ending& ending, std::string& events) {
      plans_[plan.run] = plan;
      if (more_) more_(plan, ending, events);
    };
  }

  /// The accuracy of every epoch of a run.
  static void set_accuracy(std::string& events, double accuracy) {
    std::string text;
    for (const std::string& line : split(events, '\n')) {
      if (line.empty()) continue;
      Json event = parse_json(line, "event").value();
      for (const char* key : {"test_accuracy", "accuracy"}) {
        if (event.contains(key) && event[key].is_number()) event[key] = accuracy;
      }
      text += compact_json(event) + "\n";
    }
    events = text;
  }

  std::size_t runs(const std::string& start) const {
    return static_cast<std::size_t>(std::count_if(runner_.runs.begin(), runner_.runs.end(), [&](const auto& run) {
      return run.starts_with(std::string(kCell) + "/" + start);
    }));
  }

  std::map<std::string, WorkerPlan> plans_;
  std::function<void(const WorkerPlan&, process::Ending&, std::string&)> more_;
};

TEST_F(SeedRuns, BothSidesTrainFromTheWeightsOfEachSeed) {
  const Json document = results();
  EXPECT_EQ(runs("full_"), 12U);
  EXPECT_EQ(runs("parity_seed_"), 5U);
  EXPECT_EQ(cell()["seeds"], Json({42, 43, 44, 45, 46, 47}));
  for (const char* number : {"02", "06"}) {
    const std::string stem = std::string("full_") + number;
    const WorkerPlan& weights = plans_[std::string("parity_seed_") + number + "_neural"];
    const WorkerPlan& neural = plans_[stem + "_neural"];
    const WorkerPlan& native = plans_[stem + "_native"];
    EXPECT_EQ(neural.seed, std::string(number) == "02" ? 43U : 47U);
    EXPECT_EQ(native.seed, neural.seed);
    EXPECT_EQ(weights.seed, neural.seed);
    EXPECT_EQ(neural.load_weights, weights.save_weights);
    EXPECT_EQ(native.load_weights, weights.save_weights);
    EXPECT_TRUE(weights.load_weights.empty());
    EXPECT_EQ(neural.epochs, 2);
    EXPECT_EQ(neural.test_rows, kTestRows);
    EXPECT_NE(weights.save_weights, plans_["full_neural"].load_weights);
    EXPECT_FALSE(fs::exists(weights.save_weights)) << "nobody needs them any more";
  }
  EXPECT_EQ(document["protocol"]["seeds"], 6);
  const Json& accuracy = document["results"][0]["comparison"]["accuracy"];
  EXPECT_EQ(accuracy["verdict"], "EQUIVALENT") << accuracy;
  EXPECT_EQ(accuracy["pairs"], 6);
}

TEST_F(SeedRuns, ComeLastAndLeaveMemoryAsItIs) {
  request_.quick = false;
  const Json document = results();
  const auto place = [&](const std::string& run) {
    return std::find(runner_.runs.begin(), runner_.runs.end(), kCell + ("/" + run)) - runner_.runs.begin();
  };
  EXPECT_LT(place("memory_02_native"), place("parity_seed_02_neural"));
  EXPECT_EQ(document["results"][0]["neural"]["samples"]["peak_memory"].size(), 3U);
}

TEST_F(SeedRuns, WhoTrainsFirstIsDrawn) {
  request_.seeds = 40;
  results();
  std::size_t neural_first = 0;
  for (std::size_t i = 0; i + 1 < runner_.runs.size(); ++i) {
    const std::string& run = runner_.runs[i];
    if (run.find("/parity_seed_") == std::string::npos) continue;
    neural_first += runner_.runs[i + 1].ends_with("_neural") ? 1U : 0U;
  }
  EXPECT_GT(neural_first, 8U);
  EXPECT_LT(neural_first, 31U);
}

TEST_F(SeedRuns, AVerdictIsOfTheNeuralSide) {
  more_ = [](const WorkerPlan& plan, process::Ending&, std::string& events) {
    if (plan.task != Task::kFull) return;
    set_accuracy(events, 0.9 + 0.001 * static_cast<double>(plan.seed - 42) - (plan.side == Side::kNeural ? 0.02 : 0));
  };
  const Json accuracy = results()["results"][0]["comparison"]["accuracy"];
  EXPECT_EQ(accuracy["verdict"], "WORSE");
  EXPECT_NEAR(accuracy["difference"].get<double>(), -0.02, 1e-9);
}

TEST_F(SeedRuns, ARunThatFailsIsAResultAndStopsNothing) {
  request_.target_accuracy = 0.85;
  more_ = [](const WorkerPlan& plan, process::Ending& ending, std::string&) {
    if (plan.run == "full_03_native") ending.signal = 11;
  };
  const Json document = results();
  EXPECT_EQ(observer_.errors[kCell], "");
  EXPECT_EQ(runs("full_"), 12U);
  const Json& result = document["results"][0];
  EXPECT_EQ(result["status"], "complete");
  EXPECT_NE(result["comparison"]["training_time"]["verdict"], "INVALID");
  const Json& accuracy = result["comparison"]["accuracy"];
  EXPECT_EQ(accuracy["verdict"], "INVALID");
  const auto reason = accuracy["reason"].get<std::string>();
  EXPECT_EQ(reason.find("1 of 12 full runs did not end well: the contender"), 0U) << reason;
  const Json& target = result["comparison"]["time_to_target"];
  EXPECT_EQ(target["neural"]["reached"], 6);
  EXPECT_EQ(target["native"]["reached"], 5);
  EXPECT_EQ(target["native"]["seeds"], 6);
  EXPECT_EQ(target["time"]["verdict"], "INCONCLUSIVE");
  EXPECT_EQ(target["time"]["reason"], "not every run reached it: 6 of 6 of the neural side, 5 of 6 of the native side");
}

TEST_F(SeedRuns, AFailureIsTriedAgainWhenTheSessionGoesOn) {
  more_ = [](const WorkerPlan& plan, process::Ending& ending, std::string&) {
    if (plan.run == "full_03_native") ending.signal = 11;
  };
  results();
  const std::size_t before = runner_.runs.size();
  more_ = nullptr;
  request_.resume = true;
  const Json document = results();
  EXPECT_EQ(runner_.runs.size(), before + 1) << runner_.runs.back();
  EXPECT_EQ(document["results"][0]["comparison"]["accuracy"]["verdict"], "EQUIVALENT");
}

TEST_F(SeedRuns, WhereTheWeightsCannotBeMadeTheSeedHasNoRuns) {
  more_ = [](const WorkerPlan& plan, process::Ending& ending, std::string&) {
    if (plan.run == "parity_seed_04_neural") ending.exit_status = 1;
  };
  const Json document = results();
  EXPECT_EQ(runs("full_04"), 0U);
  EXPECT_EQ(runs("full_05"), 2U);
  const auto reason = document["results"][0]["comparison"]["loss"]["reason"].get<std::string>();
  EXPECT_EQ(reason.find("2 of 12 full runs did not end well: "), 0U) << reason;
}

TEST_F(SeedRuns, OneSeedHasNoVerdict) {
  request_.seeds.reset();
  const Json document = results();
  EXPECT_EQ(runs("full_"), 2U);
  const Json& accuracy = document["results"][0]["comparison"]["accuracy"];
  EXPECT_EQ(accuracy["verdict"], "INCONCLUSIVE");
  EXPECT_EQ(accuracy["reason"], "1 seed cannot carry a 95 % interval, at least 6 are needed");
  EXPECT_TRUE(document["results"][0]["comparison"]["time_to_target"].is_null());
}

TEST_F(SeedRuns, TheNumberOfSeedsIsThatOfTheSession) {
  results();
  request_.resume = true;
  request_.seeds = 7;
  const Expected<Json> document = run();
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().message, "`--seeds` is 7, the session began with 6");
}

}  // namespace
}  // namespace neural::bench::plan
