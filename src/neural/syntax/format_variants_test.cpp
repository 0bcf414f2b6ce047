// What must hold for every text: its layout has the same meaning, loses nothing, and is its own layout. Tried on the
// repository's files and on many random programs, whole and damaged.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "neural/base/files.hpp"
#include "neural/syntax/ast_text.hpp"
#include "neural/syntax/format.hpp"
#include "neural/syntax/parser.hpp"
#include "neural/syntax/random_programs.hpp"
#include "neural/syntax/tokens.hpp"

namespace neural::syntax {
namespace {

namespace fs = std::filesystem;

std::string tree(const std::string& text) {
  DiagnosticList ignored;
  return ast_text(parse_file(SourceText("t", text), ignored));
}

/// Tokens and comments in order, without what the formatter may drop or add.
std::vector<std::string> contents(const std::string& text) {
  const SourceText source("t", text);
  DiagnosticList ignored;
  std::vector<Span> comments;
  const auto tokens = tokenize(source, {0, static_cast<std::uint32_t>(text.size())}, ignored, &comments);
  std::vector<std::pair<std::uint32_t, std::string>> found;
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::kComma || token.kind == TokenKind::kSemicolon) continue;
    const std::string_view word = source.text(token.span);
    found.emplace_back(token.span.begin, token.kind == TokenKind::kString ? decode_string(word) : std::string(word));
  }
  for (const Span comment : comments) {
    const std::string_view whole = source.text(comment);
    found.emplace_back(comment.begin, whole.substr(0, whole.find_last_not_of(" \t\f\v") + 1));
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> all;
  for (auto& [begin, word] : found) all.push_back(std::move(word));
  return all;
}

bool lacks_only_something(const DiagnosticList& diagnostics) {
  const auto all = diagnostics.sorted();
  return std::all_of(all.begin(), all.end(), [](const Diagnostic& found) {
    const std::string_view code = code_name(found.code);
    return code[0] == 'W' || code == "E104" || code == "E109" || code == "E110";
  });
}

/// False if the text is none that the formatter takes.
bool lays_out_well(const std::string& text) {
  const SourceText source("t", text);
  DiagnosticList parse_diagnostics;
  parse_file(source, parse_diagnostics);
  DiagnosticList diagnostics;
  const auto laid_out = format(source, diagnostics);
  EXPECT_EQ(laid_out.has_value(), lacks_only_something(parse_diagnostics)) << text;
  if (!laid_out) return false;
  EXPECT_EQ(tree(*laid_out), tree(text)) << text << "\nbecame\n" << *laid_out;
  EXPECT_EQ(contents(*laid_out), contents(text)) << text << "\nbecame\n" << *laid_out;
  DiagnosticList again;
  EXPECT_EQ(format(SourceText("t", *laid_out), again).value_or("refused"), *laid_out) << "from\n" << text;
  EXPECT_EQ(laid_out->find(" \n"), std::string::npos) << *laid_out;
  EXPECT_EQ(laid_out->find("\n\n\n"), std::string::npos) << *laid_out;
  EXPECT_EQ(laid_out->find_first_of("\t\r\f"), std::string::npos) << *laid_out;
  EXPECT_TRUE(laid_out->empty() || (laid_out->ends_with('\n') && !laid_out->ends_with("\n\n"))) << *laid_out;
  return !testing::Test::HasFailure();
}

TEST(FormatVariants, every_file_of_the_repository_keeps_its_meaning) {
  int files = 0;
  for (const char* folder : {"benchmarks", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(NEURAL_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".neural") continue;
      SCOPED_TRACE(entry.path());
      ++files;
      lays_out_well(read_file(entry.path()).value());
    }
  }
  EXPECT_GE(files, 10);
}

TEST(FormatVariants, random_programs_keep_their_meaning) {
  RandomPrograms programs(1);
  int taken = 0;
  for (int i = 0; i < 4000 && !HasFailure(); ++i) {
    if (lays_out_well(programs.written(programs.program()))) ++taken;
  }
  EXPECT_EQ(taken, 4000) << "the generator knows the grammar";
}

TEST(FormatVariants, damaged_programs_are_refused_or_keep_their_meaning) {
  RandomPrograms programs(2);
  int taken = 0;
  for (int i = 0; i < 20000 && !HasFailure(); ++i) {
    if (lays_out_well(programs.written(programs.damaged(programs.program())))) ++taken;
  }
  EXPECT_GT(taken, 3000) << "enough of them are still programs";
}

}  // namespace
}  // namespace neural::syntax
