#include "neural/bench/stats/comparison.hpp"

#include <gtest/gtest.h>

namespace neural::bench::stats {
namespace {

TEST(ComparisonToJson, has_every_key_in_order) {
  Comparison comparison;
  comparison.neural = 1.5;
  comparison.native = 1.25;
  comparison.difference = 0.25;
  comparison.percentage = 20;
  comparison.ratio = 1.2;
  comparison.ci_low = 1.125;
  comparison.ci_high = 1.25;
  comparison.level = 0.96875;
  comparison.pairs = 6;
  comparison.verdict = Verdict::kSlower;
  comparison.flags = {.skewed = true, .material = true, .survives_holm = true};
  comparison.p_value = 0.03125;
  EXPECT_EQ(compact_json(to_json(comparison)),
            R"({"neural":1.5,"native":1.25,"difference":0.25,"percentage":20.0,"ratio":1.2,"ci_low":1.125,)"
            R"("ci_high":1.25,"level":0.96875,"pairs":6,"verdict":"SLOWER","reason":"",)"
            R"("flags":["skewed","material","survives_holm"]})");
}

TEST(ComparisonToJson, what_is_not_there_is_null) {
  EXPECT_EQ(compact_json(to_json(invalid_comparison("no run is valid"))),
            R"({"neural":null,"native":null,"difference":null,"percentage":null,"ratio":null,"ci_low":null,)"
            R"("ci_high":null,"level":null,"pairs":0,"verdict":"INVALID","reason":"no run is valid","flags":[]})");
}

TEST(ComparisonToJson, names_every_flag) {
  Comparison comparison;
  comparison.flags = {true, true, true, true, true, true};
  EXPECT_EQ(compact_json(to_json(comparison)["flags"]),
            R"(["skewed","material","noisy","survives_holm","sequential","single"])");
}

TEST(Verdicts, have_names) {
  EXPECT_EQ(name_of(Verdict::kFaster), "FASTER");
  EXPECT_EQ(name_of(Verdict::kSlower), "SLOWER");
  EXPECT_EQ(name_of(Verdict::kLess), "LESS");
  EXPECT_EQ(name_of(Verdict::kMore), "MORE");
  EXPECT_EQ(name_of(Verdict::kEquivalent), "EQUIVALENT");
  EXPECT_EQ(name_of(Verdict::kInconclusive), "INCONCLUSIVE");
  EXPECT_EQ(name_of(Verdict::kInvalid), "INVALID");
}

TEST(Verdict, IsFoundByItsName) {
  for (const Verdict verdict : {Verdict::kFaster, Verdict::kSlower, Verdict::kLess, Verdict::kMore,
                                Verdict::kEquivalent, Verdict::kInconclusive, Verdict::kInvalid}) {
    EXPECT_EQ(verdict_named(name_of(verdict)), verdict) << name_of(verdict);
  }
  EXPECT_FALSE(verdict_named("faster"));
  EXPECT_FALSE(verdict_named(""));
}

}  // namespace
}  // namespace neural::bench::stats
