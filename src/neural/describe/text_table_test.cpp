#include "neural/describe/text_table.hpp"

#include <gtest/gtest.h>

#include "neural/base/text.hpp"

namespace neural::describe {
namespace {

TextTable fruit() {
  TextTable table({{"Name", false, 4}, {"Price", true, 0, 2}, {"Note", false, 0, 1}});
  table.add({"größe", "1", "a"});
  table.add({"watermelon", "12,000", ""}, true);
  return table;
}

TEST(TextTable, sets_numbers_right_and_ends_lines_without_blanks) {
  const auto [text, left_out] = fruit().render(0, false);
  EXPECT_EQ(text,
            "Name         Price  Note\n"
            "größe            1  a\n"
            "watermelon  12,000\n");
  EXPECT_TRUE(left_out.empty());
}

TEST(TextTable, cuts_cells_where_there_is_too_little_space) {
  const auto [text, left_out] = fruit().render(20, false);
  EXPECT_EQ(text,
            "Name     Price  Note\n"
            "größe        1  a\n"
            "water…  12,000\n");
  EXPECT_TRUE(left_out.empty());
}

TEST(TextTable, leaves_out_columns_where_cutting_does_not_do) {
  const auto [text, left_out] = fruit().render(12, false);
  EXPECT_EQ(text,
            "Name   Price\n"
            "grö…       1\n"
            "wat…  12,000\n");
  EXPECT_EQ(left_out, std::vector<std::string_view>{"Note"});
  EXPECT_EQ(fruit().render(5, false).left_out, (std::vector<std::string_view>{"Note", "Price"}));
}

TEST(TextTable, has_bold_titles_and_faint_rows_in_color) {
  const std::string text = fruit().render(0, true).text;
  EXPECT_EQ(text.find("\033[1mName"), 0U);
  EXPECT_NE(text.find("\n\033[2mwatermelon  12,000\033[0m\n"), std::string::npos);
}

}  // namespace
}  // namespace neural::describe
