#include "neural/data/csv.hpp"

#include <gtest/gtest.h>

namespace neural::data {
namespace {

std::string error_of(std::string_view text) {
  const Expected<Table> table = parse_table(text, "`a.csv`");
  return table ? "" : table.error().message;
}

Expected<Columns> columns_of(std::string_view text, const std::optional<std::string>& label = std::nullopt) {
  return split_columns(parse_table(text, "`a.csv`").value(), label, "`a.csv`");
}

TEST(Csv, a_first_line_of_words_names_the_columns) {
  const Table table = parse_table("age,\"height, in m\", label\n41,1.75,0\r\n-3e1,+2,1\n\n", "`a.csv`").value();
  EXPECT_EQ(table.columns, (std::vector<std::string>{"age", "height, in m", "label"}));
  EXPECT_EQ(table.values, (std::vector<double>{41, 1.75, 0, -30, 2, 1}));
  EXPECT_EQ(table.rows(), 2U);
}

TEST(Csv, without_names_and_with_other_separators) {
  EXPECT_EQ(parse_table("1;2;3\n4;5;6", "").value().values, (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(parse_table("1\t2\n3\t4\n", "").value().rows(), 2U);
  EXPECT_EQ(parse_table("\xef\xbb\xbf\"a \"\"b\"\"\",y\n1,2\n", "").value().columns.front(), "a \"b\"");
}

TEST(Csv, mistakes_are_told_with_line_and_column) {
  EXPECT_EQ(error_of("a,b\n1,2\n1,two\n"), "line 3 of `a.csv`, column `b`: `two` is no number");
  EXPECT_EQ(error_of("1,2\n1,\n"), "line 2 of `a.csv`, column 1: `` is no number");
  EXPECT_EQ(error_of("a,b\n1,2\n\n1,2,3\n"), "line 4 of `a.csv` has 3 fields, those before it have 2");
  EXPECT_EQ(error_of("1,2\n1,nan\n"), "line 2 of `a.csv`, column 1: `nan` is no number");
  EXPECT_EQ(error_of("\"a\nb\",c\n1,x\n"), "line 3 of `a.csv`, column `c`: `x` is no number");
  EXPECT_EQ(error_of("a,\"b\n1,2\n"), "line 1 of `a.csv` opens a quote that is never closed");
  EXPECT_EQ(error_of(""), "`a.csv` has no rows");
  EXPECT_EQ(error_of("a,b\n"), "`a.csv` has no rows");
  EXPECT_EQ(error_of("1,nan(\n"), "`a.csv` has no rows");
}

TEST(Csv, the_targets_are_the_column_of_that_name) {
  const Columns columns = columns_of("label,a,b\n1,0.5,2\n0,1.5,3\n").value();
  EXPECT_EQ(columns.inputs.shape(), (Shape{2, 2}));
  EXPECT_EQ(to_floats(columns.inputs), (std::vector<float>{0.5F, 2, 1.5F, 3}));
  EXPECT_EQ(columns.targets.type(), ElementType::kInt64);
  EXPECT_EQ(to_floats(columns.targets), (std::vector<float>{1, 0}));
  EXPECT_EQ(to_floats(columns_of("a,price\n1,2.5\n", "price").value().targets), (std::vector<float>{2.5F}));
  EXPECT_EQ(to_floats(columns_of("1,2,3\n", "0").value().targets), (std::vector<float>{1}));
}

TEST(Csv, targets_that_cannot_be_told_are_asked_for) {
  const Error error = columns_of("a,b\n1,2\n").error();
  EXPECT_EQ(error.message, "which column of `a.csv` are the targets? its columns are a, b");
  EXPECT_EQ(error.help, "name it with --label, or call it `label`");
  EXPECT_EQ(columns_of("1,2\n").error().message,
            "which column of `a.csv` are the targets? it has no line of names, and columns 0 to 1");
  EXPECT_EQ(columns_of("a,b\n1,2\n", "c").error().message, "`a.csv` has no column `c`; its columns are a, b");
  EXPECT_EQ(columns_of("1,2\n", "2").error().message,
            "`a.csv` has no column `2`; it has no line of names, and columns 0 to 1");
  EXPECT_EQ(columns_of("label\n1\n").error().message, "`a.csv` has one column, where inputs and targets are needed");
}

}  // namespace
}  // namespace neural::data
