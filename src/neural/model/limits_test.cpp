// Programs that would grow beyond all bounds end at once, with an error.
#include <gtest/gtest.h>

#include "neural/model/macros.hpp"
#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::network;

std::string number(std::size_t i) {
  return std::to_string(i);
}

/// Macros A0 … A59, each with the next one in the place of every X, and A60 with one layer; then a network that uses
/// A0.
std::string doubling(const std::string& body) {
  std::string text;
  for (std::size_t i = 0; i < 60; ++i) {
    text += "define A" + number(i) + " { ";
    for (const char c : body) text += c == 'X' ? "A" + number(i + 1) : std::string(1, c);
    text += " } ";
  }
  return text + "define A60 { Dense(units=4) }\n" + network("A0", "(4, 4)");
}

std::string codes(const std::string& program) {
  const Checked checked(program);
  std::string text;
  for (const syntax::Diagnostic& found : checked.diagnostics.sorted()) {
    if (severity_of(found.code) == syntax::Severity::kError)
      text += (text.empty() ? "" : " ") + std::string(code_name(found.code));
  }
  return text;
}

TEST(Limits, end_macros_that_double) {
  for (const char* body :
       {"X X", "Residual { X } Residual { X }", "Residual { X X }", "HPO(choice(X, X))", "TimeDistributed(X) { X }",
        "MyLayer() { X X }", "x: { X } y: { X } Add", "Residual { X * 2 }", "X * 2"}) {
    EXPECT_EQ(codes(doubling(body)), "E901") << body;
  }
}

TEST(Limits, end_repetitions_inside_each_other) {
  std::string layer = "Dense(4)";
  for (int i = 0; i < 10; ++i) layer = "Residual { " + layer + " * 1000 }";
  EXPECT_EQ(codes(network(layer, "(4)")), "E901");
  EXPECT_EQ(codes(network("Dense(4) * 9223372036854775807", "(4)")), "E901");
  EXPECT_EQ(codes(network("HPO(choice(Dense(4), " + layer + "))", "(4)")), "E901");
}

TEST(Limits, end_layers_that_a_parameter_brings) {
  const std::string macro = "define A(x) { TimeDistributed(x) }\n";
  const std::string many = "Residual { Residual { Residual { Dense(4) * 1000 } * 1000 } * 1000 }";
  EXPECT_EQ(codes(macro + network("A(" + many + ")", "(4, 4)")), "E901");
  EXPECT_EQ(codes(macro + network("A(Residual { Dense(4) * 1000 })", "(4, 4)")), "");
  const std::string half = network("A(Residual { Dense(4) * 600000 })", "(4, 4)");
  EXPECT_EQ(codes(macro + half + half), "E901") << "all networks together";
}

TEST(Limits, end_values_that_double_from_macro_to_macro) {
  for (const char* body : {"MyLayer(x, x)", "[x, x]", "(x, x)", "HPO(choice(x, x))",
                           "Residual { TimeDistributed(x) TimeDistributed(x) }", "Dense(8, a=x, b=x)"}) {
    std::string text;
    for (std::size_t i = 0; i < 60; ++i) {
      text += "define A" + number(i) + "(x) { A" + number(i + 1) + "(" + body + ") } ";
    }
    text += "define A60(x) { TimeDistributed(x) }\n";
    EXPECT_EQ(codes(text + network("A0(Dense(4))", "(4, 4)")), "E903") << body;
  }
}

TEST(Limits, end_values_that_grow_deep_from_macro_to_macro) {
  for (const char* body :
       {"TimeDistributed(x)", "[[[[x]]]]", "Residual { TimeDistributed(x) }", "HPO(choice(HPO(choice(x))))"}) {
    std::string text;
    for (std::size_t i = 0; i < 900; ++i) {
      text += "define A" + number(i) + "(x) { A" + number(i + 1) + "(" + body + ") } ";
    }
    text += "define A900(x) { MyLayer(x) TimeDistributed(x) }\n";
    const std::string found = codes(text + network("A0(Dense(4))", "(4, 4)"));
    EXPECT_NE(found, "") << body;
  }
}

TEST(Limits, end_arguments_that_a_body_repeats) {
  std::string list = "[1";
  for (int i = 0; i < 1000; ++i) list += ", 1";
  std::string text = "define A0 { MyLayer(" + list + "]) }\n";
  for (std::size_t i = 1; i <= 20; ++i)
    text += "define A" + number(i) + " { A" + number(i - 1) + " A" + number(i - 1) + " }\n";
  const Checked checked(text + network("A20", "(4)"));
  EXPECT_EQ(checked.first(Code::E901).message, "more than 16,777,216 arguments in macros after expansion");
}

TEST(Limits, end_defaults_that_use_their_own_macro) {
  for (const char* text : {"define A(x = A) { TimeDistributed(x) }\n", "define A(x = A) { HPO(choice(x, Dense(4))) }\n",
                           "define A(x = B) { TimeDistributed(x) } define B(x = A) { TimeDistributed(x) }\n",
                           "define A(x = A(A)) { Residual { TimeDistributed(x) } }\n",
                           "define A(x = Residual { A }) { TimeDistributed(x) }\n",
                           "define A(x = HPO(choice(A, A))) { TimeDistributed(x) }\n"}) {
    EXPECT_EQ(codes(text + network("A", "(4, 4)")), "E214") << text;
  }
  EXPECT_EQ(codes("define A(x) { TimeDistributed(x) }\n" + network("A(A(A(A(Dense(3)))))", "(4, 4, 4, 4, 4)")), "")
      << "a macro may be given one that uses it";
}

TEST(Limits, end_stacks) {
  std::string layers;
  for (std::size_t i = 0; i < 2000; ++i) {
    layers += "LSTM(4, num_layers=1000, bidirectional=true, return_sequences=true, seed=" + number(i) + ")\n";
  }
  EXPECT_EQ(codes(network(layers, "(4, 4)")), "E901") << "a stack counts as the layers it is";
  EXPECT_EQ(codes(network("LSTM(4, num_layers=1001)", "(4, 4)")), "E406");
  EXPECT_EQ(codes(network("Transformer(1, 1, num_layers=1001)", "(4, 4)")), "E406");
}

TEST(Limits, end_nesting) {
  const auto nested = [](const std::string& open, const std::string& inside, const std::string& close,
                         std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += inside;
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  EXPECT_EQ(codes(network(nested("Residual { ", "Dense(4)", " }", 450), "(4)")), "");
  EXPECT_EQ(codes(network(nested("x: { ", "Dense(4)", " }", 450), "(4)")), "");
  EXPECT_EQ(codes(network(nested("HPO(choice(", "Dense(4)", "))", 400), "(4)")), "");
  EXPECT_EQ(codes(network("Dense(" + nested("HPO(choice(", "4", "))", 400) + ")", "(4)")), "");
  EXPECT_EQ(codes(network("MyLayer(" + nested("[", "4", "]", 900) + ")", "(4)")), "");
  EXPECT_NE(codes(network(nested("Residual { ", "Dense(4)", " }", 100000), "(4)")), "");
  std::string text;
  for (std::size_t i = 0; i < 998; ++i)
    text += "define A" + number(i) + " { Residual { Residual { A" + number(i + 1) + " } } }\n";
  EXPECT_EQ(codes(text + "define A998 { Dense(4) }\n" + network("A0", "(4)")), "E903");
}

TEST(Limits, of_names_keep_a_network_small) {
  EXPECT_EQ(codes(network("Dense(4, name=\"" + std::string(255, 'a') + "\")", "(4)")), "");
  EXPECT_EQ(codes(network("Dense(4, name=\"" + std::string(256, 'a') + "\") * 1000000", "(4)")), "E302");
  const Checked checked(network("A" + std::string(10000, 'b') + "Layer() * 2", "(4)", "loss: mse"));
  EXPECT_EQ(checked.diagnostics.error_count(), 0U);
  ASSERT_TRUE(checked.models.front().has_value());
  EXPECT_LT(checked.models.front()->layers[1].name.size(), 300U) << "an automatic name is cut";
  EXPECT_NE(checked.models.front()->layers[0].name, checked.models.front()->layers[1].name);
}

TEST(Limits, leave_many_inputs_and_branches_alone) {
  std::string inputs;
  std::string branches;
  for (std::size_t i = 0; i < 20000; ++i) {
    inputs += "i" + number(i) + ": (None, 4) ";
    branches += "i" + number(i) + ": { Dense(4) } ";
  }
  EXPECT_EQ(codes(network(branches + "Add LSTM(3)", "{ " + inputs + "}")), "");
  EXPECT_EQ(codes(network("Add Dropout(0.1) * 1000000 LSTM(3)", "{ " + inputs + "}")), "");
}

TEST(Limits, leave_many_mistakes_in_a_row_alone) {
  std::string layers;
  for (int i = 0; i < 100000; ++i) layers += "Conv2D(1, 1) Conv1D(1, 1)\n";
  const Checked checked(network(layers, "(4)"));
  EXPECT_EQ(checked.diagnostics.error_count(), 200000U);
}

}  // namespace
}  // namespace neural::model
