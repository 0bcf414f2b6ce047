#include "neural/bench/report/markdown.hpp"

#include <gtest/gtest.h>

namespace neural::bench::report {
namespace {

TEST(Escape, leaves_nothing_that_markdown_or_html_reads) {
  EXPECT_EQ(escape("a|b"), "a\\|b");
  EXPECT_EQ(escape("<script>`*_[x](y)#"), "\\<script\\>\\`\\*\\_\\[x\\](y)\\#");
  EXPECT_EQ(escape("two\nlines\r\nand\ttabs"), "two lines  and tabs");
  EXPECT_EQ(escape("bell\a"), "bell\\\\x07");
  EXPECT_EQ(escape("\xff"), "\\\\xff");
}

TEST(Code, is_code_only_where_nothing_can_end_it) {
  EXPECT_EQ(code("simple_mlp"), "`simple_mlp`");
  EXPECT_EQ(code("a`b"), "a\\`b");
  EXPECT_EQ(code("a\\|b"), "a\\\\\\|b");
  EXPECT_EQ(code(""), "");
}

TEST(Prose, shows_as_code_what_stands_between_back_quotes) {
  EXPECT_EQ(prose("there is no `raw/a_b`, or <x>"), "there is no `raw/a_b`, or \\<x\\>");
  EXPECT_EQ(prose("`a|b` twice"), "a\\|b twice");
  EXPECT_EQ(prose("one ` alone_"), "one \\` alone\\_");
}

TEST(Table, is_aligned_in_its_source) {
  Table table({{"Model"}, {"Time", Align::kRight}});
  table.add({"`cnn`", "2.14 s"});
  table.add({"`µ`", "980 µs"});
  EXPECT_EQ(table.text(),
            "| Model |   Time |\n"
            "| ----- | -----: |\n"
            "| `cnn` | 2.14 s |\n"
            "| `µ`   | 980 µs |\n"
            "\n");
}

}  // namespace
}  // namespace neural::bench::report
