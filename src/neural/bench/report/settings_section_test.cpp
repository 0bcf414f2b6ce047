#include <gtest/gtest.h>

#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

Json result(const std::string& model, const Json& neural, const Json& native) {
  return {{"model", model},
          {"backend", "pytorch"},
          {"contender", "pytorch_native"},
          {"neural", {{"worker", neural}}},
          {"native", {{"worker", native}}}};
}

Json worker(int threads) {
  return {{"threads", {{"intra_op", threads}}},
          {"tasks", 40 + threads},
          {"cpus", {0, 1}},
          {"settings", {{"mkldnn", "True"}}}};
}

/// The section without the padding of its tables.
std::string section_of(const Json& results) {
  std::string text = settings_section(results);
  for (std::size_t at = text.find("  "); at != std::string::npos; at = text.find("  ")) text.erase(at, 1);
  return text;
}

TEST(SettingsSection, ListsEverySettingOfBothSidesOnce) {
  const Json results = {{"protocol", {{"profile", "controlled"}}},
                        {"results", {result("cnn", worker(2), worker(2)), result("deep_mlp", worker(2), worker(2))}}};
  const std::string text = section_of(results);
  EXPECT_NE(text.find("`cnn` on PyTorch against `pytorch_native`; `deep_mlp` on PyTorch against `pytorch_native`:"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("| `threads.intra_op` | 2 | 2 |"), std::string::npos) << text;
  EXPECT_NE(text.find("| `settings.mkldnn` | True | True |"), std::string::npos) << text;
  EXPECT_EQ(text.find("tasks"), std::string::npos);
  EXPECT_EQ(text.find("`threads.intra_op`"), text.rfind("`threads.intra_op`")) << "one table";
  EXPECT_NE(text.find("Profile `controlled`"), std::string::npos);
}

TEST(SettingsSection, WhatDiffersStandsOut) {
  Json native = worker(1);
  native["variables"] = {{"OMP_WAIT_POLICY", "active"}};
  const std::string text = section_of({{"results", {result("cnn", worker(2), native)}}});
  EXPECT_NE(text.find("| `threads.intra_op` | **2** | **1** |"), std::string::npos) << text;
  EXPECT_NE(text.find("**not set** | **active** |"), std::string::npos) << text;
}

TEST(SettingsSection, IsNothingWhereNothingIsKnown) {
  EXPECT_EQ(settings_section({{"results", {result("cnn", nullptr, nullptr)}}}), "");
  EXPECT_EQ(settings_section("text"), "");
}

}  // namespace
}  // namespace neural::bench::report
