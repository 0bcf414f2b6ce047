// Every diagnostic code against the front end and the backends: the wrong program of its explanation gets it, the right
// one does not, and the message reads as in diagnostics/<code>.expected.txt. docs/diagnostics.md is what the table
// gives.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "beyond_limits.hpp"
#include "expected_file.hpp"
#include "neural/explain/example.hpp"
#include "neural/explain/explain.hpp"

namespace neural {
namespace {

namespace fs = std::filesystem;

using explain::Example;
using golden::expect_file;
using golden::kGolden;
using syntax::Code;
using syntax::Explanation;

std::vector<std::string> all_codes() {
  std::vector<std::string> codes;
  for (const syntax::ExplanationGroup& group : syntax::explanation_groups()) {
    for (const Explanation& entry : group.entries) codes.emplace_back(code_name(entry.code));
  }
  return codes;
}

std::vector<std::string> codes_of(const Example& example) {
  std::vector<std::string> codes;
  for (const syntax::Diagnostic& found : example.diagnostics.sorted()) codes.emplace_back(code_name(found.code));
  std::sort(codes.begin(), codes.end());
  return codes;
}

/// The codes the wrong program must get, each once.
std::vector<std::string> wanted_codes(const Explanation& entry) {
  std::vector<std::string> codes = {std::string(code_name(entry.code))};
  if (entry.also) codes.emplace_back(code_name(*entry.also));
  std::sort(codes.begin(), codes.end());
  return codes;
}

std::string rendered(const Example& example) {
  return render_text(example.source, example.diagnostics);
}

fs::path expected_path(Code code) {
  return kGolden / "diagnostics" / (std::string(code_name(code)) + ".expected.txt");
}

class EveryCode : public testing::TestWithParam<std::string> {};

TEST_P(EveryCode, is_shown_by_its_programs) {
  const Explanation& entry = explanation_of(*syntax::find_code(GetParam()));
  const auto limit = golden::beyond_limits().find(entry.code);
  const bool is_short = limit == golden::beyond_limits().end();
  ASSERT_NE(entry.wrong.empty(), is_short) << "a program in the explanation, or else one beyond a limit";
  const golden::LimitCase texts = is_short ? golden::LimitCase() : limit->second();
  const Example wrong = is_short ? explain::wrong_example(entry) : explain::run_example(texts.beyond);
  const Example right = is_short ? explain::right_example(entry) : explain::run_example(texts.within);

  ASSERT_EQ(codes_of(wrong), wanted_codes(entry)) << rendered(wrong);
  EXPECT_EQ(rendered(right), "");
  expect_file(expected_path(entry.code), rendered(wrong));
}

std::string case_name(const testing::TestParamInfo<std::string>& info) {
  return info.param;
}

INSTANTIATE_TEST_SUITE_P(golden, EveryCode, testing::ValuesIn(all_codes()), case_name);

TEST(ExpectedMessages, belong_to_a_code_that_is_reported) {
  for (const auto& file : fs::directory_iterator(kGolden / "diagnostics")) {
    const auto code = syntax::find_code(file.path().stem().stem().string());
    if (!code) continue;  // a case of golden_test.cpp
    EXPECT_EQ(file.path(), expected_path(*code));
  }
}

TEST(DiagnosticsPage, is_what_the_table_gives) {
  expect_file(fs::path(NEURAL_SOURCE_DIR) / "docs" / "diagnostics.md", explain::markdown_page());
}

}  // namespace
}  // namespace neural
