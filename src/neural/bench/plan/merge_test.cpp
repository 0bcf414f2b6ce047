#include "neural/bench/plan/merge.hpp"

#include "neural/bench/plan/scripted_session.hpp"

namespace neural::bench::plan {
namespace {

class MergeTest : public SessionTest {
 protected:
  MergeTest() {
    benchmarks_.add_benchmark("cnn");
    request_.wanted = {{"simple_mlp", "cnn"}, {"pytorch"}, {"idiomatic", "tuned"}, {}};
  }

  /// The results folder of one part of the session.
  std::filesystem::path part(int index, int count, std::uint64_t seed = 7) {
    request_.output = folder_.path() / ("part_" + std::to_string(index));
    request_.wanted.shard = {index, count};
    request_.seed = seed;
    const Expected<Json> results = run();
    EXPECT_TRUE(results.has_value()) << results.error().message;
    return request_.output;
  }
  Expected<Json> merge(const std::vector<std::filesystem::path>& parts) {
    return merge_sessions(parts, folder_.path() / "whole", request_.reports);
  }
  std::string error(const std::vector<std::filesystem::path>& parts) {
    const auto merged = merge(parts);
    EXPECT_FALSE(merged);
    return merged ? "" : merged.error().message;
  }
  static std::vector<std::string> cells(const Json& results) {
    std::vector<std::string> names;
    for (const Json& result : results["results"]) {
      names.push_back(result["model"].get<std::string>() + " " + result["contender"].get<std::string>());
    }
    return names;
  }
};

TEST_F(MergeTest, PartsHaveEachCellOnce) {
  const auto first = part(1, 3), second = part(2, 3), third = part(3, 3);
  const Json whole = merge({first, second, third}).value();
  EXPECT_EQ(cells(whole), (std::vector<std::string>{"cnn pytorch_native", "cnn pytorch_tuned",
                                                    "simple_mlp pytorch_native", "simple_mlp pytorch_tuned"}));
  for (const Json& result : whole["results"]) EXPECT_EQ(result["status"], "complete") << result["reason"];
}

TEST_F(MergeTest, TheResultsAreThoseOfTheSessionInOnePiece) {
  const auto first = part(1, 2), second = part(2, 2);
  const Json merged = merge({first, second}).value();
  request_.wanted.shard = {};
  request_.output = folder_.path() / "one_piece";
  const Json whole = run().value();
  for (const Json& expected : whole["results"]) {
    const auto found = std::find_if(merged["results"].begin(), merged["results"].end(), [&](const Json& result) {
      return result["model"] == expected["model"] && result["contender"] == expected["contender"];
    });
    ASSERT_NE(found, merged["results"].end());
    EXPECT_EQ((*found)["comparison"], expected["comparison"]);
    EXPECT_EQ((*found)["pairs"], expected["pairs"]);
  }
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "whole" / "benchmark_report.md"));
}

TEST_F(MergeTest, TheNoiseIsThatOfTheMachineWithMost) {
  request_.quick = false;
  const auto first = part(1, 2, 7), second = part(2, 2, 8);
  std::vector<double> farthest;
  for (const auto& folder : {first, second}) {
    farthest.push_back(read_json(folder / "benchmark_results.json").value()["noise_floor"]["farthest"]);
  }
  ASSERT_NE(farthest[0], farthest[1]);
  const double most = std::max(farthest[0], farthest[1]);
  EXPECT_EQ(merge({first, second}).value()["noise_floor"]["farthest"], most);
  EXPECT_EQ(merge({second, first}).value()["noise_floor"]["farthest"], most);
}

TEST_F(MergeTest, EachPartKeepsItsMachineAndItsSeed) {
  const auto first = part(1, 2, 11), second = part(2, 2, 12);
  const Json whole = merge({first, second}).value();
  const Json& parts = whole["environment"]["parts"];
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0]["seed"], 11);
  EXPECT_EQ(parts[1]["seed"], 12);
  EXPECT_EQ(parts[0]["cells"].size() + parts[1]["cells"].size(), 4U);
  EXPECT_TRUE(parts[1]["environment"]["cpu"].is_object());
}

TEST_F(MergeTest, ThePartsStayAsTheyAre) {
  const auto first = part(1, 2), second = part(2, 2);
  const std::string before = read_file(first / "session.json").value();
  ASSERT_TRUE(merge({first, second}));
  EXPECT_EQ(read_file(first / "session.json").value(), before);
  ASSERT_TRUE(merge({first, second})) << "the former whole is kept under earlier/";
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "whole" / "earlier"));
}

TEST_F(MergeTest, WhatDoesNotBelongTogetherIsRefused) {
  const auto first = part(1, 2);
  EXPECT_NE(error({first, first}).find("have measured"), std::string::npos);
  EXPECT_NE(error({folder_.path()}).find("holds no `session.json`"), std::string::npos);
  EXPECT_EQ(error({}), "there is nothing to merge");
  request_.epochs = 9;
  const auto longer = part(2, 2);
  EXPECT_NE(error({first, longer}).find("differ in `epochs`: 2 and 9"), std::string::npos);
  EXPECT_FALSE(merge_sessions({first}, first, {}));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "whole")) << "nothing was written";
}

TEST_F(MergeTest, AnUnfinishedPartIsNamed) {
  const auto first = part(1, 2);
  Json session = read_json(first / "session.json").value();
  session["protocol"]["finished_utc"] = "";
  ASSERT_TRUE(write_file(first / "session.json", pretty_json(session)));
  EXPECT_NE(error({first}).find("is not finished"), std::string::npos);
}

TEST_F(MergeTest, APartWithoutACellIsRefusedBeforeAnythingIsMeasured) {
  request_.wanted.shard = {5, 5};
  const auto results = run();
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().message, "part 5 of 5 has no cell: there are 4");
  EXPECT_TRUE(runner_.runs.empty());
}

}  // namespace
}  // namespace neural::bench::plan
