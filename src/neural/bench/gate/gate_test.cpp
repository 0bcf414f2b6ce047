#include "neural/bench/gate/gate.hpp"

#include <functional>
#include <map>

#include "neural/bench/gate/testing.hpp"

namespace neural::bench::gate {
namespace {

constexpr const char* kProgram = "BACKEND = \\\"pytorch\\\"\\nLEVEL = \\\"O1\\\"\\nTEXT = 1\\n";

/// Gates whose sessions are played: what a session says of a cell is `said`, by the number of the session.
class GateTest : public RepositoryTest {
 protected:
  void SetUp() override {
    for (const char* model : {"one", "two"}) {
      ASSERT_TRUE(make_folder(benchmarks() / model));
      ASSERT_TRUE(write_file(benchmarks() / model / "model.neural", model));
    }
    request_.session.benchmarks = benchmarks();
    request_.session.output = folder_.path() / "gate";
    request_.session.wanted = {{"one", "two"}, {"pytorch"}, {}};
    request_.session.seed = 7;
    // compile SOURCE --backend B -o OUT: OUT is $6
    request_.executable = script("ours", "printf \"" + std::string(kProgram) + "\" > \"$6\"\n");
    request_.baseline = script("baseline", "printf \"" + std::string(kProgram) + "\" > \"$6\"\n").string();
  }

  std::filesystem::path benchmarks() const { return folder_.path() / "benchmarks"; }

  static Json comparison(double ratio, const std::string& verdict) {
    return {
        {"ratio", ratio}, {"ci_low", ratio - 0.01}, {"ci_high", ratio + 0.01}, {"verdict", verdict}, {"reason", ""}};
  }

  /// Plays a session over the contenders that lie in its folder of benchmarks.
  Expected<Json> play(const plan::Request& session) {
    sessions_.push_back(session);
    Json results = Json::array();
    for (const std::string& model : session.wanted.models) {
      EXPECT_TRUE(std::filesystem::exists(session.benchmarks / model / "pytorch_baseline.py")) << model;
      const auto said = said_.find({model, static_cast<int>(sessions_.size())});
      const double ratio = said == said_.end() ? 1.0 : said->second;
      results.push_back({{"model", model},
                         {"backend", "pytorch"},
                         {"contender", "pytorch_baseline"},
                         {"reason", ""},
                         {"comparison",
                          {{"training_time", comparison(ratio, ratio > 1.03 ? "SLOWER" : "EQUIVALENT")},
                           {"memory", comparison(1.0, "EQUIVALENT")}}}});
    }
    return Json{{"environment", Json::object()}, {"protocol", Json::object()}, {"results", results}};
  }

  Expected<Report> run() {
    const Tools tools{[this](const plan::Request& session) { return play(session); },
                      [this](const std::string& sentence) { notices_.push_back(sentence); }, runner_, variables_};
    return run_gate(request_, tools);
  }
  Report report() {
    auto made = run();
    EXPECT_TRUE(made) << made.error().message;
    return made.value_or(Report{});
  }
  static Outcome outcome_of(const Report& report, const std::string& model, const std::string& metric) {
    for (const Finding& finding : report.findings) {
      if (finding.subject.model == model && finding.subject.metric == metric) return finding.outcome;
    }
    ADD_FAILURE() << model << " " << metric;
    return Outcome::kInvalid;
  }

  Request request_;
  std::map<std::pair<std::string, int>, double> said_;
  std::vector<plan::Request> sessions_;
  std::vector<std::string> notices_;
};

TEST_F(GateTest, ABuildIsComparedByTheProgramsItGenerates) {
  const Report made = report();
  EXPECT_EQ(made.findings.size(), 6U) << "training time, memory and compile time of each";
  EXPECT_EQ(outcome_of(made, "one", "training_time"), Outcome::kNone);
  ASSERT_EQ(sessions_.size(), 1U);
  EXPECT_EQ(sessions_[0].output, request_.session.output / "first");
  EXPECT_EQ(sessions_[0].sources, benchmarks())
      << "the revision is that of the benchmarks, not of the folder in between";
  EXPECT_EQ(read_file(sessions_[0].benchmarks / "one" / "pytorch_baseline.py").value(),
            "BACKEND = \"pytorch\"\nLEVEL = \"other\"\nTEXT = 1\n");
  EXPECT_EQ(read_file(sessions_[0].benchmarks / "two" / "model.neural").value(), "two");
  const Json file = read_json(request_.session.output / kGateFile).value();
  EXPECT_EQ(file, to_json(made));
}

TEST_F(GateTest, WhatLooksSlowerIsMeasuredAgainAlone) {
  said_ = {{{"two", 1}, 1.06}, {{"two", 2}, 1.05}};
  const Report made = report();
  EXPECT_EQ(made.outcome, Outcome::kRegression);
  EXPECT_EQ(outcome_of(made, "two", "training_time"), Outcome::kRegression);
  EXPECT_EQ(outcome_of(made, "one", "training_time"), Outcome::kNone);
  ASSERT_EQ(sessions_.size(), 2U);
  EXPECT_EQ(sessions_[1].wanted.models, std::vector<std::string>{"two"});
  EXPECT_EQ(sessions_[1].output, request_.session.output / "second");
  EXPECT_NE(sessions_[1].seed, sessions_[0].seed) << "the second session draws anew";
  EXPECT_EQ(notices_.size(), 1U);
}

TEST_F(GateTest, WhatTheSecondSessionDoesNotConfirmIsNoRegression) {
  said_ = {{{"one", 1}, 1.06}, {{"one", 2}, 1.01}};
  const Report made = report();
  EXPECT_EQ(made.outcome, Outcome::kInconclusive);
  EXPECT_EQ(outcome_of(made, "one", "training_time"), Outcome::kUnconfirmed);
}

TEST_F(GateTest, ASlowCompilerIsFound) {
  request_.executable = script("slow", "sleep 0.02\nprintf \"" + std::string(kProgram) + "\" > \"$6\"\n");
  const Report made = report();
  EXPECT_EQ(outcome_of(made, "one", "compile_time"), Outcome::kRegression);
  EXPECT_EQ(sessions_.size(), 1U) << "there was nothing to train again";
}

TEST_F(GateTest, AModelTheBaselineDoesNotKnowIsNotCompared) {
  request_.baseline =
      script("older", "case \"$2\" in */two/*) echo 'error: no such layer' >&2; exit 1;; esac\nprintf \"" +
                          std::string(kProgram) + "\" > \"$6\"\n")
          .string();
  const Report made = report();
  EXPECT_EQ(made.outcome, Outcome::kInvalid);
  EXPECT_EQ(outcome_of(made, "one", "training_time"), Outcome::kNone);
  EXPECT_EQ(outcome_of(made, "two", "training_time"), Outcome::kInvalid);
  EXPECT_EQ(outcome_of(made, "two", "compile_time"), Outcome::kInvalid);
  for (const Finding& finding : made.findings) {
    if (finding.subject.model != "two" || finding.subject.metric != "memory") continue;
    EXPECT_EQ(finding.first.reason, "the baseline does not compile it: error: no such layer");
  }
}

TEST_F(GateTest, WhatCannotBeMeasuredAtAllStartsNoSession) {
  request_.baseline = script("broken", "exit 1\n").string();
  EXPECT_EQ(report().outcome, Outcome::kInvalid);
  EXPECT_TRUE(sessions_.empty());
  request_.baseline = script("garbage", "echo 'BACKEND = 1' > \"$6\"\n").string();
  EXPECT_EQ(report().outcome, Outcome::kInvalid);
  EXPECT_TRUE(sessions_.empty());
}

TEST_F(GateTest, ContendersOfAnEarlierGateAreNotMeasured) {
  const auto stale = request_.session.output / "first" / "baseline" / "one" / "tensorflow_baseline.py";
  ASSERT_TRUE(make_folder(stale.parent_path()));
  ASSERT_TRUE(write_file(stale, "BACKEND = \"tensorflow\"\nLEVEL = \"other\"\n"));
  report();
  EXPECT_FALSE(std::filesystem::exists(stale));
}

TEST_F(GateTest, AnotherGateDoesNotGoOnWithTheSessionsOfThisOne) {
  request_.session.resume = true;
  auto refused = run();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("holds no gate to go on with"), std::string::npos);
  request_.session.resume = false;
  report();
  request_.session.resume = true;
  EXPECT_TRUE(run());
  script("baseline", "# edited\nprintf \"" + std::string(kProgram) + "\" > \"$6\"\n");
  refused = run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_NE(refused.error().message.find("of another build or against another baseline"), std::string::npos);
}

TEST_F(GateTest, TheOptionsOfASessionAreThoseOfAGate) {
  request_.session.wanted.contenders = {"tuned"};
  const auto refused = run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  request_.session.wanted = {{"three"}, {"pytorch"}, {}};
  EXPECT_FALSE(run());
  EXPECT_TRUE(sessions_.empty());
}

}  // namespace
}  // namespace neural::bench::gate
