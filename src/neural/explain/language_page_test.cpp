#include "neural/explain/language_page.hpp"

#include <gtest/gtest.h>

namespace neural::explain {
namespace {

std::string error_of(std::string_view page) {
  const auto made = with_tables(page);
  return made ? "" : made.error().message;
}

TEST(LanguagePage, gets_its_tables_and_keeps_the_rest) {
  const auto made = with_tables("# Title\n<!-- table: layers Flatten -->\nold\n<!-- end -->\ntext\n");
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->starts_with("# Title\n<!-- table: layers Flatten -->\n\n| layer |")) << *made;
  EXPECT_NE(made->find("\n| `Flatten` |"), std::string::npos);
  EXPECT_EQ(made->find("old"), std::string::npos);
  EXPECT_TRUE(made->ends_with("\n<!-- end -->\ntext\n")) << *made;
  EXPECT_EQ(with_tables(*made).value(), *made) << "a second time nothing changes";
}

TEST(LanguagePage, says_which_marker_is_wrong) {
  EXPECT_EQ(error_of("a\n<!-- table: layers Flatten -->\n"), "line 2: the table has no end");
  EXPECT_EQ(error_of("<!-- table: layers Flatte -->\n<!-- end -->\n"),
            "line 1: `Flatte` is not a layer, or stands there twice");
  EXPECT_EQ(error_of("<!-- table: layers -->\n<!-- end -->\n"), "line 1: name the layers of the table, each once");
  EXPECT_EQ(error_of("<!-- table: birds -->\n<!-- end -->\n"), "line 1: there is no table of `birds`");
}

TEST(PageExamples, are_fences_with_their_codes) {
  const auto examples = page_examples("text\n```neural\na\nb\n```\n<!-- E503 W115 -->\n\n```sh\nls\n```\n```neural\n");
  ASSERT_EQ(examples.size(), 3U);
  EXPECT_EQ(examples[0].line, 3U);
  EXPECT_EQ(examples[0].language, "neural");
  EXPECT_EQ(examples[0].text, "a\nb\n");
  EXPECT_EQ(examples[0].codes, (std::vector<std::string>{"E503", "W115"}));
  EXPECT_EQ(examples[1].language, "sh");
  EXPECT_TRUE(examples[1].codes.empty());
  EXPECT_EQ(examples[2].text, "") << "never closed";
}

}  // namespace
}  // namespace neural::explain
