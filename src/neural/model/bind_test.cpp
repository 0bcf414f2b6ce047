// Which argument goes to which parameter.
#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::network;
using Integers = std::vector<std::int64_t>;

Attributes attributes_of(const std::string& layer, const std::string& input = "(28, 28, 4)") {
  return testing::model_of(layer, input).layers.front().attributes;
}

std::string activation_of(const Attributes& attributes) {
  return std::string(activation_name(std::get<Activation>(attributes.at(Parameter::activation).value)));
}

TEST(Binding, takes_positional_arguments_in_the_order_of_the_slots) {
  const Attributes attributes = attributes_of("Conv2D(8, (3, 5), 2)");
  EXPECT_EQ(attributes.integer(Parameter::filters), 8);
  EXPECT_EQ(attributes.integers(Parameter::kernel_size), (Integers{3, 5}));
  EXPECT_EQ(attributes.integers(Parameter::strides), (Integers{2, 2}));
}

TEST(Binding, skips_a_slot_that_a_value_does_not_fit) {
  const Attributes attributes = attributes_of("Conv2D(8, 3, \"relu\", \"same\")");
  EXPECT_EQ(attributes.integers(Parameter::strides), (Integers{1, 1}));
  EXPECT_EQ(activation_of(attributes), "relu");
  EXPECT_EQ(attributes.word(Parameter::padding), "same");
  EXPECT_EQ(attributes_of("MaxPooling2D(3, same)").word(Parameter::padding), "same");
  EXPECT_EQ(attributes_of("MaxPooling2D(same)").integers(Parameter::pool_size), (Integers{2, 2}));
}

TEST(Binding, does_not_go_back_to_a_slot_it_has_passed) {
  EXPECT_EQ(codes_of("Conv2D(8, 3, \"same\", \"relu\")"), "E204");
}

TEST(Binding, blames_the_first_slot_when_a_value_fits_none) {
  const Checked checked(network("Conv2D(8, 3, \"wrong\")"));
  EXPECT_EQ(checked.codes(), "3:E301");
  EXPECT_NE(checked.first(Code::E301).message.find("`Conv2D.strides`"), std::string::npos);
}

TEST(Binding, reads_named_arguments_and_their_other_names) {
  const Attributes attributes = attributes_of("Conv2D(filters=4, kernel=5, stride=2)");
  EXPECT_EQ(attributes.integers(Parameter::kernel_size), (Integers{5, 5}));
  EXPECT_EQ(attributes.integers(Parameter::strides), (Integers{2, 2}));
  EXPECT_EQ(attributes_of("Dropout(p=0.25)").number(Parameter::rate), 0.25);
  EXPECT_EQ(attributes_of("MaxPooling2D(pool=4)").integers(Parameter::pool_size), (Integers{4, 4}));
  EXPECT_EQ(attributes_of("Activation(activation=elu, negative_slope=3)").number(Parameter::alpha), 3.0);
}

TEST(Binding, writes_out_every_default) {
  const Attributes attributes = attributes_of("Conv2D(8)");
  EXPECT_EQ(attributes.integers(Parameter::kernel_size), (Integers{3, 3}));
  EXPECT_EQ(attributes.word(Parameter::padding), "valid");
  EXPECT_EQ(attributes.integers(Parameter::dilation_rate), (Integers{1, 1}));
  EXPECT_EQ(attributes.integer(Parameter::groups), 1);
  EXPECT_EQ(attributes.word(Parameter::data_format), "channels_last");
  EXPECT_TRUE(attributes.boolean(Parameter::use_bias));
  EXPECT_EQ(std::get<Initializer>(attributes.at(Parameter::kernel_initializer).value).kind,
            InitializerKind::glorot_uniform);
  EXPECT_TRUE(attributes.at(Parameter::kernel_regularizer).is_none());
  EXPECT_EQ(attributes.word(Parameter::dtype), "float32");
  EXPECT_TRUE(attributes.at(Parameter::name).is_none());
}

TEST(Binding, lets_pooling_strides_follow_the_pool_size) {
  EXPECT_EQ(attributes_of("MaxPooling2D((3, 2))").integers(Parameter::strides), (Integers{3, 2}));
  EXPECT_EQ(attributes_of("MaxPooling2D(3, None)").integers(Parameter::strides), (Integers{3, 3}));
  EXPECT_EQ(attributes_of("MaxPooling2D(3, 1)").integers(Parameter::strides), (Integers{1, 1}));
}

TEST(Binding, refuses_an_unknown_parameter_and_offers_the_one_that_was_meant) {
  const Checked checked(network("Flatten Dense(64, activaton=\"relu\")"));
  EXPECT_EQ(checked.codes(), "3:E202");
  const syntax::Diagnostic found = checked.first(Code::E202);
  EXPECT_EQ(found.message, "`Dense` has no parameter `activaton`");
  EXPECT_EQ(found.help, "did you mean `activation`?");
  EXPECT_EQ(checked.marked(found), "activaton");
}

TEST(Binding, compares_parameter_names_exactly_and_offers_the_right_case) {
  const Checked checked(network("Flatten Dense(Units=64)"));
  EXPECT_EQ(checked.codes(), "3:E202") << "the missing units are no second error";
  EXPECT_EQ(checked.first(Code::E202).help, "did you mean `units`?");
}

TEST(Binding, refuses_a_parameter_that_is_bound_twice) {
  EXPECT_EQ(codes_of("Flatten Dense(64, units=32)"), "E203");
  EXPECT_EQ(codes_of("Flatten Dense(units=64, units=32)"), "E203");
  EXPECT_EQ(codes_of("Conv2D(8, kernel_size=3, kernel=5)"), "E203") << "an alias counts as its target";
  EXPECT_EQ(codes_of("Conv2D(8, 3, relu, activation=tanh)"), "E203");
}

TEST(Binding, refuses_surplus_positional_arguments) {
  const Checked checked(network("Flatten Dense(64, relu, 3)"));
  EXPECT_EQ(checked.codes(), "3:E204");
  EXPECT_EQ(checked.first(Code::E204).message, "`Dense` takes at most 2 positional arguments, got one more: `3`");
  EXPECT_EQ(codes_of("Flatten(3)"), "E204");
}

TEST(Binding, misses_required_parameters) {
  const Checked checked(network("Conv2D(kernel_size=3)"));
  EXPECT_EQ(checked.codes(), "3:E205");
  EXPECT_EQ(checked.first(Code::E205).message, "`Conv2D` requires `filters`");
  EXPECT_EQ(checked.marked(checked.first(Code::E205)), "Conv2D");
  EXPECT_EQ(codes_of("Flatten Dense"), "E205");
  EXPECT_EQ(codes_of("Dropout()"), "E205");
  EXPECT_EQ(codes_of("Reshape"), "E205");
}

TEST(Binding, reports_every_wrong_argument_once_and_no_shape_error_for_the_same_layer) {
  EXPECT_EQ(codes_of("Flatten Conv2D(-1, kernel_size=0, activation=nope)"), "E302 E302 E209");
}

TEST(Binding, warns_of_parameters_that_mean_nothing) {
  EXPECT_EQ(codes_of("Flatten Dense(4, input_shape=(28, 28, 1))"), "W415");
  EXPECT_EQ(codes_of("Flatten Dense(4, weights=None)"), "W415");
  EXPECT_EQ(codes_of("Flatten Dense(4, stateful=true)"), "W415");
  EXPECT_EQ(codes_of("Flatten Dense(4, stateful=false, unroll=false)"), "");
}

TEST(Binding, leaves_out_of_order_arguments_to_the_parser) {
  EXPECT_EQ(codes_of("Flatten Dense(units=4, relu)"), "E105");
}

TEST(Binding, gives_leaky_activations_their_slope) {
  const auto alpha = [](const std::string& layer) { return attributes_of(layer).at(Parameter::alpha); };
  EXPECT_EQ(std::get<double>(alpha("Activation(leaky_relu)").value), 0.2);
  EXPECT_EQ(std::get<double>(alpha("Activation(\"leaky_relu\", 0.1)").value), 0.1);
  EXPECT_EQ(std::get<double>(alpha("Activation(celu)").value), 1.0);
  EXPECT_TRUE(alpha("Activation(tanh)").is_none());
  EXPECT_EQ(codes_of("Activation(tanh, alpha=0.1)"), "W415");
  EXPECT_TRUE(alpha("Activation(tanh, alpha=0.1)").is_none());
}

TEST(Binding, lets_strides_and_dilation_not_both_exceed_one) {
  EXPECT_EQ(codes_of("Conv2D(8, 3, strides=2, dilation_rate=2)"), "E302");
  EXPECT_EQ(codes_of("Conv2D(8, 3, strides=(2, 1), dilation_rate=(1, 2))"), "E302");
  EXPECT_EQ(codes_of("Conv2D(8, 3, strides=1, dilation_rate=2)"), "");
}

TEST(Binding, finds_layers_in_any_case_and_by_alias) {
  EXPECT_EQ(codes_of("CONV2D(8) maxpool2d() Flatten dense(10)"), "");
}

}  // namespace
}  // namespace neural::model
