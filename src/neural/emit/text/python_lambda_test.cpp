#include "neural/emit/text/python_lambda.hpp"

#include <gtest/gtest.h>

namespace neural::emit {
namespace {

/// "x -> expression", or what is wrong.
std::string read(std::string_view text) {
  const auto lambda = read_python_lambda(text);
  return lambda ? lambda->variable + " -> " + lambda->expression : "refused: " + lambda.error();
}

TEST(PythonLambda, IsANameAndAnExpression) {
  EXPECT_EQ(read("x: x[:, 0]"), "x -> x[:, 0]");
  EXPECT_EQ(read("  lambda t :  torch.fft.fft(t, dim=-1).real "), "t -> torch.fft.fft(t, dim=-1).real");
  EXPECT_EQ(read("x: x if x.ndim == 2 else x[..., None] @ x << 1"), "x -> x if x.ndim == 2 else x[..., None] @ x << 1");
  EXPECT_EQ(read("lambda_: lambda_ + 1"), "lambda_ -> lambda_ + 1");
  EXPECT_EQ(read("x: f(x,\n\tx)"), "x -> f(x,  x)");
}

TEST(PythonLambda, MayNestInBrackets) {
  EXPECT_EQ(read("x: (lambda y: y + x)(x)"), "x -> (lambda y: y + x)(x)");
  EXPECT_EQ(read("x: (y := x) + y"), "x -> (y := x) + y");
  EXPECT_EQ(read("x: {'a': x, 'b': [x]}['a']"), "x -> {'a': x, 'b': [x]}['a']");
  EXPECT_EQ(read("x: sum([y for y in (x, x) if y is not None])"), "x -> sum([y for y in (x, x) if y is not None])");
}

TEST(PythonLambda, MayHoldStringsOfOneLine) {
  EXPECT_EQ(read(R"(x: f(x, "a;#)\"\\", ')(', r"\d", b'x'))"), R"(x -> f(x, "a;#)\"\\", ')(', r"\d", b'x'))");
  EXPECT_EQ(read(R"(x: f(x, ""))"), R"(x -> f(x, ""))");
}

TEST(PythonLambda, NeverLeavesItsExpression) {
  for (const char* text : {
           "x: x); import os; (x",        // closes what it did not open
           "x: x; import os",             // ends the statement
           "x: x\nimport os",             // ends the line
           "x: x\rimport os",             //
           "x: x\\\n+ 1",                 // joins lines
           "x: x  # nothing behind it",   // hides what follows
           "x: x, x",                     // a tuple
           "x: lambda y: y",              // colons of others, outside of brackets
           "x: y := x",                   //
           "x: y = x",                    // an assignment
           "x: x += 1",                   //
           "x: (x >>= 1)",                //
           "x: (x",                       // never closed
           "x: (x]",                      //
           "x: f(\"x)",                   //
           "x: f('x\\')",                 // the quote is escaped
           "x: f('a\nb')",                // a string over lines
           "x: f('''x''')",               //
           "x: f(\"\"\"x\"\"\")",         //
           "x: f'{x}'",                   // code in a string
           "x: f(rf\"{x}\")",             //
           "x: F'{__import__(\"os\")}'",  //
           "x: t'{x}'",                   //
           "x: (yield x)",                // another kind of function
           "x: (await x)",                //
           "x: [y async for y in x]",     //
           "x: (import os)",              // words of statements
           "x: (x, return x)",            //
           "x: x ! y",                    //
           "x: x ? y",                    //
           "x: $x",                       //
           "x: `x`",                      //
           "x: x\xc2\xa0+ 1",             // white space that is none
           "x: x\xef\xbc\x9b y",          // a semicolon that is none
           "x: '\xc3\xa4'",               //
           "x: x\x0c+ 1",                 // control characters
           "x: f('\x7f')",                //
           "x: ",                         // nothing
           "x:",                          //
           "",                            //
           ": x",                         //
           "x",                           //
           "x, y: x",                     // more than one input
           "*x: x",                       //
           "x=1: x",                      //
           "class: 1",                    //
           "lambda: 1",                   //
           "x y: x",                      //
           "\xd0\xb0: 1",                 // a letter that is not ASCII
       }) {
    EXPECT_TRUE(read(text).starts_with("refused: ")) << text << " " << read(text);
    for (const char c : read(text)) EXPECT_TRUE((c >= ' ' || c < 0) && c != '\x7f') << read(text);
  }
  using namespace std::string_view_literals;
  EXPECT_TRUE(read("x: x\0 + 1"sv).starts_with("refused: "));
}

TEST(PythonLambda, IsNotDeeperThanPythonReads) {
  const auto nested = [](std::size_t depth) { return "x: " + std::string(depth, '(') + "x" + std::string(depth, ')'); };
  EXPECT_FALSE(read(nested(100)).starts_with("refused"));
  EXPECT_EQ(read(nested(101)), "refused: brackets stand more than 100 deep");
}

}  // namespace
}  // namespace neural::emit
