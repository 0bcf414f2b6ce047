#include "neural/bench/report/research.hpp"

#include <gtest/gtest.h>

#include "neural/bench/report/render_markdown.hpp"
#include "neural/bench/report/testing.hpp"

namespace neural::bench::report {
namespace {

Json claim(double claimed, const Json& key, bool less_is_better) {
  return {{"block", "Paper"}, {"metric", "m"}, {"claimed", claimed}, {"key", key}, {"less_is_better", less_is_better}};
}

/// "reached missed": the verdicts on both sides.
std::string verdicts(const Json& one_claim, const Json& neural, const Json& native) {
  const Json result = research_json(Json::array({one_claim}), neural, native).at(0);
  return result["neural"]["verdict"].get<std::string>() + " " + result["native"]["verdict"].get<std::string>();
}

TEST(Research, is_reached_by_at_least_an_accuracy_and_at_most_a_loss) {
  const Json better = {{"accuracy", 0.5}, {"loss", 1.0}};
  const Json worse = {{"accuracy", 0.25}, {"loss", 2.0}};
  EXPECT_EQ(verdicts(claim(0.5, "accuracy", false), better, worse), "reached missed");
  EXPECT_EQ(verdicts(claim(1.0, "loss", true), better, worse), "reached missed");
  EXPECT_EQ(verdicts(claim(0.9, "accuracy", false), better, worse), "missed missed");
  EXPECT_EQ(verdicts(claim(3.0, "loss", true), better, worse), "reached reached");
}

TEST(Research, is_reached_by_the_same_number_in_single_precision) {
  const Json side = {{"accuracy", 0.9F}, {"loss", 0.1F}};  // a little below 0.9, and above 0.1
  EXPECT_EQ(verdicts(claim(0.9, "accuracy", false), side, side), "reached reached");
  EXPECT_EQ(verdicts(claim(0.1, "loss", true), side, side), "reached reached");
}

TEST(Research, is_not_measured_where_a_worker_gives_no_such_number) {
  const Json side = {{"accuracy", 0.5}, {"loss", nullptr}, {"f1", 0.5}, {"training_time", 1.0}};
  EXPECT_EQ(verdicts(claim(0.5, nullptr, false), side, side), "not measured not measured");
  EXPECT_EQ(verdicts(claim(0.5, "f1", false), side, side), "not measured not measured");
  EXPECT_EQ(verdicts(claim(0.5, "training_time", true), side, side), "not measured not measured");
  EXPECT_EQ(verdicts(claim(0.5, "loss", true), side, Json()), "not measured not measured");
}

TEST(Research, of_a_damaged_record_is_left_out) {
  for (const Json& claims : {Json(), Json(3), Json({{"claimed", 1}}), Json::array({1, {{"metric", "m"}}, Json()})}) {
    EXPECT_EQ(research_json(claims, Json(), Json()), Json::array()) << claims;
  }
}

TEST(Research, reads_as_a_sentence) {
  const Json results =
      research_json(Json::array({claim(0.985, "accuracy", false)}), {{"accuracy", 0.9871}}, {{"loss", 1}});
  EXPECT_EQ(research_title(results[0]), "research Paper: m 0.985");
  EXPECT_EQ(research_verdict(results[0], "neural"), "reached (0.9871)");
  EXPECT_EQ(research_verdict(results[0], "native"), "not measured");
}

using ResearchOfSession = SessionCopy;

TEST_F(ResearchOfSession, is_none_in_sessions_of_earlier_versions) {
  edit(cell(kEquivalentCell) / "cell.json", [](Json& value) { value.erase("research"); });
  EXPECT_EQ(result()["research"], Json::array());
  EXPECT_EQ(result()["status"], "complete");
  EXPECT_EQ(render_markdown(collect_results(root_).value()).find("## Research results"), std::string::npos);
}

}  // namespace
}  // namespace neural::bench::report
