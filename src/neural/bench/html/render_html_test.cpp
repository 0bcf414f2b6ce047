#include "neural/bench/html/render_html.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/html/markup.hpp"

namespace neural::bench::html {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = fs::path(NEURAL_SOURCE_DIR) / "tests" / "golden" / "report" / "quick";
constexpr std::size_t kMostBytes = 1'500'000;

Json golden() {
  return read_json(kGolden / "benchmark_results.json").value();
}

/// A full session of so many comparisons: 24 pairs each, as the first of the golden ones has 6.
Json session_of(std::size_t cells) {
  constexpr int kPairs = 24;
  Json results = golden();
  Json cell = results["results"][0];
  for (const char* side : {"neural", "native"}) {
    for (const char* key : {"epoch_time", "step_time"})
      cell[side]["samples"][key] = std::vector<double>(kPairs, 0.1 / 3);
    Json& runs = cell[side]["runs"];
    while (runs.size() < kPairs) runs.push_back(Json(runs[1]));
  }
  results["results"] = Json::array();
  for (std::size_t i = 0; i < cells; ++i) results["results"].push_back(cell);
  return results;
}

/// The document a page carries.
Json data_of(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"results\">";
  const std::size_t first = page.find(begin) + begin.size();
  return parse_json(page.substr(first, page.find("</script>", first) - first), "the page").value();
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Page, its_own_part_is_the_golden_one) {
  const std::string page = render_own_html(golden());
  // Style and scripts are files of page/, and the document is golden itself: what is golden here is the body.
  const std::size_t begin = page.find("<body>");
  const std::string body = page.substr(begin, page.find("<script type=", begin) - begin);
  const fs::path file = kGolden / "page_body.html";
  if (std::getenv("NEURAL_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(file, body));
    return;
  }
  const std::vector<std::string> actual = split(body, '\n');
  const std::vector<std::string> expected = split(read_file(file).value(), '\n');
  for (std::size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
    ASSERT_EQ(actual[i], expected[i]) << file << ":" << i + 1 << "; `./dev golden` rewrites it";
  }
  EXPECT_EQ(actual.size(), expected.size()) << "`./dev golden` rewrites it";
}

TEST(Page, carries_the_document_without_the_account_of_each_process) {
  Json expected = golden();
  for (Json& result : expected["results"]) {
    for (const char* side : {"neural", "native"}) result[side].erase("runs");
  }
  EXPECT_EQ(data_of(render_html(golden())), expected);
}

TEST(Page, is_the_same_from_the_same_document) {
  EXPECT_TRUE(render_html(golden()) == render_html(golden()));
}

TEST(Page, holds_the_library_its_licence_and_every_table) {
  const std::string page = render_html(golden());
  EXPECT_NE(page.find("https://d3js.org v"), std::string::npos);
  EXPECT_NE(page.find("Redistribution and use"), std::string::npos);
  const std::string markdown = read_file(kGolden / "benchmark_report.md").value();
  const std::size_t tables = count(markdown, "| -") - count(markdown, " | -");
  EXPECT_GE(tables, 15U);
  EXPECT_EQ(count(page, "<table>"), tables);
}

TEST(Page, asks_for_nothing_and_allows_nothing_but_its_own) {
  const std::string page = render_own_html(golden());
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  for (const char* address : {"http://", "https://", "src=", "@import", "url("}) {
    EXPECT_EQ(page.find(address), std::string::npos) << address;
  }
}

TEST(Page, text_of_the_document_stays_text) {
  const std::string hostile = "</script><script>alert(1)</script><!--<img src=x>\u2028\"'&`a|b`[l](javascript:x)\x1b";
  Json results = golden();
  results["environment"][hostile] = hostile;
  results["problems"] = {hostile};
  results["protocol"]["repeat"] = hostile;
  for (Json& result : results["results"]) {
    for (const char* key : {"model", "backend", "contender", "contender_level", "reason", "next"})
      result[key] = hostile;
    result["comparison"]["training_time"]["verdict"] = hostile;
  }
  const std::string page = render_html(results), calm = render_html(golden());
  for (const char* mark : {"<script", "</script", "<!--", "<img", "href=\"j"}) {
    EXPECT_EQ(count(page, mark), count(calm, mark)) << mark;
  }
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  EXPECT_EQ(page.find("\u2028"), std::string::npos);
  EXPECT_EQ(data_of(page)["problems"][0], hostile);
}

TEST(Page, any_document_is_taken) {
  for (const Json& document :
       {Json(), Json(1), Json::array({1}), Json::object(), Json{{"results", 3}}, Json{{"trend", {{"series", {1}}}}},
        Json{{"results", {1, nullptr, "x", {{"comparison", 5}, {"neural", 1}}}}, {"protocol", "p"}}}) {
    EXPECT_TRUE(render_html(document).starts_with("<!DOCTYPE html>")) << document;
  }
}

TEST(Page, a_standard_session_fits_into_its_size) {
  EXPECT_LT(render_html(session_of(6)).size(), kMostBytes / 2);
  EXPECT_LT(render_html(session_of(50)).size(), kMostBytes);
}

TEST(Markup, markdown_becomes_html_and_html_stays_text) {
  EXPECT_EQ(from_markdown("| a | b |\n| --- | ---: |\n| `x<y` | **c** |\n"),
            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th align=\"right\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
            "<td><code>x&lt;y</code></td>\n<td align=\"right\"><strong>c</strong></td>\n</tr>\n</tbody>\n</table>\n");
  EXPECT_EQ(from_inline_markdown("a <b>c</b>"), "a &lt;b&gt;c&lt;/b&gt;");
  EXPECT_EQ(escape("<a href=\"x\">'&\n"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\\x0a");
}

}  // namespace
}  // namespace neural::bench::html
