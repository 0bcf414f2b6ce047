#include "neural/emit/text/python_writer.hpp"

#include <gtest/gtest.h>

namespace neural::emit {
namespace {

TEST(PythonWriter, IndentsLinesButNotEmptyOnes) {
  PythonWriter writer;
  writer.line("def f():");
  {
    const auto indentation = writer.indent();
    writer.line("a");
    writer.line("");
    writer.block("\nif b:\n\n    c\n");
  }
  writer.blank(2);
  writer.line("d");
  EXPECT_EQ(writer.take(), "def f():\n    a\n\n    if b:\n\n        c\n\n\nd\n");
}

TEST(PythonWriter, ReplacesTheWordsOfABlock) {
  PythonWriter writer;
  writer.block("${a}x${b} {c} ${a}", {{"a", "1"}, {"b", "${a}"}});
  EXPECT_EQ(writer.take(), "1x${a} {c} 1\n");
}

TEST(PythonWriterDeathTest, RefusesAnUnknownWord) {
  PythonWriter writer;
  EXPECT_DEATH(writer.block("${a}"), "internal error");
}

TEST(PythonWriter, IndentsTheLinesOfAStatement) {
  PythonWriter writer;
  const auto indentation = writer.indent();
  writer.statement("return ", Expression::call("f", {std::string(105, 'a'), "b"}), "  # c");
  EXPECT_EQ(writer.take(), "    return f(\n        " + std::string(105, 'a') + ", b\n    )  # c\n");
}

}  // namespace
}  // namespace neural::emit
