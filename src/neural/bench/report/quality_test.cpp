#include "neural/bench/report/quality.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace neural::bench::report {
namespace {

/// A run that had these accuracies behind its epochs of two seconds each.
Json seed(std::uint64_t number, const std::vector<double>& accuracies, const std::string& reason = "") {
  const std::vector<double> seconds(accuracies.size(), 2.0);
  const bool ended = reason.empty();
  return {{"seed", number},
          {"accuracy", ended ? Json(accuracies.back()) : Json()},
          {"loss", ended ? Json(1 - accuracies.back()) : Json()},
          {"history", {{"test_accuracy", accuracies}, {"seconds", seconds}}},
          {"noisy", false},
          {"reason", reason}};
}

/// Runs that reach 0.9 behind the epoch `behind`, from 1.
Json side(std::size_t behind, std::uint64_t runs = 6) {
  Json seeds = Json::array();
  for (std::uint64_t number = 0; number < runs; ++number) {
    std::vector<double> accuracies(4, 0.5);
    for (std::size_t epoch = behind - 1; epoch < accuracies.size(); ++epoch) {
      accuracies[epoch] = 0.9 + 0.001 * static_cast<double>(number);
    }
    seeds.push_back(seed(42 + number, accuracies));
  }
  return {{"seeds", seeds}};
}

TEST(AccuracyJson, ComparesSeedBySeed) {
  const Json same = accuracy_json(side(2), side(3), "");
  EXPECT_EQ(same["verdict"], "EQUIVALENT");
  EXPECT_EQ(same["difference"], 0.0);
  EXPECT_EQ(same["pairs"], 6);
  EXPECT_DOUBLE_EQ(same["neural"].get<double>(), 0.9025);
  EXPECT_EQ(loss_json(side(2), side(2), "")["verdict"], "EQUIVALENT");
}

TEST(AccuracyJson, AFaultOfTheCellIsItsReason) {
  const Json json = accuracy_json(side(2), side(2), "the two sides do not compute the same");
  EXPECT_EQ(json["verdict"], "INVALID");
  EXPECT_EQ(json["reason"], "the two sides do not compute the same");
  EXPECT_DOUBLE_EQ(json["neural"].get<double>(), 0.9025) << "what was reached is a fact";
  EXPECT_EQ(json["difference"], 0.0);
  EXPECT_TRUE(json["ci_low"].is_null());
}

TEST(AccuracyJson, ARunThatDidNotEndWellIsNotLeftOut) {
  Json broken = side(2);
  broken["seeds"][3] = seed(45, {}, "the loss of `fit` is nan");
  EXPECT_EQ(accuracy_json(broken, side(2), "")["reason"],
            "1 of 12 full runs did not end well: the loss of `fit` is nan");
}

TEST(AccuracyJson, ATaskWithoutAccuracyHasNone) {
  Json neural = side(1), native = side(1);
  for (Json* each : {&neural, &native}) {
    for (Json& run : (*each)["seeds"]) run["accuracy"] = nullptr;
  }
  EXPECT_EQ(accuracy_json(neural, native, "")["reason"], "nothing was measured");
  EXPECT_EQ(accuracy_json(neural, side(1), "")["reason"], "only one side has the accuracy of every run");
}

TEST(TargetJson, CountsRunsAndTheirEpochsAndSeconds) {
  const Json json = target_json(side(2), side(2), 0.9, "");
  EXPECT_EQ(json["neural"]["reached"], 6);
  EXPECT_EQ(json["neural"]["epochs"], 2.0);
  EXPECT_EQ(json["neural"]["seconds"], 4.0);
  // Six of six: the lower end is the sixth root of 0.025.
  EXPECT_NEAR(json["neural"]["ci_low"].get<double>(), 0.5407, 1e-4);
  EXPECT_EQ(json["neural"]["ci_high"], 1.0);
  EXPECT_EQ(json["time"]["verdict"], "EQUIVALENT");
  EXPECT_EQ(json["epochs_differ"], false);
}

TEST(TargetJson, FewerEpochsSeedAfterSeedAreSuspicious) {
  const Json json = target_json(side(1), side(3), 0.9, "");
  EXPECT_EQ(json["time"]["verdict"], "FASTER");
  EXPECT_NEAR(json["time"]["ratio"].get<double>(), 1.0 / 3, 1e-12);
  EXPECT_EQ(json["epochs_differ"], true);
}

TEST(TargetJson, OneSeedOfEightTheOtherWayIsNoSignOfDifferentEpochs) {
  Json neural = side(2, 8);
  neural["seeds"][0] = seed(42, {0.5, 0.5, 0.5, 0.9});
  const Json json = target_json(neural, side(3, 8), 0.9, "");
  EXPECT_EQ(json["epochs_differ"], false) << "p = 18 / 256";
  EXPECT_EQ(target_json(side(2, 8), side(3, 8), 0.9, "")["epochs_differ"], true) << "p = 2 / 256";
}

TEST(TargetJson, NoiseOnEitherSideIsFlagged) {
  const Json quiet = target_json(side(2), side(2), 0.9, "")["time"]["flags"];
  EXPECT_FALSE(std::count(quiet.begin(), quiet.end(), "noisy"));
  Json noisy = side(2);
  noisy["seeds"][2]["noisy"] = true;
  for (const Json& json : {target_json(noisy, side(2), 0.9, ""), target_json(side(2), noisy, 0.9, "")}) {
    const Json& flags = json["time"]["flags"];
    EXPECT_TRUE(std::count(flags.begin(), flags.end(), "noisy")) << flags;
  }
}

TEST(TargetJson, CountsNoEpochThatLacksASecondNumber) {
  Json cut = side(3);
  for (Json& run : cut["seeds"]) run["history"]["seconds"] = {2.0, 2.0};
  EXPECT_EQ(target_json(cut, side(3), 0.9, "")["neural"]["reached"], 0);
  Json open = side(3);
  for (Json& run : open["seeds"]) run["history"]["seconds"] = {2.0, nullptr, 2.0, 2.0};
  EXPECT_EQ(target_json(open, side(3), 0.9, "")["neural"]["seconds"], 4.0);
}

TEST(TargetJson, WhereOneSideAloneHasItThereIsNothingToCompare) {
  Json partly = side(2);
  partly["seeds"][1] = seed(43, {0.5, 0.5, 0.5, 0.5});
  for (const Json& json : {target_json(partly, side(3), 0.9, ""), target_json(side(3), partly, 0.9, "")}) {
    EXPECT_EQ(json["time"]["verdict"], "INCONCLUSIVE");
    EXPECT_EQ(json["epochs_differ"], false);
  }
}

TEST(TargetJson, WithoutATargetThereIsNone) {
  EXPECT_TRUE(target_json(side(1), side(1), std::nullopt, "").is_null());
}

TEST(TargetJson, ARunThatNeverHasItIsCountedAndEndsTheComparisonOfTimes) {
  const Json json = target_json(side(2), side(2), 0.902, "");
  EXPECT_EQ(json["neural"]["reached"], 4);
  EXPECT_EQ(json["neural"]["seeds"], 6);
  EXPECT_EQ(json["time"]["verdict"], "INCONCLUSIVE");
  EXPECT_EQ(json["time"]["reason"], "not every run reached it: 4 of 6 of the neural side, 4 of 6 of the native side");
  const Json never = target_json(side(2), side(2), 1, "");
  EXPECT_EQ(never["native"]["reached"], 0);
  EXPECT_TRUE(never["native"]["epochs"].is_null());
}

TEST(TargetJson, ARunThatIsStillToComeIsNoFailure) {
  Json unfinished = side(2);
  unfinished["seeds"][5] = seed(47, {}, "interrupted: there is no `raw/cell/full_06_neural`");
  const Json json = target_json(unfinished, side(2), 0.9, "");
  EXPECT_EQ(json["time"]["verdict"], "INVALID");
  EXPECT_EQ(json["time"]["reason"], "interrupted: there is no `raw/cell/full_06_neural`");
}

TEST(TargetJson, OfAnythingIsNothing) {
  const Json json = target_json(Json("text"), Json::array(), 0.5, "");
  EXPECT_EQ(json["neural"]["seeds"], 0);
  EXPECT_TRUE(json["neural"]["ci_low"].is_null());
}

}  // namespace
}  // namespace neural::bench::report
