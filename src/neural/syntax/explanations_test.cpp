#include "neural/syntax/explanations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "neural/base/text.hpp"

namespace neural::syntax {
namespace {

constexpr Code kAll[] = {
#define NEURAL_CODE(code, summary) Code::code,
#include "neural/syntax/diagnostic_codes.def"
#undef NEURAL_CODE
};

std::vector<Explanation> all_entries() {
  std::vector<Explanation> entries;
  for (const ExplanationGroup& group : explanation_groups()) {
    entries.insert(entries.end(), group.entries.begin(), group.entries.end());
  }
  return entries;
}

TEST(Explanations, are_there_for_every_code_once_and_in_order) {
  std::vector<std::string_view> explained;
  for (const Explanation& entry : all_entries()) explained.push_back(code_name(entry.code));
  std::vector<std::string_view> known;
  for (const Code code : kAll) known.push_back(code_name(code));
  EXPECT_EQ(explained, known);
}

TEST(Explanations, have_a_text_of_one_to_four_sentences) {
  for (const Explanation& entry : all_entries()) {
    const std::string text = std::string(entry.text) + " ";
    std::size_t sentences = 0;
    for (auto at = text.find(". "); at != std::string::npos; at = text.find(". ", at + 1)) ++sentences;
    EXPECT_GE(sentences, 1u) << code_name(entry.code);
    EXPECT_LE(sentences, 4u) << code_name(entry.code);
    EXPECT_LE(entry.text.size(), 450u) << code_name(entry.code);
    EXPECT_EQ(std::count(text.begin(), text.end(), '`') % 2, 0) << code_name(entry.code);
    EXPECT_EQ(text.find("  "), std::string::npos) << code_name(entry.code);
  }
}

TEST(Explanations, show_programs_that_differ_in_the_mistake_alone) {
  for (const Explanation& entry : all_entries()) {
    if (entry.wrong.empty()) {
      EXPECT_TRUE(entry.mistake.empty() && entry.correction.empty() && entry.backend.empty() && !entry.also);
      EXPECT_EQ(right_program(entry), "");
      continue;
    }
    EXPECT_NE(entry.wrong.find(entry.mistake), std::string_view::npos) << code_name(entry.code);
    const std::string right = right_program(entry);
    EXPECT_NE(right, entry.wrong) << code_name(entry.code);
    EXPECT_NE(right.find(entry.correction), std::string::npos) << code_name(entry.code);
  }
}

TEST(Explanations, show_programs_that_fit_a_terminal) {
  for (const Explanation& entry : all_entries()) {
    for (const std::string& program : {std::string(entry.wrong), right_program(entry)}) {
      if (program.empty()) continue;
      const std::vector<std::string> lines = split(program, '\n');
      EXPECT_LE(lines.size(), 20u) << program;
      EXPECT_EQ(lines.back(), "") << program;
      for (const std::string& line : lines) {
        EXPECT_LE(code_points(line), 72u) << line;
        EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
      }
    }
  }
}

TEST(RightProgram, replaces_the_mistake_wherever_it_stands) {
  const Explanation entry = {.code = Code::E201, .text = "", .wrong = "a b a", .mistake = "a", .correction = "aa"};
  EXPECT_EQ(right_program(entry), "aa b aa");
}

TEST(Code, is_found_by_name_in_any_case) {
  EXPECT_EQ(find_code("E503"), Code::E503);
  EXPECT_EQ(find_code("w104"), Code::W104);
  EXPECT_EQ(find_code("W503"), std::nullopt);
  EXPECT_EQ(find_code(""), std::nullopt);
}

TEST(ExplanationOf, is_the_entry_of_that_code) {
  for (const Code code : kAll) EXPECT_EQ(explanation_of(code).code, code);
}

}  // namespace
}  // namespace neural::syntax
