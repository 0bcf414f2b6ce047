#include "neural/emit/text/expression.hpp"

#include <gtest/gtest.h>

#include "neural/emit/text/python_writer.hpp"

namespace neural::emit {
namespace {

std::string statement(std::string_view before, const Expression& expression) {
  PythonWriter writer;
  writer.statement(before, expression);
  return writer.take();
}

std::string word(std::size_t length) {
  return std::string(length, 'a');
}

TEST(Expression, StaysOnOneLineUpToTheLineLength) {
  const Expression call = Expression::call("f", {word(56), {"k", word(53)}});
  EXPECT_EQ(call.width(), 116U);
  EXPECT_EQ(call.flat(), "f(" + word(56) + ", k=" + word(53) + ")");
  EXPECT_EQ(statement("x = ", call), "x = " + call.flat() + "\n");
}

TEST(Expression, PutsTheArgumentsOfACallOnALineOfTheirOwn) {
  const Expression call = Expression::call("f", {word(56), {"k", word(54)}});
  EXPECT_EQ(statement("x = ", call), "x = f(\n    " + word(56) + ", k=" + word(54) + "\n)\n");
}

TEST(Expression, PutsArgumentsOneALineWhereTheyDoNotFitOnOne) {
  const Expression call = Expression::call("f", {word(60), {"k", word(60)}});
  EXPECT_EQ(statement("x = ", call), "x = f(\n    " + word(60) + ",\n    k=" + word(60) + ",\n)\n");
}

TEST(Expression, BreaksAnArgumentThatIsTooLongItself) {
  const Expression inner = Expression::call("g", {word(60), word(60)});
  EXPECT_EQ(statement("x = ", Expression::call("f", {{"k", inner}})),
            "x = f(\n    k=g(\n        " + word(60) + ",\n        " + word(60) + ",\n    ),\n)\n");
}

TEST(Expression, PutsElementsOfACollectionOneALine) {
  const Expression list = Expression::list({word(60), word(60)});
  EXPECT_EQ(statement("x = ", list), "x = [\n    " + word(60) + ",\n    " + word(60) + ",\n]\n");
  const Expression narrow = Expression::list({word(57), word(57)});
  EXPECT_EQ(statement("x = ", narrow), "x = [\n    " + word(57) + ",\n    " + word(57) + ",\n]\n");
}

TEST(Expression, KeepsTheCommaOfATupleOfOne) {
  EXPECT_EQ(Expression::tuple({"1"}).flat(), "(1,)");
  EXPECT_EQ(Expression::tuple({"1", "2"}).flat(), "(1, 2)");
  EXPECT_EQ(statement("x = ", Expression::tuple({word(116)})), "x = (\n    " + word(116) + ",\n)\n");
}

TEST(Expression, ParenthesisesALoneAtomOnlyWhereThatHelps) {
  EXPECT_EQ(statement("xxxx = ", Expression(word(116))), "xxxx = (\n    " + word(116) + "\n)\n");
  EXPECT_EQ(statement("xxxx = ", Expression(word(117))), "xxxx = " + word(117) + "\n");
}

}  // namespace
}  // namespace neural::emit
