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

TEST(PythonWriter, WritesAListAsTheStatementOfItsElements) {
  for (const std::size_t size : {0, 1, 2, 11, 12, 13, 40}) {
    for (const std::size_t width : {1, 8, 60, 105, 112, 113, 130}) {
      const auto element = [&](std::size_t i) {
        return i % 2 == 0 ? Expression(std::string(width, 'a'))
                          : Expression::call(std::string(width / 2, 'f'), {std::string(width / 2, 'b')});
      };
      std::vector<Argument> elements;
      for (std::size_t i = 0; i < size; ++i) elements.emplace_back(element(i));
      PythonWriter whole;
      const auto whole_indentation = whole.indent();
      whole.statement("NAMES = ", Expression::list(std::move(elements)));
      PythonWriter streamed;
      const auto indentation = streamed.indent();
      streamed.list("NAMES = ", size, element);
      EXPECT_EQ(streamed.take(), whole.take()) << size << " elements of " << width;
    }
  }
}

}  // namespace
}  // namespace neural::emit
