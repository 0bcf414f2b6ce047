#include "neural/bench/history/compare.hpp"

#include <functional>

#include "neural/bench/history/testing.hpp"

namespace neural::bench::history {
namespace {

using stats::Verdict;

class CompareTest : public HistoryTest {
 protected:
  /// A session in which the neural side takes so many times as long as the native one, in eight pairs.
  static Session measured(double ratio, const std::function<void(Json&)>& change = {}) {
    Session session = HistoryTest::session(1);
    Json document = parse_json(session.results, "results").value();
    Json& cell = document["results"][0];
    Json neural = Json::array(), native = Json::array();
    for (int pair = 0; pair < 8; ++pair) {
      const double speed = 2 + 0.5 * pair;  // of the machine, at that moment
      neural.push_back(ratio * speed * (1 + 0.001 * (pair * 5 % 8)));
      native.push_back(speed);
    }
    cell["neural"]["samples"]["epoch_time"] = neural;
    cell["native"]["samples"]["epoch_time"] = native;
    cell["comparison"]["training_time"]["ratio"] = ratio;
    cell["sha256"] = {{"source", "1"}, {"neural_program", std::to_string(ratio)}, {"native_program", "2"}};
    if (change) change(document);
    session.results = pretty_json(document);
    return session;
  }
  static Change time_change(const Session& before, const Session& after) {
    const auto changes = compare_sessions(before, after);
    EXPECT_TRUE(changes.has_value()) << changes.error().message;
    EXPECT_EQ(changes->front().metric, "training_time");
    return changes->front();
  }
};

TEST_F(CompareTest, WordsAreThoseOfTheNeuralSide) {
  const Change slower = time_change(measured(1.0), measured(1.05));
  EXPECT_EQ(slower.verdict, Verdict::kSlower);
  EXPECT_NEAR(*slower.ratio, 1.05, 0.001);
  EXPECT_GT(*slower.ci_low, 1.04);
  EXPECT_GE(*slower.level, 0.95);
  EXPECT_EQ(slower.before, 1.0);
  EXPECT_EQ(slower.after, 1.05);

  const Change faster = time_change(measured(1.05), measured(1.0));
  EXPECT_EQ(faster.verdict, Verdict::kFaster);
  EXPECT_DOUBLE_EQ(*faster.ci_low * *slower.ci_high, 1);
  EXPECT_EQ(time_change(measured(1.0), measured(1.01)).verdict, Verdict::kEquivalent);
}

TEST_F(CompareTest, ASpreadThatHidesTheChangeIsInconclusive) {
  const auto noisy = [](Json& document) {
    for (std::size_t pair = 0; pair < 8; ++pair) {
      Json& sample = document["results"][0]["neural"]["samples"]["epoch_time"][pair];
      sample = sample.get<double>() * (pair % 2 == 0 ? 1.2 : 0.8);
    }
  };
  const Change change = time_change(measured(1.0, noisy), measured(1.02, noisy));
  EXPECT_EQ(change.verdict, Verdict::kInconclusive);
  EXPECT_EQ(change.reason, "8 and 8 pairs of this spread do not tell");
}

TEST_F(CompareTest, MemoryIsJudgedByItsTolerance) {
  const auto with_memory = [](double ratio) {
    return measured(1.0, [&](Json& document) { document["results"][0]["comparison"]["memory"]["ratio"] = ratio; });
  };
  const auto verdict = [&](double ratio) { return compare_sessions(with_memory(1.0), with_memory(ratio))->back(); };
  EXPECT_EQ(verdict(1.06).metric, "memory");
  EXPECT_EQ(verdict(1.06).verdict, Verdict::kMore);
  EXPECT_EQ(verdict(0.94).verdict, Verdict::kLess);
  EXPECT_EQ(verdict(1.04).verdict, Verdict::kEquivalent);
}

TEST_F(CompareTest, WhatIsNotOneThingIsNotCompared) {
  const auto reason = [&](const std::function<void(Json&)>& change) {
    const Change found = time_change(measured(1.0), measured(1.0, change));
    EXPECT_EQ(found.verdict, Verdict::kInvalid);
    EXPECT_FALSE(found.ci_low.has_value());
    return found.reason;
  };
  EXPECT_EQ(reason([](Json& all) { all["results"][0]["sha256"]["source"] = "3"; }),
            "the network was another: its model.neural has changed");
  EXPECT_EQ(reason([](Json& all) { all["results"][0]["sha256"]["native_program"] = "3"; }),
            "the contender was another: its file has changed");
  EXPECT_EQ(reason([](Json& all) { all["results"][0]["model"] = "another"; }), "only the second session measured it");
  EXPECT_EQ(reason([](Json& all) { all["results"][0]["comparison"]["training_time"]["ratio"] = nullptr; }),
            "it is not valid in the second session");
  EXPECT_EQ(reason([](Json& all) { all["results"][0]["native"]["samples"]["epoch_time"] = {1, 2}; }),
            "the samples of its pairs are not there");
  EXPECT_EQ(reason([](Json& all) { all["results"][0]["native"]["samples"]["epoch_time"][0] = -1; }),
            "the samples of its pairs are not there");
  EXPECT_EQ(compare_sessions(measured(1.0), measured(1.0, [](Json& all) { all["results"][0]["model"] = "z"; }))->size(),
            4U);
}

TEST_F(CompareTest, OtherMachinesAreRefusedAndTheFactsNamed) {
  Session other = measured(1.0);
  Json environment = parse_json(other.environment, "environment").value();
  environment["cpu"]["model"] = "Other";
  environment["versions"] = {{"torch", "2.13.0"}};
  other.environment = pretty_json(environment);
  const auto refused = compare_sessions(measured(1.0), other);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_EQ(refused.error().message,
            "the sessions were measured on different machines: cpu.model was `Example`, then `Other`; versions.torch "
            "was not there, then `2.13.0`");
}

TEST_F(CompareTest, AnUnfinishedSessionIsRefused) {
  EXPECT_EQ(compare_sessions(measured(1.0), session(2, {"cnn"}, false)).error().message,
            "a session that is not finished has no results");
}

}  // namespace
}  // namespace neural::bench::history
