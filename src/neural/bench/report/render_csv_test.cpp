#include "neural/bench/report/render_csv.hpp"

#include <gtest/gtest.h>

#include "neural/base/text.hpp"
#include "neural/bench/report/testing.hpp"

namespace neural::bench::report {
namespace {

TEST(Csv, HasARowForEachQuantityOfEachCell) {
  const Json results = read_json(kGoldenSession / "benchmark_results.json").value();
  const std::vector<std::string> lines = split(render_csv(results), '\n');
  ASSERT_EQ(lines.size(), 1 + 3 * 5 + 1U);
  EXPECT_EQ(
      lines[1],
      "simple_mlp,pytorch,pytorch_native,training_time,0.0471173,0.04704,7.730000000000237e-05,1.0004812616768892,"
      "0.9940021908165282,1.0070025641938818,0.96875,6,EQUIVALENT,,");
  EXPECT_EQ(
      lines[4],
      "simple_mlp,pytorch,pytorch_native,accuracy,0.9375,0.9375,0.0,,,,,1,INCONCLUSIVE,\"1 seed cannot carry a 95 % "
      "interval, at least 6 are needed\",single");
  EXPECT_EQ(lines.back(), "");
}

TEST(Csv, TextStaysInItsFieldAndIsNoFormula) {
  const Json training = {{"neural", 1}, {"reason", "a,\"b\"\nc"}, {"verdict", "=1+1"}, {"flags", {"single", "noisy"}}};
  const Json document = {
      {"results", {{{"model", "@SUM(A1)"}, {"contender", "x"}, {"comparison", {{"training_time", training}}}}}}};
  EXPECT_EQ(split(render_csv(document), '\n')[1], "'@SUM(A1),,x,training_time,1,,,,,,,,'=1+1,\"a,\"\"b\"\"");
  EXPECT_TRUE(render_csv(document).ends_with("\nc\",single noisy\n"));
}

TEST(Csv, AnyDocumentIsTaken) {
  const std::string header = split(render_csv(Json::object()), '\n').front() + "\n";
  for (const Json& document : {Json(), Json(1), Json::array({1}), Json{{"results", 1}}, Json{{"results", {1, nullptr}}},
                               Json{{"results", {{{"comparison", {{"memory", 3}}}}}}}}) {
    EXPECT_EQ(render_csv(document), header) << document;
  }
}

}  // namespace
}  // namespace neural::bench::report
