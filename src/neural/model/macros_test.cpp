#include "neural/model/macros.hpp"

#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::network;
using testing::Strings;

std::string codes(const std::string& macros, const std::string& layers = "Dense(2)") {
  const Checked checked(macros + "\n" + network(layers, "(4)"));
  std::string text;
  for (const syntax::Diagnostic& found : checked.diagnostics.sorted()) {
    text += (text.empty() ? "" : " ") + std::string(code_name(found.code));
  }
  return text;
}

TEST(Macros, stand_for_their_layers) {
  EXPECT_EQ(
      testing::shapes_of(testing::model_of("define B { Dense(3) Dropout(0.1) }\n" + network("B B() Dense(2)", "(4)"))),
      (Strings{"Dense (3,)", "Dropout (3,)", "Dense (3,)", "Dropout (3,)", "Dense (2,)"}));
}

TEST(Macros, may_be_defined_behind_their_use) {
  EXPECT_EQ(testing::shapes_of(testing::model_of(network("B", "(4)") + "\ndefine B { Dense(3) }")),
            (Strings{"Dense (3,)"}));
}

TEST(Macros, put_the_values_of_their_parameters_in) {
  const Model model =
      testing::model_of("define B(width, rate = 0.1, act = relu) { Dense(width, act) Dropout(rate) }\n" +
                        network("B(3) B(5, act=\"tanh\", rate=0.5)", "(4)"));
  EXPECT_EQ(testing::shapes_of(model), (Strings{"Dense (3,)", "Dropout (3,)", "Dense (5,)", "Dropout (5,)"}));
  EXPECT_EQ(model.layers[1].attributes.number(Parameter::rate), 0.1);
  EXPECT_EQ(model.layers[3].attributes.number(Parameter::rate), 0.5);
  EXPECT_EQ(std::get<Activation>(model.layers[2].attributes.at(Parameter::activation).value), Activation::tanh);
}

TEST(Macros, put_values_into_tuples_and_calls) {
  const Model model = testing::model_of("define B(k, s) { Conv2D(2, (k, 3), kernel_initializer=normal(stddev=s)) }\n" +
                                        network("B(5, 0.5)", "(9, 9, 1)"));
  EXPECT_EQ(testing::shapes_of(model), (Strings{"Conv2D (5, 7, 2)"}));
  EXPECT_EQ(model.layers[0].tensors()[0].initializer.parameters.number(Parameter::stddev), 0.5);
}

TEST(Macros, bind_slots_after_values_are_put_in) {
  const Model model =
      testing::model_of("define B(x) { Conv2D(2, 3, x) }\n" + network("B(same) B(relu) B(2)", "(9, 9, 1)"));
  EXPECT_EQ(testing::shapes_of(model), (Strings{"Conv2D (9, 9, 2)", "Conv2D (7, 7, 2)", "Conv2D (3, 3, 2)"}));
}

TEST(Macros, hide_words_by_parameters_of_the_same_name_but_not_in_values_from_outside) {
  const Model model = testing::model_of("define B(relu, f) { Dense(relu, f) }\n" + network("B(7, relu)", "(4)"));
  EXPECT_EQ(testing::shapes_of(model), (Strings{"Dense (7,)"}));
  EXPECT_EQ(std::get<Activation>(model.layers[0].attributes.at(Parameter::activation).value), Activation::relu);
}

TEST(Macros, use_each_other_and_pass_values_on) {
  const Model model = testing::model_of("define A(n) { Dense(n) B(n, 5) }\ndefine B(m, n) { Dense(m) Dense(n) }\n" +
                                        network("A(3)", "(4)"));
  EXPECT_EQ(testing::shapes_of(model), (Strings{"Dense (3,)", "Dense (3,)", "Dense (5,)"}));
}

TEST(Macros, refuse_arguments_that_do_not_match) {
  const std::string macro = "define B(width, rate=0.1) { Dense(width) Dropout(rate) }";
  EXPECT_EQ(codes(macro, "B"), "E215");
  EXPECT_EQ(codes(macro, "B(1, 0.2, 3)"), "E215");
  EXPECT_EQ(codes(macro, "B(1, width=2)"), "E215");
  EXPECT_EQ(codes(macro, "B(1, rat=0.2)"), "E215");
  EXPECT_EQ(codes("define B { Dense(3) }", "B(3)"), "E215");
  const Checked checked(macro + "\n" + network("B(rat=0.2, width=3)", "(4)"));
  EXPECT_EQ(checked.first(Code::E215).message, "there is no parameter `rat`; macro `B` takes `(width, rate=…)`");
  EXPECT_EQ(checked.first(Code::E215).help, "did you mean `rate`?");
}

TEST(Macros, that_use_themselves_are_told_with_the_path) {
  EXPECT_EQ(codes("define A { A }"), "E214");
  const Checked checked("define A { Dense(2) B }\ndefine B { C }\ndefine C { A }\n" + network("A B C", "(4)"));
  EXPECT_EQ(checked.codes(), "1:E214");
  EXPECT_EQ(checked.first(Code::E214).message, "macro `A` uses itself (`A` -> `B` -> `C` -> `A`)");
  EXPECT_FALSE(checked.models.front()) << "a network that uses such a macro is none";
}

TEST(Macros, that_reach_a_cycle_are_no_second_error) {
  EXPECT_EQ(codes("define X { A } define A { B } define B { A }", "X"), "E214");
}

TEST(Macros, that_use_themselves_inside_a_block_are_found) {
  EXPECT_EQ(codes("define A { Residual { A } }"), "E214");
}

TEST(Macros, are_defined_once_and_never_as_a_layer) {
  EXPECT_EQ(codes("define A { Dense(1) } define A { Dense(2) }"), "E213");
  EXPECT_EQ(codes("define dense { Dropout(0.1) }"), "E213");
  EXPECT_EQ(codes("define A(x, x) { Dense(x) }"), "E213");
}

TEST(Macros, may_hide_another_name_of_a_layer) {
  const Checked checked("define Residual { Dense(9) }\n" + network("Residual", "(4)"));
  EXPECT_EQ(checked.codes(), "1:W218");
  EXPECT_EQ(testing::shapes_of(*checked.models.front()), (Strings{"Dense (9,)"}));
}

TEST(Macros, that_are_never_used_are_checked_too) {
  EXPECT_EQ(codes("define A { Dnese(3) Dense(-3) Dense(x) Dropout }"), "E201 E302 E216 E205");
  EXPECT_EQ(codes("define A(x) { Dense(y) }"), "E216");
}

TEST(Macros, leave_open_what_depends_on_their_parameters) {
  EXPECT_EQ(codes("define A(x, y, z) { Dense(x) Conv2D(x, (y, 3), z, padding=y) Conv2D(3, 3, z, activation=y) "
                  "Dense(x, kernel_initializer=constant(z)) }"),
            "");
}

TEST(Macros, mark_the_body_and_note_the_use) {
  const Checked checked("define A(x) {\n  Dense(x)\n}\n" + network("A(0)", "(4)"));
  EXPECT_EQ(checked.rendered(),
            "test.neural:2:9: error[E302]: `Dense.units` must be at least 1, got `0`\n"
            "  2 |   Dense(x)\n"
            "    |         ^\n"
            "    = note: in this use of `A`\n"
            "  6 | A(0)\n"
            "    | ^\n"
            "    = help: use a whole number from 1, for example `units=8`\n"
            "1 error\n");
}

TEST(Macros, tell_a_mistake_of_the_body_once_however_often_they_are_used) {
  EXPECT_EQ(codes("define A { Dense(0) }", "A A A * 5"), "E302");
  EXPECT_EQ(codes("define A(x) { Dense(x) }", "A(0) A(-1) A(0)"), "E302 E302") << "once per value";
}

TEST(Macros, suggest_their_parameters_for_a_name_without_meaning) {
  const Checked checked("define A(width) { Dense(widht) }\n" + network("A(3)", "(4)"));
  EXPECT_EQ(checked.first(Code::E216).help, "did you mean `width`?");
}

TEST(Macros, take_no_block) {
  EXPECT_EQ(codes("define A { Dense(3) }", "A { Dense(2) }"), "E401");
}

TEST(Macros, may_be_nested_deeply_but_not_without_end) {
  const auto chain = [](int depth) {
    std::string text = "define M0 { Dense(2) }\n";
    for (int i = 1; i < depth; ++i) text += "define M" + std::to_string(i) + " { M" + std::to_string(i - 1) + " }\n";
    return codes(text, "M" + std::to_string(depth - 1));
  };
  EXPECT_EQ(chain(kDeepestMacro), "");
  EXPECT_EQ(chain(kDeepestMacro + 1), "E903");
  EXPECT_EQ(chain(kDeepestMacro * 20), "E903");
}

TEST(Macros, cannot_blow_values_up) {
  std::string text = "define M0(x) { Reshape(x) }\n";
  for (int i = 1; i < 40; ++i) {
    text += "define M" + std::to_string(i) + "(x) { M" + std::to_string(i - 1) + "((x, x)) }\n";
  }
  EXPECT_EQ(codes(text, "M39(1)"), "E903");
}

}  // namespace
}  // namespace neural::model
