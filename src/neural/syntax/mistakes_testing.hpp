// What the tests of the parser's messages share.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "neural/syntax/parser.hpp"

namespace neural::syntax::testing {

/// A text with a mistake, and all that is said about it.
struct Mistake {
  std::string what;
  std::string text;
  std::vector<std::string> told;  ///< "line:column code message | help"
};

/// Its test stands in mistakes_test.cpp, the mistakes there and in layer_mistakes_test.cpp.
class Mistakes : public ::testing::TestWithParam<Mistake> {};

inline std::string name_of(const ::testing::TestParamInfo<Mistake>& mistake) {
  return mistake.param.what;
}

inline std::vector<std::string> told(const std::string& text) {
  const SourceText source("program", text);
  DiagnosticList diagnostics;
  parse_file(source, diagnostics);
  std::vector<std::string> all;
  for (const Diagnostic& found : diagnostics.sorted()) {
    const Position at = source.position(found.span.begin);
    all.push_back(fmt::format("{}:{} {} {}{}{}", at.line, at.column, code_name(found.code), found.message,
                              found.help.empty() ? "" : " | ", found.help));
  }
  return all;
}

/// A sound network around a line of layers, which is line 4.
inline std::string network(const std::string& layers) {
  return "network A {\n  input: (4)\n  layers:\n    " + layers + "\n    Output(2)\n  loss: mse\n}\n";
}

}  // namespace neural::syntax::testing
