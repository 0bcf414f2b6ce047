#include <gtest/gtest.h>

#include "neural/syntax/diagnostics.hpp"

namespace neural::syntax {
namespace {

TEST(RenderText, shows_place_line_mark_note_and_help) {
  const SourceText source("shapes.neural", "network A {\n\tConv2D(-8, (3,3))\n}\n");
  DiagnosticList diagnostics;
  Diagnostic& found = diagnostics.add(Code::E302, {20, 22}, "`Conv2D.filters` must be at least 1, got -8",
                                      "use a positive whole number");
  found.notes.push_back({"the network begins here", Span{0, 7}});
  diagnostics.add(Code::W522, {13, 19}, "an implicit flatten");
  EXPECT_EQ(render_text(source, diagnostics), R"(shapes.neural:2:2: warning[W522]: an implicit flatten
  2 | 	Conv2D(-8, (3,3))
    | 	^~~~~~
shapes.neural:2:9: error[E302]: `Conv2D.filters` must be at least 1, got -8
  2 | 	Conv2D(-8, (3,3))
    | 	       ^~
    = note: the network begins here
  1 | network A {
    | ^~~~~~~
    = help: use a positive whole number
1 error, 1 warning
)");
}

TEST(RenderText, is_empty_for_an_empty_list) {
  EXPECT_EQ(render_text(SourceText("t", "a"), {}), "");
}

TEST(RenderText, counts_what_it_leaves_out) {
  const SourceText source("t", "abc");
  DiagnosticList diagnostics;
  for (int i = 0; i < 25; ++i) diagnostics.add(Code::E201, {0, 1}, "unknown");
  const std::string text = render_text(source, diagnostics);
  EXPECT_NE(text.find("… and 5 errors more\n25 errors\n"), std::string::npos) << text;
}

TEST(RenderText, control_characters_cannot_steer_the_terminal) {
  const SourceText source("a\x1b[31m", "x\x1b[2Jy");
  DiagnosticList diagnostics;
  diagnostics.add(Code::E001, {0, 1}, "got \x1b[0m");
  const std::string text = render_text(source, diagnostics);
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
}

TEST(RenderText, cuts_a_long_line_around_the_mark) {
  const SourceText source("t", std::string(5000, 'a') + "X" + std::string(5000, 'b'));
  DiagnosticList diagnostics;
  diagnostics.add(Code::E001, {5000, 5001}, "here");
  const std::string text = render_text(source, diagnostics);
  EXPECT_LT(text.size(), 600u);
  EXPECT_NE(text.find("aXb"), std::string::npos);
}

TEST(RenderText, warnings_can_count_as_errors) {
  DiagnosticList diagnostics;
  diagnostics.add(Code::W304, {0, 1}, "read as 3");
  EXPECT_EQ(render_text(SourceText("t", "3.0"), diagnostics, {.warnings_are_errors = true}).substr(0, 18),
            "t:1:1: error[W304]");
}

TEST(RenderJson, gives_places_as_numbers) {
  const SourceText source("t", "ab\ncd");
  DiagnosticList diagnostics;
  diagnostics.add(Code::E201, {3, 5}, "unknown", "did you mean `x`?");
  const Json found = render_json(source, diagnostics).at(0);
  EXPECT_EQ(found.at("line"), 2);
  EXPECT_EQ(found.at("end_column"), 3);
  EXPECT_EQ(found.at("severity"), "error");
  EXPECT_EQ(found.at("help"), "did you mean `x`?");
}

TEST(Codes, each_has_a_name_that_tells_its_severity) {
  EXPECT_EQ(code_name(Code::W104), "W104");
  EXPECT_EQ(severity_of(Code::W104), Severity::kWarning);
  EXPECT_EQ(severity_of(Code::E104), Severity::kError);
}

TEST(RenderText, finds_the_mark_in_a_long_line_of_wide_characters) {
  std::string line;
  for (int i = 0; i < 3000; ++i) line += "ä";
  const SourceText source("t", line + "X" + line + "\nY");
  EXPECT_EQ(source.position(6000).column, 3001u);
  EXPECT_EQ(source.position(12001).column, 6002u);
  EXPECT_EQ(source.position(12002).line, 2u);
  EXPECT_EQ(source.position(12002).column, 1u);
  DiagnosticList diagnostics;
  diagnostics.add(Code::E001, {6000, 6001}, "here");
  const std::string text = render_text(source, diagnostics);
  const std::size_t shown = text.find("  1 | …");
  ASSERT_NE(shown, std::string::npos) << text;
  const std::string before(81, ' ');
  EXPECT_NE(text.find("    | " + before + "^\n"), std::string::npos) << text;
}

TEST(RenderText, survives_bytes_that_are_no_text_and_a_byte_order_mark) {
  const SourceText noise("t", std::string(100'000, '\x80'));
  DiagnosticList diagnostics;
  diagnostics.add(Code::E001, {50'000, 50'001}, "here");
  EXPECT_LT(render_text(noise, diagnostics).size(), 10'000u);

  DiagnosticList first;
  first.add(Code::E104, {0, 0}, "here");
  const std::string marked = render_text(SourceText("t", "\xEF\xBB\xBF(3)"), first);
  EXPECT_NE(marked.find("  1 | (3)\n    | ^\n"), std::string::npos) << marked;
}

TEST(RenderText, keeps_only_so_many_of_a_flood_and_counts_the_rest) {
  const SourceText source("t", "abc");
  DiagnosticList diagnostics;
  for (int i = 0; i < 10'000; ++i) diagnostics.add(Code::W005, {0, 1}, "a warning").notes.push_back({"a note", {}});
  diagnostics.add(Code::E201, {1, 2}, "the error");
  EXPECT_EQ(diagnostics.warning_count(), 10'000u);
  EXPECT_EQ(render_json(source, diagnostics).size(), DiagnosticList::kMostKept + 1);
  const std::string text = render_text(source, diagnostics);
  EXPECT_NE(text.find("the error"), std::string::npos);
  EXPECT_NE(text.find("… and 8000 warnings more\n1 error, 10000 warnings\n"), std::string::npos);
}

}  // namespace
}  // namespace neural::syntax
