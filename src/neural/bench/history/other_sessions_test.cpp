#include "neural/bench/history/other_sessions.hpp"

#include "neural/bench/history/testing.hpp"

namespace neural::bench::history {
namespace {

class OtherSessions : public HistoryTest {
 protected:
  /// A session of a day, its test losses, and the machine it was on.
  static void add(History& history, int day, const Json& losses, const std::string& machine = "Example") {
    Session given = session(day);
    Json document = parse_json(given.results, "results").value();
    for (const char* side : {"neural", "native"}) document["results"][0][side]["history"] = {{"test_loss", losses}};
    given.results = pretty_json(document);
    given.environment = pretty_json({{"cpu", {{"model", machine}}}, {"threads", 2}});
    ASSERT_TRUE(history.add_session(given));
  }
};

TEST_F(OtherSessions, ARatioOfEverySession) {
  History all = history();
  for (int day = 1; day <= 3; ++day) add(all, day, {0.5, 0.25 + 0.125 * day});
  ASSERT_TRUE(all.add_session(session(4, {"cnn"})));
  const Json results = with_other_sessions(all, 2).value();
  EXPECT_EQ(results["results"], parse_json(all.session(2)->results, "results").value()["results"]);
  const Json& trend = results["trend"];
  EXPECT_EQ(trend["session"], 2);
  ASSERT_EQ(trend["series"].size(), 2U) << "peak memory and training time, and nothing of the other network";
  EXPECT_EQ(trend["series"][1]["metric"], "training_time");
  EXPECT_EQ(trend["series"][1]["points"].size(), 3U);
  EXPECT_DOUBLE_EQ(trend["series"][1]["points"][2]["ratio"].get<double>(), 1.003);
  EXPECT_EQ(trend["machines"], Json::array());
}

TEST_F(OtherSessions, WhatOtherMachinesHaveOtherwiseIsNamed) {
  History all = history();
  add(all, 1, {0.5});
  add(all, 2, {0.5}, "Other");
  const Json here = with_other_sessions(all, 1).value()["trend"];
  ASSERT_EQ(here["machines"].size(), 1U);
  EXPECT_NE(here["machines"][0]["fingerprint"], here["fingerprint"]);
  EXPECT_EQ(here["machines"][0]["differences"],
            Json::array({{{"key", "cpu.model"}, {"here", "Example"}, {"there", "Other"}}}));
  EXPECT_EQ(here["series"].size(), 4U) << "a series a machine";
}

TEST_F(OtherSessions, ASessionThatIsNotThereIsAnError) {
  History all = history();
  add(all, 1, {0.5});
  EXPECT_EQ(with_other_sessions(all, 7).error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace neural::bench::history
