// What reports say where it is the engine that trains.
#include <gtest/gtest.h>

#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

Json result(const char* backend, const char* contender, const char* verdict, double ratio) {
  const Json time = {{"verdict", verdict},    {"ratio", ratio},         {"percentage", 100 * (ratio - 1)},
                     {"ci_low", ratio - .01}, {"ci_high", ratio + .01}, {"flags", Json::array()}};
  const auto side = [](const char* name, const char* version) {
    return Json{{"versions", {{name, version}}}, {"worker", {{"threads", {{name, 2}}}}}};
  };
  const bool is_engine = std::string_view(backend) == "engine";
  return {{"model", "cnn"},
          {"backend", backend},
          {"contender", contender},
          {"contender_level", "idiomatic"},
          {"status", "complete"},
          {"neural", is_engine ? side("neural", "0.1.0") : side("torch", "2.13.0")},
          {"native", side("torch", "2.13.0")},
          {"comparison", {{"training_time", time}, {"memory", Json::object()}}}};
}

Json document(std::vector<Json> results) {
  return {{"protocol", {{"delta_time", 0.03}, {"finished_utc", "2026-01-01T00:00:00Z"}}}, {"results", results}};
}

TEST(EngineReport, tells_of_the_engine_and_of_generated_programs_apart) {
  const std::string text = answer_section(document({result("pytorch", "pytorch_native", "EQUIVALENT", 1.0),
                                                    result("tensorflow", "tensorflow_native", "EQUIVALENT", 1.0),
                                                    result("engine", "pytorch_native", "FASTER", 0.2)}));
  EXPECT_NE(text.find("**Training with the program Neural generates is as fast as hand-written code"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("**Training with Neural's own engine is faster than hand-written code"), std::string::npos);
  EXPECT_NE(text.find("**Neural engine**, against `pytorch_native` (idiomatic)"), std::string::npos);
}

TEST(EngineReport, says_whose_step_it_takes_and_not_that_its_versions_differ) {
  const std::string text = weak_points_section(document({result("engine", "pytorch_native", "FASTER", 0.2)}));
  EXPECT_NE(text.find("In 1 of 1 comparison it is our own engine that trains"), std::string::npos) << text;
  EXPECT_EQ(text.find("different versions"), std::string::npos);
  EXPECT_EQ(text.find("different thread settings"), std::string::npos);
}

}  // namespace
}  // namespace neural::bench::report
