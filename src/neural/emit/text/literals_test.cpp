#include "neural/emit/text/literals.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace neural::emit {
namespace {

TEST(PythonString, QuotesPlainText) {
  EXPECT_EQ(python_string("model.pt"), R"("model.pt")");
}

TEST(PythonString, EscapesWhatCouldEndOrBendTheLiteral) {
  EXPECT_EQ(python_string("a\nb\t\\c\r"), R"("a\nb\t\\c\x0d")");
  EXPECT_EQ(python_string(std::string_view("\0\x7f", 2)), R"("\x00\x7f")");
}

TEST(PythonString, ChoosesTheQuotesThatNeedFewerEscapes) {
  EXPECT_EQ(python_string(R"(say "yes")"), R"('say "yes"')");
  EXPECT_EQ(python_string("it's"), R"("it's")");
  EXPECT_EQ(python_string(R"("it's")"), R"('"it\'s"')");
  EXPECT_EQ(python_string(R"('")"), R"("'\"")");
}

TEST(PythonString, WritesOtherCharactersAsEscapes) {
  EXPECT_EQ(python_string("\u00e9"), R"("\xe9")");
  EXPECT_EQ(python_string("\u2028"), R"("\u2028")");
  EXPECT_EQ(python_string("\U0001f600"), R"("\U0001f600")");
}

TEST(PythonString, NamesBytesThatAreNotUtf8AsPythonDoesInFileNames) {
  EXPECT_EQ(python_string("\xff"), R"("\udcff")");
  EXPECT_EQ(python_string("\xe2\x82"), R"("\udce2\udc82")");
  EXPECT_EQ(python_string("\xc3x"), R"("\udcc3x")");
}

TEST(PythonNumber, IsTheShortestThatReadsBack) {
  EXPECT_EQ(python_number(0.001), "0.001");
  EXPECT_EQ(python_number(1e-7), "1e-07");
  EXPECT_EQ(python_number(2), "2.0");
  EXPECT_EQ(python_number(-std::numeric_limits<double>::infinity()), "-float(\"inf\")");
}

TEST(PythonTuple, HasTheCommaOfASingleElement) {
  EXPECT_EQ(python_tuple(std::vector<std::int64_t>{3, -1}), "(3, -1)");
  EXPECT_EQ(python_tuple(std::vector<std::int64_t>{3}), "(3,)");
  EXPECT_EQ(python_tuple({}), "()");
}

TEST(PythonShape, WritesADynamicSizeAsNone) {
  EXPECT_EQ(python_shape({std::nullopt, 16}), "(None, 16)");
}

TEST(DocstringText, CannotEndTheDocstringOrTheLine) {
  EXPECT_EQ(docstring_text("a\"\"\"\nimport os\\"), "a''' import os?");
  EXPECT_EQ(docstring_text("\u00fcber\x1b[0m\xff"), "?ber?[0m?");
}

TEST(DocstringText, IsShortAndNeverEmpty) {
  EXPECT_EQ(docstring_text(std::string(100, 'x'), 5), "xxxxx...");
  EXPECT_EQ(docstring_text("12345", 5), "12345");
  EXPECT_EQ(docstring_text(" \n "), "?");
}

}  // namespace
}  // namespace neural::emit
