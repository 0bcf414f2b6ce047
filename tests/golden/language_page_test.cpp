// docs/language.md against the language: its tables are those of the catalogue, nothing of the catalogue is missing,
// its examples get the diagnostics it says and have the shapes it says, and its links lead somewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "expected_file.hpp"
#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/explain/language_page.hpp"
#include "neural/explain/names.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/explanations.hpp"
#include "neural/syntax/parser.hpp"

namespace neural {
namespace {

namespace fs = std::filesystem;

using explain::PageExample;
using golden::expect_file;

const fs::path kPage = fs::path(NEURAL_SOURCE_DIR) / "docs" / "language.md";

const std::string& page() {
  static const std::string text = *read_file(kPage);
  return text;
}

struct Checked {
  syntax::SourceText source;
  syntax::DiagnosticList diagnostics;
  std::vector<std::optional<model::Model>> networks;

  explicit Checked(const PageExample& example) : source("language.md", example.text) {
    if (example.language == "neural-layer") {
      const auto layer = syntax::parse_layer(source, diagnostics);
      if (layer) model::check_layer(*layer, source, diagnostics);
    } else {
      networks = model::check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
    }
  }

  std::vector<std::string> codes() const {
    std::vector<std::string> all;
    for (const syntax::Diagnostic& found : diagnostics.sorted()) all.emplace_back(code_name(found.code));
    return all;
  }
};

std::vector<PageExample> programs() {
  std::vector<PageExample> all = explain::page_examples(page());
  std::erase_if(all, [](const PageExample& each) { return !each.language.starts_with("neural"); });
  return all;
}

/// The place of a heading, as Markdown viewers name it.
std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char each : heading) {
    if (each == ' ') anchor += '-';
    if (std::isalnum(static_cast<unsigned char>(each)) != 0) {
      anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(each)));
    }
  }
  return anchor;
}

std::set<std::string> anchors() {
  std::set<std::string> all;
  for (const std::string& line : split(page(), '\n')) {
    const std::size_t begin = line.find_first_not_of('#');
    if (begin != std::string::npos && begin > 0 && line[begin] == ' ') all.insert(anchor_of(line.substr(begin + 1)));
  }
  return all;
}

TEST(LanguagePage, has_the_tables_of_the_catalogue) {
  const auto made = explain::with_tables(page());
  ASSERT_TRUE(made) << made.error().message;
  expect_file(kPage, *made);
}

TEST(LanguagePage, names_everything_there_is) {
  std::vector<std::string> missing;
  for (const explain::NameGroup& group : explain::name_groups()) {
    for (const explain::NameEntry& entry : group.entries) {
      for (std::string_view name : entry.aliases) {
        if (page().find("`" + std::string(name)) == std::string::npos) missing.emplace_back(name);
      }
      if (page().find("`" + std::string(entry.name)) == std::string::npos) missing.emplace_back(entry.name);
    }
  }
  for (const syntax::ExplanationGroup& group : syntax::explanation_groups()) {
    for (const syntax::Explanation& entry : group.entries) {
      const std::string name(code_name(entry.code));
      if (page().find("[" + name + "](") == std::string::npos) missing.push_back(name);
    }
  }
  EXPECT_EQ(missing, std::vector<std::string>{});
}

TEST(LanguagePage, has_examples_that_get_what_it_says) {
  ASSERT_GT(programs().size(), 25U);
  for (const PageExample& example : programs()) {
    const Checked checked(example);
    EXPECT_EQ(checked.codes(), example.codes) << "line " << example.line << "\n"
                                              << render_text(checked.source, checked.diagnostics);
  }
}

/// `Conv2D(8, 5)   # (24, 24, 8)`: a comment that begins with a parenthesis says what comes out.
TEST(LanguagePage, says_the_shapes_of_its_examples) {
  std::size_t compared = 0;
  for (const PageExample& example : programs()) {
    const Checked checked(example);
    const std::vector<std::string> lines = split(example.text, '\n');
    for (const auto& network : checked.networks) {
      if (!network) continue;
      for (const model::Layer& layer : network->layers) {
        const std::string& line = lines[layer.line - 1];
        const std::size_t comment = line.find("# (");
        if (comment == std::string::npos) continue;
        EXPECT_EQ(model::to_string(layer.output), line.substr(comment + 2)) << line;
        ++compared;
      }
    }
  }
  EXPECT_GE(compared, 10U);
}

TEST(LanguagePage, links_to_headings_that_exist) {
  const std::set<std::string> headings = anchors();
  std::size_t links = 0;
  for (std::size_t at = page().find("](#"); at != std::string::npos; at = page().find("](#", at + 1)) {
    const std::size_t begin = at + 3;
    const std::string target = page().substr(begin, page().find(')', begin) - begin);
    EXPECT_TRUE(headings.contains(target)) << target;
    ++links;
  }
  EXPECT_GT(links, 40U);
}

}  // namespace
}  // namespace neural
