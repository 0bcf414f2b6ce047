#include <functional>

#include "neural/bench/gate/gate.hpp"
#include "neural/bench/gate/testing.hpp"
#include "neural/bench/plan/environment.hpp"

namespace neural::bench::gate {
namespace {

constexpr int kPairs = 6;

/// Gates against a stored session; those that are measured now are played.
class SessionGaugeTest : public RepositoryTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(make_folder(folder_.path() / "benchmarks"));
    request_.session.benchmarks = folder_.path() / "benchmarks";
    request_.session.output = folder_.path() / "gate";
    request_.session.python = script("python", "echo '{\"python\": \"3.11.7\", \"torch\": \"2.13.0\"}'\n");
    request_.executable = request_.session.python;
    request_.baseline = (folder_.path() / "stored.json").string();
    stored_ = document(1.0);
  }

  static Json cell(const std::string& model, double ratio) {
    Json neural = Json::array(), native = Json::array();
    for (int pair = 0; pair < kPairs; ++pair) {
      neural.push_back(ratio * (1 + 0.001 * pair));
      native.push_back(1.0);
    }
    return {{"model", model},
            {"backend", "pytorch"},
            {"contender", "pytorch_native"},
            {"sha256", {{"source", model}, {"native_program", "same"}}},
            {"neural", {{"samples", {{"epoch_time", neural}}}}},
            {"native", {{"samples", {{"epoch_time", native}}}}},
            {"comparison", {{"training_time", {{"ratio", ratio}}}, {"memory", {{"ratio", 1.0}}}}}};
  }
  Json document(double ratio) const {
    const Json versions = {{"python", "3.11.7"}, {"torch", "2.13.0"}};
    return {{"environment", plan::describe_environment(request_.session.python, versions,
                                                       bench::process::Profile::kControlled, 2, variables_)},
            {"protocol", {{"quick", true}, {"epochs", 3}, {"threads", 2}}},
            {"results", {cell("one", 1.0), cell("two", ratio)}}};
  }

  Expected<Report> run(const std::vector<double>& ratios) {
    EXPECT_TRUE(write_file(request_.baseline, pretty_json(stored_)));
    const Tools tools{[&](const plan::Request& session) -> Expected<Json> {
                        sessions_.push_back(session);
                        Json measured = document(ratios.at(sessions_.size() - 1));
                        if (session.wanted.models == std::vector<std::string>{"one"}) measured["results"].erase(1);
                        return measured;
                      },
                      [](const std::string&) {}, runner_, variables_};
    return run_gate(request_, tools);
  }
  Outcome outcome(const std::vector<double>& ratios) {
    const auto report = run(ratios);
    EXPECT_TRUE(report) << report.error().message;
    return report ? report->outcome : Outcome::kInvalid;
  }

  Request request_;
  Json stored_;
  std::vector<plan::Request> sessions_;
};

TEST_F(SessionGaugeTest, TheSameIsMeasuredAsThen) {
  EXPECT_EQ(outcome({1.005}), Outcome::kNone);
  ASSERT_EQ(sessions_.size(), 1U);
  EXPECT_TRUE(sessions_[0].quick);
  EXPECT_EQ(sessions_[0].epochs, 3);
  EXPECT_EQ(sessions_[0].threads, 2);
  EXPECT_EQ(sessions_[0].wanted.models, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(sessions_[0].wanted.contenders, std::vector<std::string>{"pytorch_native"});
}

TEST_F(SessionGaugeTest, ARatioThatHasGrownTwiceIsARegression) {
  EXPECT_EQ(outcome({1.05, 1.06}), Outcome::kRegression);
  ASSERT_EQ(sessions_.size(), 2U);
  EXPECT_EQ(sessions_[1].wanted.models, std::vector<std::string>{"two"});
}

TEST_F(SessionGaugeTest, OnceIsNone) {
  EXPECT_EQ(outcome({1.05, 1.001}), Outcome::kInconclusive);
}

TEST_F(SessionGaugeTest, WhatIsAskedForNarrowsTheSession) {
  request_.session.wanted = {{"one"}, {}, {"idiomatic"}};
  const auto report = run({1.05});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->outcome, Outcome::kNone);
  EXPECT_EQ(report->findings.size(), 2U) << "the other model was not asked for";
}

TEST_F(SessionGaugeTest, WordsThatStandForSeveralNamesMayBeAskedFor) {
  request_.session.wanted = {{"all"}, {"pytorch"}, {"all"}};
  EXPECT_EQ(outcome({1.05, 1.06}), Outcome::kRegression);
}

TEST_F(SessionGaugeTest, ACellThatIsNotThereAnyMoreIsNotPassedOver) {
  stored_["results"].push_back(cell("three", 1.0));
  EXPECT_EQ(outcome({1.0}), Outcome::kInvalid);
}

TEST_F(SessionGaugeTest, AnotherMachineIsRefusedBeforeAnythingIsMeasured) {
  stored_["environment"]["cpu"]["model"] = "Another Processor";
  const auto report = run({1.0});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kUsage);
  EXPECT_NE(report.error().message.find("Another Processor"), std::string::npos) << report.error().message;
  EXPECT_TRUE(sessions_.empty());
}

TEST_F(SessionGaugeTest, AnEditedBenchmarkIsNotCompared) {
  stored_["results"][0]["sha256"]["source"] = "as it was";
  const auto report = run({1.0});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->outcome, Outcome::kInvalid);
  EXPECT_NE(report->findings[0].first.reason.find("has changed"), std::string::npos);
}

TEST_F(SessionGaugeTest, ABaselineWithoutCellsIsNone) {
  stored_["results"] = Json::array();
  const auto report = run({1.0});
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("has no cell"), std::string::npos) << report.error().message;
}

TEST_F(SessionGaugeTest, AFinishedSessionIsNotMeasuredAgain) {
  EXPECT_EQ(outcome({1.05, 1.06}), Outcome::kRegression);
  const auto first = request_.session.output / "first";
  ASSERT_TRUE(make_folder(first));
  const Json session = {{"schema", 1},
                        {"version", "0.1.0"},
                        {"asked", {{"models", {"one"}}, {"backends", {"pytorch"}}, {"contenders", Json::array()}}},
                        {"protocol", nullptr},
                        {"python", "python"},
                        {"cells", Json::array()}};
  ASSERT_TRUE(write_file(first / "session.json", pretty_json(session)));
  request_.session.resume = true;
  EXPECT_FALSE(run({1.0})) << "a session that cannot be read is not taken for none";
}

}  // namespace
}  // namespace neural::bench::gate
