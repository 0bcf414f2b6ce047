#include "neural/bench/report/abstraction.hpp"

#include <gtest/gtest.h>

#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

PairTimes pairs_of(double neural, double native) {
  PairTimes pairs;
  for (int pair = 0; pair < 8; ++pair) {
    EpochTime time;
    time.epoch = neural;
    pairs.neural.push_back(time);
    time.epoch = native;
    pairs.native.push_back(time);
  }
  return pairs;
}

Json result(const char* contender, const char* level, double epoch, Json tax) {
  return {{"model", "cnn"},
          {"backend", "pytorch"},
          {"contender", contender},
          {"contender_level", level},
          {"contender_backend", "lightning"},
          {"neural", {{"epoch_time", 0.5}}},
          {"native", {{"epoch_time", epoch}}},
          {"comparison",
           {{"training_time", {{"percentage", 1.0}, {"ratio", 1.01}, {"ci_low", 0.99}, {"ci_high", 1.03}}},
            {"abstraction_tax", std::move(tax)}}}};
}

TEST(Abstraction, TheTaxIsByWayOfTheGeneratedProgram) {
  // Seconds of other days: the contender takes twice the generated program, the raw one as long as it.
  const Json tax = abstraction_tax_json(pairs_of(3, 6), pairs_of(1, 1), "pytorch_native", stats::pocock_rule());
  EXPECT_EQ(tax["raw"], "pytorch_native");
  EXPECT_NEAR(tax["ratio"].get<double>(), 2, 1e-12);
  EXPECT_NEAR(tax["percentage"].get<double>(), 100, 1e-9);
  EXPECT_NEAR(tax["ci_low"].get<double>(), 2, 1e-12);
  EXPECT_EQ(tax["pairs"], 8);
  EXPECT_EQ(tax["reason"], "");
}

TEST(Abstraction, TheTableHasNeuralBesideTheOthers) {
  const Json tax = abstraction_tax_json(pairs_of(1, 2), pairs_of(1, 1), "pytorch_native", stats::pocock_rule());
  const Json document = {
      {"results",
       {result("lightning_native", "other", 2.0, tax), result("pytorch_native", "idiomatic", 1.0, nullptr)}}};
  const std::string text = abstraction_section(document);
  EXPECT_NE(text.find("| Lightning (`lightning_native`) | 2.00 s |"), std::string::npos) << text;
  EXPECT_NE(text.find("+100.0 % [+100.0, +100.0]"), std::string::npos) << text;
  EXPECT_NE(text.find("| **Neural**                     | 500 ms |"), std::string::npos) << text;
  EXPECT_NE(text.find("+1.0 % [-1.0, +3.0]"), std::string::npos) << text;
}

TEST(Abstraction, NoOtherContenderNoSection) {
  EXPECT_EQ(abstraction_section({{"results", {result("pytorch_native", "idiomatic", 1.0, nullptr)}}}), "");
  EXPECT_EQ(abstraction_section(Json::array()), "");
}

}  // namespace
}  // namespace neural::bench::report
