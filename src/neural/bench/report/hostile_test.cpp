// Damaged files and text that wants to be more than text.
#include <gtest/gtest.h>

#include <vector>

#include "neural/base/text.hpp"
#include "neural/bench/report/render_markdown.hpp"
#include "neural/bench/report/testing.hpp"

namespace neural::bench::report {
namespace {

namespace fs = std::filesystem;

using Hostile = SessionCopy;

constexpr const char* kHostile =
    "a|b`c`\n| x | y |\n\n# Heading <img src=x onerror=alert(1)> [l](http://e) \\| ***\r\x1b[31m";

/// Bars that separate cells: those with no escape before them.
std::size_t separators(const std::string& line) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '|') {
      ++count;
    }
  }
  return count;
}

/// Every line of a table has as many cells as its first.
void expect_whole_tables(const std::string& markdown) {
  std::size_t expected = 0;
  for (const std::string& line : split(markdown, '\n')) {
    if (!line.starts_with("|")) {
      expected = 0;
      EXPECT_EQ(separators(line), 0) << line;
      continue;
    }
    if (expected == 0) expected = separators(line);
    EXPECT_EQ(separators(line), expected) << line;
  }
}

TEST_F(Hostile, text_stays_in_its_place) {
  const std::string calm = render_markdown(collect_results(root_).value());
  edit(root_ / "session.json", [](Json& session) {
    session["protocol"]["repeat"] = kHostile;
    session["protocol"]["started_utc"] = kHostile;
    session["version"] = kHostile;
  });
  edit(root_ / "environment.json", [](Json& environment) {
    environment["cpu"]["model"] = kHostile;
    environment[kHostile] = {{kHostile, {kHostile, 1, nullptr}}};
  });
  edit(cell(kEquivalentCell) / "cell.json", [](Json& value) {
    for (const char* key : {"model", "contender", "contender_level"}) value[key] = kHostile;
  });
  edit(cell(kUnequalCell) / "cell.json", [](Json& value) { value["error"] = kHostile; });
  edit(cell(kUndecidedCell) / "full_neural" / "outcome.json", [](Json& outcome) {
    outcome["valid"] = false;
    outcome["reason"] = kHostile;
  });
  const std::string markdown = render_markdown(collect_results(root_).value());
  expect_whole_tables(calm);
  expect_whole_tables(markdown);
  EXPECT_EQ(markdown.find(" <img"), std::string::npos) << "there is a back slash before every <";
  EXPECT_EQ(markdown.find('\x1b'), std::string::npos);
  EXPECT_EQ(markdown.find("\n# Heading"), std::string::npos);
}

TEST(AnyDocument, is_rendered) {
  const std::vector<Json> documents = {
      nullptr,
      1,
      Json::array({1, 2}),
      Json::object(),
      {{"results", 3}},
      {{"results", {1, "x", nullptr, Json::object(), {{"comparison", 5}}}}, {"protocol", "p"}, {"environment", {1}}},
      {{"results", {{{"neural", {{"history", {{"epoch", {1}}, {"loss", {"x"}}}}, {"runs", {7}}}}, {"pairs", {1}}}}}},
  };
  for (const Json& document : documents) {
    const std::string markdown = render_markdown(document);
    EXPECT_TRUE(markdown.starts_with("# Neural against hand-written code\n")) << document;
    expect_whole_tables(markdown);
  }
}

bool mentions(const Json& document, const std::string& text) {
  return pretty_json(document).find(text) != std::string::npos;
}

/// Cuts every file of the folder to a share of its size in turn.
class Truncation : public SessionCopy, public testing::WithParamInterface<double> {
 protected:
  void SetUp() override {
    SessionCopy::SetUp();
    keep_only(kEquivalentCell);
  }

  /// What collecting gives when this file is cut.
  Expected<Json> collect_without(const fs::path& file) const {
    const std::string text = read_file(file).value();
    fs::resize_file(file, static_cast<std::uintmax_t>(GetParam() * static_cast<double>(text.size())));
    Expected<Json> results = collect_results(root_);
    EXPECT_TRUE(write_file(file, text));
    return results;
  }
};

TEST_P(Truncation, of_any_raw_file_makes_its_cell_invalid_and_names_the_file) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(root_ / "raw")) {
    const std::string folder = entry.path().parent_path().filename().string();
    const bool like_the_first = folder.starts_with("pair_") && !folder.starts_with("pair_01");
    if (entry.is_regular_file() && !like_the_first) files.push_back(entry.path());
  }
  ASSERT_GE(files.size(), 1 + 6 * 3 + 2 * 9) << "cell.json, six runs, two parity folders";
  for (const fs::path& file : files) {
    const std::string place = fs::relative(file, root_).string();
    const Expected<Json> results = collect_without(file);
    ASSERT_TRUE(results) << place;
    const Json& result = (*results)["results"][0];
    EXPECT_EQ(result["status"], "invalid") << place;
    EXPECT_TRUE(mentions(result["reason"], place)) << place << ": " << result["reason"];
    const bool full = place.find("full_") != std::string::npos;
    EXPECT_EQ(result["comparison"]["training_time"]["verdict"], "INVALID") << place;
    if (full) {
      EXPECT_EQ(result["comparison"]["memory"]["verdict"], "INVALID") << place;
    }
    render_markdown(*results);
  }
}

TEST_P(Truncation, of_the_session_is_an_error_and_of_the_environment_a_problem) {
  const Expected<Json> session = collect_without(root_ / "session.json");
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().message.substr(0, 15), "`session.json`:");
  const Json results = collect_without(root_ / "environment.json").value();
  EXPECT_TRUE(mentions(results["problems"], "`environment.json`"));
  EXPECT_EQ(results["results"][0]["status"], "complete");
  EXPECT_NE(render_markdown(results).find("`environment.json` could not be read"), std::string::npos);
}

std::string name_of_cut(const testing::TestParamInfo<double>& cut) {
  return cut.param == 0 ? "nothing" : "half";
}

INSTANTIATE_TEST_SUITE_P(To, Truncation, testing::Values(0.0, 0.5), name_of_cut);

}  // namespace
}  // namespace neural::bench::report
