#include "neural/base/diff.hpp"

#include <gtest/gtest.h>

#include <random>
#include <sstream>
#include <vector>

namespace neural {
namespace {

std::string hunks(const std::string& before, const std::string& after) {
  const std::string diff = unified_diff(before, after, "a", "b");
  const std::string head = "--- a\n+++ b\n";
  EXPECT_TRUE(diff.starts_with(head)) << diff;
  return diff.substr(head.size());
}

/// `before` with the hunks applied; every kept and every removed line must be there, at the place its hunk names.
std::string patched(const std::string& before, const std::string& diff) {
  std::vector<std::string> lines;
  std::istringstream text(before);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  std::string after;
  std::size_t at = 0;
  std::istringstream edits(diff);
  for (std::string edit; std::getline(edits, edit);) {
    if (edit[0] == '@') {
      std::size_t first = 0;
      std::size_t count = 0;
      EXPECT_EQ(std::sscanf(edit.c_str(), "@@ -%zu,%zu", &first, &count), 2) << edit;
      const std::size_t begin = first - (count > 0 ? 1 : 0);
      while (at < begin) after += lines.at(at++) + '\n';
    } else if (edit[0] == '+') {
      after += edit.substr(1) + '\n';
    } else {
      EXPECT_EQ(lines.at(at), edit.substr(1));
      if (edit[0] == ' ') after += lines.at(at) + '\n';
      ++at;
    }
  }
  while (at < lines.size()) after += lines[at++] + '\n';
  return after;
}

TEST(Diff, shows_a_change_with_three_lines_round_it) {
  EXPECT_EQ(hunks("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(Diff, joins_changes_that_are_near) {
  EXPECT_EQ(hunks("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n"),
            "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n");
  EXPECT_EQ(hunks("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n"),
            "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n");
}

TEST(Diff, knows_empty_texts_and_a_last_line_without_an_end) {
  EXPECT_EQ(unified_diff("x\n", "x\n", "a", "b"), "");
  EXPECT_EQ(hunks("", "x\n"), "@@ -0,0 +1,1 @@\n+x\n");
  EXPECT_EQ(hunks("x\n", ""), "@@ -1,1 +0,0 @@\n-x\n");
  EXPECT_EQ(hunks("x", "x\n"), "@@ -1,1 +1,1 @@\n-x\n\\ No newline at end of file\n+x\n");
}

TEST(Diff, leads_from_one_text_to_the_other) {
  std::mt19937 random(3);
  const auto text = [&random](std::size_t lines) {
    std::string all;
    for (; lines > 0; --lines) all += std::string(1, static_cast<char>('a' + random() % 3)) + '\n';
    return all;
  };
  for (int i = 0; i < 2000; ++i) {
    const std::string before = text(random() % 20);
    const std::string after = text(random() % 20);
    if (before != after) {
      ASSERT_EQ(patched(before, hunks(before, after)), after) << before << "->\n" << after;
    }
  }
}

TEST(Diff, changes_as_few_lines_as_it_can) {
  const std::string diff = hunks("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n");
  EXPECT_EQ(std::count(diff.begin(), diff.end(), '-') + std::count(diff.begin(), diff.end(), '+'), 5 + 2) << diff;
}

TEST(Diff, of_texts_without_a_common_line_comes_to_an_end) {
  std::string before = "same\n";
  std::string after = "same\n";
  for (int i = 0; i < 50000; ++i) {
    before += std::to_string(i) + "\n";
    after += "  " + std::to_string(i) + "\n";
  }
  const std::string diff = hunks(before, after);
  EXPECT_TRUE(diff.starts_with("@@ -1,50001 +1,50001 @@\n same\n-0\n")) << diff.substr(0, 100);
  EXPECT_EQ(patched(before, diff), after);
}

}  // namespace
}  // namespace neural
