#include "neural/bench/history/trend.hpp"

#include "neural/bench/history/testing.hpp"

namespace neural::bench::history {
namespace {

class TrendTest : public HistoryTest {
 protected:
  /// A session that found this ratio, of a model whose file has this hash.
  static void add(History& history, int day, double ratio, const std::string& source = "1",
                  const std::string& machine = "Example") {
    Session given = session(day);
    Json document = parse_json(given.results, "results").value();
    document["results"][0]["comparison"]["training_time"]["ratio"] = ratio;
    document["results"][0]["sha256"] = {{"source", source}, {"native_program", "2"}, {"neural_program", "3"}};
    given.results = pretty_json(document);
    given.environment =
        pretty_json({{"cpu", {{"model", machine}}}, {"source", {{"revision", "r" + std::to_string(day)}}}});
    ASSERT_TRUE(history.add_session(given));
  }
  static double noise(int day) { return 0.002 * (day * 7 % 5 - 2); }
};

TEST_F(TrendTest, AStepIsToldWithTheRevisionsAroundIt) {
  History all = history();
  for (int day = 1; day <= 24; ++day) add(all, day, (day < 17 ? 1.0 : 1.04) + noise(day));
  const std::vector<Trend> found = trends(all).value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].metric, "memory");
  EXPECT_TRUE(found[0].changes.empty());
  EXPECT_EQ(found[1].points.size(), 24U);
  ASSERT_EQ(found[1].changes.size(), 1U);
  const Json change = to_json(found[1])["changes"][0];
  EXPECT_EQ(change["session"], 17);
  EXPECT_EQ(change["last_before"], "r16");
  EXPECT_EQ(change["first_after"], "r17");
  EXPECT_NEAR(change["before"].get<double>(), 1.0, 0.003);
  EXPECT_NEAR(change["after"].get<double>(), 1.04, 0.003);
}

TEST_F(TrendTest, AnotherBenchmarkOrMachineIsASeriesOfItsOwn) {
  History all = history();
  for (int day = 1; day <= 10; ++day) add(all, day, 1.0);
  for (int day = 11; day <= 20; ++day) add(all, day, 1.5, "another model.neural");
  for (int day = 21; day <= 28; ++day) add(all, day, 2.0, "1", "Other");
  std::string sizes;
  const std::vector<Trend> found = trends(all).value();
  for (const Trend& trend : found) {
    if (trend.metric != "training_time") continue;
    EXPECT_TRUE(trend.changes.empty());
    sizes +=
        std::to_string(trend.points.size()) + " of " + std::to_string(trend.points.front().ratio).substr(0, 3) + ", ";
  }
  EXPECT_TRUE(sizes == "10 of 1.0, 10 of 1.5, 8 of 2.0, " || sizes == "8 of 2.0, 10 of 1.0, 10 of 1.5, ") << sizes;
}

TEST_F(TrendTest, AChangeIsNewUntilSomebodySaysWhyItIsThere) {
  History all = history();
  for (int day = 1; day <= 20; ++day) add(all, day, (day < 11 ? 1.0 : 1.04) + noise(day));
  const auto change = [&] { return to_json(trends(all)->at(1))["changes"][0]; };
  EXPECT_EQ(change()["state"], "new");
  EXPECT_EQ(change()["reason"], nullptr);

  EXPECT_EQ(acknowledge(all, 12, {}, "no change begins there", "").value(), 0U);
  EXPECT_EQ(acknowledge(all, 11, {"cnn", "", {}}, "another model", "").value(), 0U);
  EXPECT_EQ(change()["state"], "new");
  EXPECT_EQ(acknowledge(all, 11, {}, "first", "").value(), 1U);
  EXPECT_EQ(acknowledge(all, 11, {"simple_mlp", "pytorch", {}}, "sums in float64", "2026-02-01T00:00:00Z").value(), 1U);
  EXPECT_EQ(change()["state"], "acknowledged");
  EXPECT_EQ(change()["reason"], "sums in float64");
  ASSERT_EQ(all.acknowledgements()->size(), 1U);
  EXPECT_EQ(all.acknowledgements()->front().made_utc, "2026-02-01T00:00:00Z");

  EXPECT_EQ(acknowledge(all, 11, {}, "", "").value(), 1U);
  EXPECT_EQ(change()["state"], "new");
}

TEST_F(TrendTest, AnAcknowledgementStaysWithAChangeThatMovesALittle) {
  History all = history();
  for (int day = 1; day <= 20; ++day) add(all, day, (day < 11 ? 1.0 : 1.04) + noise(day));
  const auto say = [&](std::int64_t at) {
    ASSERT_TRUE(all.acknowledge({at, "simple_mlp", "pytorch", "pytorch_native", "training_time", "known", ""}));
  };
  const auto reason = [&] { return trends(all)->at(1).changes.at(0).reason; };
  say(7);  // four sessions from the change: another one, once
  EXPECT_EQ(reason(), "");
  say(8);
  EXPECT_EQ(reason(), "known");
  EXPECT_EQ(acknowledge(all, 11, {}, "", "").value(), 1U);  // undone though it was said of session 8
  EXPECT_EQ(reason(), "");
  EXPECT_EQ(all.acknowledgements()->size(), 1U);
}

TEST_F(TrendTest, LessIsBetterAndWhatWasTakenBackIsGone) {
  History all = history();
  const auto level = [](int day) { return day < 9 ? 1.0 : day < 17 ? 1.05 : day < 24 ? 0.998 : 1.03; };
  for (int day = 1; day <= 30; ++day) add(all, day, level(day) + noise(day));
  std::string states;
  const Json changes = to_json(trends(all)->at(1))["changes"];
  for (const Json& change : changes) states += change["state"].get<std::string>() + " ";
  EXPECT_EQ(states, "gone better new ");
}

TEST_F(TrendTest, SessionsWithoutARatioAreGaps) {
  History all = history();
  add(all, 1, 1.0);
  add(all, 2, -1.0);
  add(all, 3, 1.0);
  ASSERT_TRUE(all.add_session(session(4, {"simple_mlp"}, false)));
  EXPECT_EQ(trends(all)->back().points.size(), 2U);
  EXPECT_TRUE(trends(all, {"cnn", "", {}})->empty());
}

}  // namespace
}  // namespace neural::bench::history
