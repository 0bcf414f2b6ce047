#include "neural/bench/plan/contender_constants.hpp"

#include <gtest/gtest.h>

#include "neural/bench/plan/python_lines.hpp"

namespace neural::bench::plan {
namespace {

ContenderConstants constants_of(std::string_view program) {
  const Expected<ContenderConstants> constants = read_constants(program, "`a.py`");
  EXPECT_TRUE(constants.has_value()) << constants.error().message;
  return constants.value_or(ContenderConstants{});
}

std::string error_of(std::string_view program) {
  const Expected<ContenderConstants> constants = read_constants(program, "`a.py`");
  return constants ? "no error" : constants.error().message;
}

TEST(ContenderConstants, AreReadFromTheTopOfAProgram) {
  const ContenderConstants constants = constants_of(R"("""Docstring."""

from __future__ import annotations

import torch

BACKEND = "pytorch"
LEVEL: str = 'tuned'  # every trick
REFERENCE="tensorflow"
)");
  EXPECT_EQ(constants.backend, "pytorch");
  EXPECT_EQ(constants.level, "tuned");
  EXPECT_EQ(constants.reference, "tensorflow");
}

TEST(ContenderConstants, NeedNoReference) {
  EXPECT_EQ(constants_of("BACKEND = 'pytorch'\nLEVEL = 'other'").reference, "");
}

TEST(ContenderConstants, AreNotReadFromStringsBracketsBlocksOrComments) {
  const ContenderConstants constants = constants_of(R"('''
BACKEND = "in a string"
\''' still in it
LEVEL = "in a string"
'''
options = {
"a": "[",
}
f(
BACKEND == "in brackets"
)
x = 1 + \
BACKEND = "continued"
y = "a # b \" c"
# BACKEND = "in a comment"
if True:
    BACKEND = "in a block"
BACKENDS = "another name"
LEVEL_NAME = "another name"
BACKEND == "a comparison"
BACKEND = "pytorch"
LEVEL = "idiomatic"
)");
  EXPECT_EQ(constants.backend, "pytorch");
  EXPECT_EQ(constants.level, "idiomatic");
}

TEST(ContenderConstants, AreMissedByName) {
  EXPECT_EQ(error_of("LEVEL = 'tuned'"), "`a.py`: a contender has to set `BACKEND`, and this one does not");
  EXPECT_EQ(error_of("BACKEND = 'pytorch'"), "`a.py`: a contender has to set `LEVEL`, and this one does not");
  EXPECT_EQ(error_of(""), "`a.py`: a contender has to set `BACKEND`, and this one does not");
}

TEST(ContenderConstants, AreSetOnce) {
  EXPECT_EQ(error_of("BACKEND = 'pytorch'\n\nBACKEND = 'pytorch'\nLEVEL = 'tuned'"),
            "`a.py`: `BACKEND` is set twice, in lines 1 and 3");
}

TEST(ContenderConstants, ArePlainStrings) {
  for (const char* value : {"f'pytorch'", "'py' 'torch'", "NAME", "'py' + 'torch'", "'a\\x41'", "('pytorch')", "3",
                            "''", "LEVEL = 'tuned'", "'pytorch'; x = 1", "'pytorch"}) {
    const std::string message = error_of(std::string("BACKEND = ") + value + "\nLEVEL = 'tuned'\n");
    EXPECT_EQ(message, std::string("`a.py`: `BACKEND` in line 1 is `") + value + "`, not a plain string");
  }
}

TEST(ContenderConstants, HaveKnownValues) {
  EXPECT_EQ(error_of("BACKEND = 'pytorch'\nLEVEL = 'idiomatc'"),
            "`a.py`: `LEVEL` is `idiomatc`, expected idiomatic, tuned, other");
  EXPECT_EQ(error_of("BACKEND = '../x'\nLEVEL = 'tuned'"),
            "`a.py`: `BACKEND` is `../x`, expected lower case letters, digits and `_`");
}

TEST(TopLevelLines, CountLinesThroughStringsAndBrackets) {
  const std::vector<PythonLine> lines = top_level_lines("a = '''\n\n'''\nb = [\n1]\r\n\n  c = 1\nd");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].number, 1);
  EXPECT_EQ(lines[1].number, 4);
  EXPECT_EQ(lines[2].number, 8);
  EXPECT_EQ(lines[2].text, "d");
}

TEST(TopLevelLines, SurviveProgramsThatEndInTheMiddle) {
  for (const char* program : {"'", "'''", "'''a\\", "(", "a = \"", "\\", "#", "''", "\"\"\"\""}) {
    EXPECT_LE(top_level_lines(program).size(), 1U) << program;
  }
}

}  // namespace
}  // namespace neural::bench::plan
