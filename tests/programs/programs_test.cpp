// Programs as people write them, and what the front end makes of each.
//
//   valid/<case>.neural, .nr, .rnr   -> <case>.expected.json: every network described, and the warnings
//   invalid/<case>.…                 -> <case>.expected.txt, the whole rendered text
//
// NEURAL_UPDATE_GOLDEN=1 (`./dev golden`) rewrites the expected files.
#include "programs.hpp"

#include <gtest/gtest.h>

#include <set>

#include "fitted_json.hpp"
#include "golden/expected_file.hpp"
#include "neural/describe/describe.hpp"

namespace neural::programs {
namespace {

namespace fs = std::filesystem;

using golden::expect_file;

fs::path expected_path(const fs::path& program, const std::string& kind) {
  return program.parent_path() / (program.stem().string() + ".expected." + kind);
}

Json description(const model::Model& network, const syntax::SourceText& source) {
  return parse_json(describe::json_text(estimate::outline_of(network), source), network.name).value();
}

Json description(const Checked& checked) {
  Json networks = Json::array();
  for (const auto& network : checked.networks) {
    networks.push_back(network ? description(*network, checked.source) : Json(nullptr));
  }
  return {{"networks", std::move(networks)}, {"diagnostics", render_json(checked.source, checked.diagnostics)}};
}

std::string parameter_name(const testing::TestParamInfo<fs::path>& info) {
  return case_name(info.param);
}

class Valid : public testing::TestWithParam<fs::path> {};

TEST_P(Valid, is_understood_as_expected) {
  const Checked checked(GetParam());
  ASSERT_FALSE(checked.diagnostics.has_errors()) << checked.rendered();
  for (const auto& network : checked.networks) ASSERT_TRUE(network);
  expect_file(expected_path(GetParam(), "json"), fitted_json(description(checked)));
}

class Invalid : public testing::TestWithParam<fs::path> {};

TEST_P(Invalid, is_refused_as_expected) {
  const Checked checked(GetParam());
  ASSERT_TRUE(checked.diagnostics.has_errors()) << checked.rendered();
  expect_file(expected_path(GetParam(), "txt"), checked.rendered());
}

INSTANTIATE_TEST_SUITE_P(programs, Valid, testing::ValuesIn(programs_in("valid")), parameter_name);
INSTANTIATE_TEST_SUITE_P(programs, Invalid, testing::ValuesIn(programs_in("invalid")), parameter_name);

TEST(ExpectedFiles, belong_to_a_program) {
  for (const std::string folder : {"valid", "invalid"}) {
    std::set<std::string> names;
    for (const fs::path& program : programs_in(folder)) {
      EXPECT_TRUE(names.insert(case_name(program)).second) << "two programs of this name: " << program;
    }
    for (const auto& entry : fs::directory_iterator(kPrograms / folder)) {
      const std::string name = entry.path().filename().string();
      const auto end = name.find(".expected.");
      if (end == std::string::npos) continue;
      EXPECT_TRUE(names.contains(name.substr(0, end))) << "no program for " << entry.path();
    }
  }
}

TEST(FittedJson, fills_lines_and_gives_each_object_of_a_list_its_own) {
  const Json value = {{"name", "a \"b\""}, {"shape", {1, nullptr, 3.5}}, {"empty", Json::array()}};
  EXPECT_EQ(fitted_json(value), R"({"name": "a \"b\"", "shape": [1, null, 3.5], "empty": []})"
                                "\n");
  EXPECT_EQ(fitted_json(value, 30), R"({
  "name": "a \"b\"",
  "shape": [1, null, 3.5],
  "empty": []
}
)");
  EXPECT_EQ(fitted_json({{"some", {100, 200, 300, 400}}, {"all", {{{"a", 1}, {"b", 2}}, {{"c", 3}}}}}, 18), R"({
  "some": [
    100, 200, 300,
    400
  ],
  "all": [
    {
      "a": 1,
      "b": 2
    },
    {"c": 3}
  ]
}
)");
}

}  // namespace
}  // namespace neural::programs
