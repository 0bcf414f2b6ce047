// Expected files: what the compiler says and writes for the cases of tests/golden.
//
//   emit/<case>.neural          -> <case>.expected.pytorch.py, <case>.expected.tensorflow.py (a first line
//                                  `# level: O0` asks for that level)
//   diagnostics/<case>.neural   -> <case>.expected.txt, the whole rendered text
//
// diagnostics/<code>.expected.txt belongs to explanations_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "expected_file.hpp"
#include "neural/base/files.hpp"
#include "neural/base/hashes.hpp"
#include "neural/emit/backends.hpp"
#include "neural/model/check.hpp"
#include "neural/model/research.hpp"
#include "neural/syntax/parser.hpp"

namespace neural {
namespace {

namespace fs = std::filesystem;

using golden::expect_file;
using golden::kGolden;

std::vector<std::string> cases(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kGolden / folder)) {
    if (entry.path().extension() == ".neural") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Golden : public testing::TestWithParam<std::string> {
 protected:
  static syntax::SourceText source(const std::string& folder) {
    return {GetParam() + ".neural", read_file(kGolden / folder / (GetParam() + ".neural")).value()};
  }
};

class Emit : public Golden {};

TEST_P(Emit, writes_the_expected_programs) {
  const syntax::SourceText text = source("emit");
  syntax::DiagnosticList diagnostics;
  const syntax::File tree = syntax::parse_file(text, diagnostics);
  const auto networks = model::check_file(tree, text, diagnostics);
  ASSERT_FALSE(diagnostics.has_errors()) << render_text(text, diagnostics);
  const bool idiom = text.line(1) == "# level: O0";
  // The version stays out of expected files, so that a release does not rewrite them all.
  const emit::Options options = {.level = idiom ? emit::Level::kO0 : emit::Level::kO1,
                                 .source_name = text.name(),
                                 .source_sha256 = sha256(text.text()),
                                 .version = "0.0.0",
                                 .research = model::research_by_network(tree).at(networks.front()->name)};
  for (const emit::Backend& backend : emit::backends()) {
    if (!is_program(backend)) continue;
    const auto program = backend.emit(*networks.front(), options, diagnostics);
    ASSERT_TRUE(program) << render_text(text, diagnostics);
    expect_file(kGolden / "emit" / (GetParam() + ".expected." + std::string(backend.name) + ".py"), program->text());
  }
}

class Diagnostics : public Golden {};

TEST_P(Diagnostics, read_as_expected) {
  const syntax::SourceText text = source("diagnostics");
  syntax::DiagnosticList diagnostics;
  model::check_file(syntax::parse_file(text, diagnostics), text, diagnostics);
  expect_file(kGolden / "diagnostics" / (GetParam() + ".expected.txt"), render_text(text, diagnostics));
}

std::string case_name(const testing::TestParamInfo<std::string>& info) {
  return info.param;
}

INSTANTIATE_TEST_SUITE_P(golden, Emit, testing::ValuesIn(cases("emit")), case_name);
INSTANTIATE_TEST_SUITE_P(golden, Diagnostics, testing::ValuesIn(cases("diagnostics")), case_name);

}  // namespace
}  // namespace neural
