// What may be written for a parameter.
#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::network;
using Integers = std::vector<std::int64_t>;

struct Case {
  std::string layer;
  std::string codes;
  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.layer; }
};

class Values : public ::testing::TestWithParam<Case> {};

TEST_P(Values, give_the_code_of_their_mistake_and_only_that) {
  EXPECT_EQ(codes_of(GetParam().layer, "(28, 28, 4)"), GetParam().codes) << GetParam().layer;
}

INSTANTIATE_TEST_SUITE_P(whole_numbers, Values,
                         ::testing::Values(Case{"Conv2D(1)", ""}, Case{"Conv2D(0)", "E302"}, Case{"Conv2D(-8)", "E302"},
                                           Case{"Conv2D(8.0)", "W304"}, Case{"Conv2D(1e1)", "W304"},
                                           Case{"Conv2D(3.5)", "E301"}, Case{"Conv2D(1e-4)", "E301"},
                                           Case{"Conv2D(1e30)", "E301"}, Case{"Conv2D(\"8\")", "E307"},
                                           Case{"Conv2D(\"eight\")", "E301"}, Case{"Conv2D(true)", "E301"},
                                           Case{"Conv2D(None)", "E301"}, Case{"Conv2D([8, 16])", "E306"},
                                           Case{"Conv2D((8))", ""}, Case{"Conv2D((8, 16))", "E303"},
                                           Case{"Conv2D(width)", "E216"}, Case{"Conv2D(Dense)", "E405"},
                                           Case{"Conv2D(Dense(3))", "E405"}, Case{"Conv2D(HPO(choice(8, 16)))", ""},
                                           Case{"Dropout(0.5, seed=-1)", "E302"}, Case{"Dropout(0.5, seed=None)", ""}));

INSTANTIATE_TEST_SUITE_P(numbers, Values,
                         ::testing::Values(Case{"Dropout(0)", ""}, Case{"Dropout(1)", ""}, Case{"Dropout(1.0)", ""},
                                           Case{"Dropout(5e-1)", ""}, Case{"Dropout(1.1)", "E302"},
                                           Case{"Dropout(-0.1)", "E302"}, Case{"Dropout(\"0.5\")", "E307"},
                                           Case{"Dropout(half)", "E216"}, Case{"Dropout(false)", "E301"},
                                           Case{"BatchNormalization(epsilon=0)", "E302"},
                                           Case{"BatchNormalization(epsilon=-0.0)", "E302"},
                                           Case{"BatchNormalization(momentum=2)", "E302"}, Case{"ReLU(-1)", "E302"},
                                           Case{"ReLU(None)", ""}));

INSTANTIATE_TEST_SUITE_P(per_axis, Values,
                         ::testing::Values(Case{"Conv2D(8, 3)", ""}, Case{"Conv2D(8, (3, 5))", ""},
                                           Case{"Conv2D(8, (3))", ""}, Case{"Conv2D(8, (3, 3, 3))", "E303"},
                                           Case{"Conv2D(8, (3, 0))", "E302"}, Case{"Conv2D(8, (3, \"5\"))", "E307"},
                                           Case{"Conv2D(8, ((3, 5)))", "W305"}, Case{"Conv2D(8, ((3), (5)))", "W305"},
                                           Case{"Conv2D(8, [3, 5])", "E301"}, Case{"Conv2D(8, 3.0)", "W304"},
                                           Case{"Conv2D(8, 3, padding=2)", ""},
                                           Case{"Conv2D(8, 3, padding=(1, 2))", ""},
                                           Case{"Conv2D(8, 3, padding=-1)", "E302"},
                                           Case{"Conv2D(8, 3, padding=\"1\")", "E307"}));

INSTANTIATE_TEST_SUITE_P(
    words, Values,
    ::testing::Values(Case{"Conv2D(8, padding=same)", ""}, Case{"Conv2D(8, padding=\"SAME\")", ""},
                      Case{"Conv2D(8, padding=smae)", "E209"}, Case{"Conv2D(8, padding=causal)", "E209"},
                      Case{"Conv2DTranspose(8, padding=causal)", "E209"}, Case{"Conv2D(8, dtype=int8)", "E209"},
                      Case{"Conv2D(8, data_format=3)", "E301"}, Case{"Conv2D(8, use_bias=1)", "E301"},
                      Case{"Conv2D(8, use_bias=FALSE)", ""}, Case{"Conv2D(8, name=first)", "E216"},
                      Case{"Conv2D(8, name=\"\")", "E302"}, Case{"Conv2D(8, name=None)", ""},
                      Case{"Conv2D(8, name=3)", "E301"}, Case{"Reshape(64)", "E301"}, Case{"Reshape((7, x))", "E216"}));

INSTANTIATE_TEST_SUITE_P(
    functions, Values,
    ::testing::Values(
        Case{"Conv2D(8, activation=RELU)", ""}, Case{"Conv2D(8, activation=\"leaky-relu\")", ""},
        Case{"Conv2D(8, activation=None)", ""}, Case{"Conv2D(8, activation=\"none\")", ""},
        Case{"Conv2D(8, activation=rellu)", "E209"}, Case{"Conv2D(8, activation=relu())", "E405"},
        Case{"Conv2D(8, activation=relu@cpu)", "E405"}, Case{"Conv2D(8, activation=relu * 2)", "E405"},
        Case{"Conv2D(8, activation=3)", "E301"}, Case{"Activation(none)", ""},
        Case{"Conv2D(8, kernel_initializer=he_normal)", ""}, Case{"Conv2D(8, kernel_initializer=xavier_uniform())", ""},
        Case{"Conv2D(8, kernel_initializer=constant(2))", ""},
        Case{"Conv2D(8, kernel_initializer=constant(valve=2))", "E202"},
        Case{"Conv2D(8, kernel_initializer=zeros(2))", "E204"},
        Case{"Conv2D(8, kernel_initializer=normal(stddev=-1))", "E302"},
        Case{"Conv2D(8, kernel_initializer=glorot)", "E209"},
        Case{"Conv2D(8, kernel_initializer=\"constant(2)\")", "E209"},
        Case{"Conv2D(8, kernel_initializer=nothing(3))", "E209"}, Case{"Conv2D(8, kernel_initializer=3)", "E301"},
        Case{"Conv2D(8, kernel_regularizer=None)", ""}, Case{"Conv2D(8, kernel_regularizer=l2)", ""},
        Case{"Conv2D(8, kernel_regularizer=l2(0.01))", ""}, Case{"Conv2D(8, kernel_regularizer=l3)", "E209"},
        Case{"Conv2D(8, kernel_constraint=\"non_neg\")", ""}, Case{"Conv2D(8, kernel_constraint=non_pos)", "E209"}));

syntax::Diagnostic first(const std::string& layer, Code code) {
  return Checked(network(layer)).first(code);
}

TEST(Values, out_of_bounds_are_told_with_the_rule_and_what_was_seen) {
  const Checked checked(network("Conv2D(-8, (3, 3))"));
  const syntax::Diagnostic found = checked.first(Code::E302);
  EXPECT_EQ(found.message, "`Conv2D.filters` must be at least 1, got `-8`");
  EXPECT_EQ(found.help, "use a whole number from 1, for example `filters=8`");
  EXPECT_EQ(checked.marked(found), "-8");
  EXPECT_EQ(first("Dropout(1.5)", Code::E302).message, "`Dropout.rate` must be from 0 to 1, got `1.5`");
  EXPECT_EQ(first("BatchNormalization(epsilon=0)", Code::E302).message,
            "`BatchNormalization.epsilon` must be above 0, got `0`");
}

TEST(Values, of_a_wrong_type_are_told_with_the_right_one) {
  EXPECT_EQ(first("Conv2D(\"eight\")", Code::E301).message, "`Conv2D.filters` must be a whole number, got `\"eight\"`");
  EXPECT_EQ(first("Conv2D(\"8\")", Code::E307).help, "remove the quotes: `8`");
  EXPECT_EQ(first("Conv2D([8, 16])", Code::E306).help,
            "give one value, or search over several with `HPO(choice(8, 16))`");
  EXPECT_EQ(first("Conv2D(8, [3, 3])", Code::E301).help, "write a tuple: `(…)` instead of `[…]`");
  EXPECT_EQ(first("Reshape([7, 16])", Code::E301).help, "write a tuple: `(…)` instead of `[…]`");
  EXPECT_EQ(first("Conv2D(8, (3, 3, 3))", Code::E303).message, "`Conv2D.kernel_size` needs 2 values, got 3");
  EXPECT_EQ(first("Conv2D(64.0)", Code::W304).message, "`64.0` is read as the integer 64");
  EXPECT_EQ(first("Conv2D(8, ((3), (5)))", Code::W305).message, "the nested tuple `((3,), (5,))` is read as `(3, 5)`");
}

TEST(Values, that_are_misspelt_words_get_a_suggestion) {
  EXPECT_EQ(first("Conv2D(8, activation=rellu)", Code::E209).help, "did you mean `relu`?");
  EXPECT_EQ(first("Conv2D(8, padding=full)", Code::E209).help, "write `\"same\"` or `\"valid\"`");
  EXPECT_EQ(first("Conv2D(8, kernel_initializer=\"constant(2)\")", Code::E209).help, "write a call without quotes");
}

TEST(Values, that_are_names_without_meaning_are_told_so) {
  EXPECT_EQ(first("Conv2D(width)", Code::E216).help, "the language has no variables outside macros");
  EXPECT_EQ(first("Conv2D(8, name=first)", Code::E216).help, "write text in quotes: `\"first\"`");
}

TEST(Values, keep_numbers_sane) {
  const auto model = testing::model_of("Dropout(-0.0) ReLU(6, -0.0)", "(4)");
  EXPECT_FALSE(std::signbit(model.layers[0].attributes.number(Parameter::rate)));
  EXPECT_FALSE(std::signbit(model.layers[1].attributes.number(Parameter::negative_slope)));
  EXPECT_EQ(model.layers[1].attributes.number(Parameter::max_value), 6.0);
}

TEST(Values, of_axes_are_one_number_per_axis_however_they_are_written) {
  const auto model = testing::model_of("Conv2D(8, (3), padding=((1, 2)))", "(28, 28, 4)");
  const Attributes& attributes = model.layers.front().attributes;
  EXPECT_EQ(attributes.integers(Parameter::kernel_size), (Integers{3, 3}));
  EXPECT_EQ(attributes.integers(Parameter::padding), (Integers{1, 2}));
}

TEST(Values, carry_the_parameters_of_initializers_with_their_defaults) {
  const auto model = testing::model_of("Dense(4, kernel_initializer=truncated_normal(stddev=0.02))", "(4)");
  const auto& kernel = std::get<Initializer>(model.layers[0].attributes.at(Parameter::kernel_initializer).value);
  EXPECT_EQ(kernel.kind, InitializerKind::truncated_normal);
  EXPECT_EQ(kernel.parameters.number(Parameter::stddev), 0.02);
  EXPECT_EQ(kernel.parameters.number(Parameter::mean), 0.0);
  EXPECT_EQ(model.layers[0].tensors()[0].initializer.kind, InitializerKind::truncated_normal);
  EXPECT_EQ(model.layers[0].tensors()[1].initializer.kind, InitializerKind::zeros);
}

}  // namespace
}  // namespace neural::model
