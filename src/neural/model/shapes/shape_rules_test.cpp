// The shape rules against values worked out by hand.
#include "neural/model/shapes/shape_rules.hpp"

#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::network;
using testing::Strings;

struct Case {
  std::string layer;
  std::string input;
  std::string output;
  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.layer << " of " << c.input; }
};

class ShapeRule : public ::testing::TestWithParam<Case> {};

TEST_P(ShapeRule, gives_the_output_shape) {
  const Model model = testing::model_of(GetParam().layer, GetParam().input);
  EXPECT_EQ(to_string(model.output()), GetParam().output) << GetParam().layer << " of " << GetParam().input;
}

INSTANTIATE_TEST_SUITE_P(convolution, ShapeRule,
                         ::testing::Values(Case{"Conv2D(8, 3)", "(28, 28, 1)", "(26, 26, 8)"},
                                           Case{"Conv2D(8, (3, 5))", "(28, 28, 1)", "(26, 24, 8)"},
                                           Case{"Conv2D(8, 3, 2)", "(28, 27, 1)", "(13, 13, 8)"},
                                           Case{"Conv2D(8, 3, padding=same)", "(28, 28, 1)", "(28, 28, 8)"},
                                           Case{"Conv2D(8, 3, 2, padding=same)", "(28, 27, 1)", "(14, 14, 8)"},
                                           Case{"Conv2D(8, 9, padding=same)", "(2, 3, 1)", "(2, 3, 8)"},
                                           Case{"Conv2D(8, 3, dilation_rate=2)", "(28, 28, 1)", "(24, 24, 8)"},
                                           Case{"Conv2D(8, 3, padding=1)", "(28, 28, 1)", "(28, 28, 8)"},
                                           Case{"Conv2D(8, 3, 2, padding=(0, 2))", "(28, 28, 1)", "(13, 15, 8)"},
                                           Case{"Conv2D(8, 28)", "(28, 28, 1)", "(1, 1, 8)"},
                                           Case{"Conv2D(8, 3, data_format=channels_first)", "(1, 28, 20)",
                                                "(8, 26, 18)"},
                                           Case{"Conv2D(8, 3)", "(28, None, 1)", "(26, None, 8)"}));

INSTANTIATE_TEST_SUITE_P(recurrent_convolution, ShapeRule,
                         ::testing::Values(Case{"ConvLSTM2D(5, (3, 1))", "(4, 8, 8, 2)", "(6, 8, 5)"},
                                           Case{"ConvGRU2D(5, 3, strides=(2, 1), return_sequences=true)",
                                                "(4, 8, 8, 2)", "(4, 3, 6, 5)"}));

INSTANTIATE_TEST_SUITE_P(
    pooling, ShapeRule,
    ::testing::Values(Case{"MaxPooling2D", "(28, 27, 3)", "(14, 13, 3)"},
                      Case{"MaxPooling2D(3)", "(28, 27, 3)", "(9, 9, 3)"},
                      Case{"MaxPooling2D(3, 1)", "(28, 27, 3)", "(26, 25, 3)"},
                      Case{"MaxPooling2D(3, 2, same)", "(28, 27, 3)", "(14, 14, 3)"},
                      Case{"MaxPooling2D((2, 1))", "(28, 27, 3)", "(14, 27, 3)"},
                      Case{"MaxPooling2D(2, padding=1)", "(28, 27, 3)", "(15, 14, 3)"},
                      Case{"MaxPooling2D(data_format=channels_first)", "(3, 28, 27)", "(3, 14, 13)"},
                      Case{"MaxPooling2D", "(4, 4, None)", "(2, 2, None)"},
                      Case{"AveragePooling2D(3, strides=2, padding=same)", "(28, 27, 3)", "(14, 14, 3)"},
                      Case{"AvgPool2D", "(5, 5, 3)", "(2, 2, 3)"},
                      Case{"GlobalAveragePooling2D", "(28, 27, 3)", "(3,)"},
                      Case{"GlobalAveragePooling2D(keepdims=true)", "(28, 27, 3)", "(1, 1, 3)"},
                      Case{"GlobalAveragePooling2D(data_format=channels_first)", "(3, 28, 27)", "(3,)"},
                      Case{"GlobalAvgPool2D(keepdims=true, data_format=channels_first)", "(3, 28, 27)", "(3, 1, 1)"}));

INSTANTIATE_TEST_SUITE_P(reshaping, ShapeRule,
                         ::testing::Values(Case{"Flatten", "(28, 28, 3)", "(2352,)"}, Case{"Flatten", "(7,)", "(7,)"},
                                           Case{"Flatten", "(28, None, 3)", "(None,)"},
                                           Case{"Reshape((7, 16))", "(28, 4)", "(7, 16)"},
                                           Case{"Reshape((112))", "(28, 4)", "(112,)"},
                                           Case{"Reshape((7, -1, 2))", "(28, 4)", "(7, 8, 2)"},
                                           Case{"Reshape((-1, 4))", "(8, None)", "(None, 4)"}));

INSTANTIATE_TEST_SUITE_P(keeping, ShapeRule,
                         ::testing::Values(Case{"Dropout(0.5)", "(28, 28, 3)", "(28, 28, 3)"},
                                           Case{"Dropout(0.5, noise_shape=(1, None, 3))", "(28, 28, 3)", "(28, 28, 3)"},
                                           Case{"BatchNormalization", "(28, 28, 3)", "(28, 28, 3)"},
                                           Case{"ReLU(6)", "(5,)", "(5,)"},
                                           Case{"Activation(softplus)", "(5, 2)", "(5, 2)"},
                                           Case{"Softmax(1)", "(5, 2)", "(5, 2)"},
                                           Case{"Softmax(axis=-2)", "(5, 2)", "(5, 2)"}));

INSTANTIATE_TEST_SUITE_P(attention, ShapeRule,
                         ::testing::Values(Case{"Attention", "{ a: (5, None) b: (4, 3) }", "(5, 3)"},
                                           Case{"Attention", "{ a: (5, 3) b: (4, None) }", "(5, None)"}));

INSTANTIATE_TEST_SUITE_P(dense, ShapeRule,
                         ::testing::Values(Case{"Dense(8)", "(5,)", "(8,)"}, Case{"Output(8)", "(5,)", "(8,)"},
                                           Case{"Reshape((5, 2)) Dense(8)", "(10)", "(5, 8)"}));

struct Mistake {
  std::string layer;
  std::string input;
  std::string codes;
  friend void PrintTo(const Mistake& m, std::ostream* out) { *out << m.layer << " of " << m.input; }
};

class Mismatch : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mismatch, gives_its_code) {
  EXPECT_EQ(codes_of(GetParam().layer, GetParam().input), GetParam().codes) << GetParam().layer;
}

INSTANTIATE_TEST_SUITE_P(
    windows, Mismatch,
    ::testing::Values(Mistake{"Conv2D(8, 29)", "(28, 28, 1)", "E503"}, Mistake{"Conv2D(8, 28)", "(28, 28, 1)", ""},
                      Mistake{"Conv2D(8, 15, dilation_rate=2)", "(28, 28, 1)", "E503"},
                      Mistake{"Conv2D(8, 30, padding=1)", "(28, 28, 1)", ""},
                      Mistake{"Conv2D(8, 31, padding=1)", "(28, 28, 1)", "E503"},
                      Mistake{"MaxPooling2D(5)", "(4, 9, 1)", "E503"},
                      Mistake{"MaxPooling2D(9223372036854775807)", "(4, 9, 1)", "E503"},
                      Mistake{"MaxPooling2D(5, padding=same)", "(4, 9, 1)", ""},
                      Mistake{"MaxPooling2D(2, padding=9223372036854775807)", "(4, 9, 1)", "E406"},
                      Mistake{"Conv2D(8, 3, dilation_rate=9223372036854775807)", "(4, 9, 1)", "E503"},
                      Mistake{"Lambda(3)", "(4, 4)", "E301"}, Mistake{"Lambda", "(4, 4)", "E205"},
                      Mistake{"MaxPooling2D", "(4, 4)", "E501"}, Mistake{"GlobalAveragePooling2D", "(4,)", "E501"}));

INSTANTIATE_TEST_SUITE_P(channels, Mismatch,
                         ::testing::Values(Mistake{"Conv2D(8, 3, groups=2)", "(28, 28, 4)", ""},
                                           Mistake{"Conv2D(8, 3, groups=3)", "(28, 28, 4)", "E511"},
                                           Mistake{"Conv2D(9, 3, groups=2)", "(28, 28, 4)", "E511"},
                                           Mistake{"Conv2D(8, 3)", "(28, 28, None)", "E505"},
                                           Mistake{"Dense(8)", "(None, None)", "E505"},
                                           Mistake{"BatchNormalization", "(28, 28, None)", "E505"},
                                           Mistake{"BatchNormalization(axis=1)", "(28, 28, None)", ""},
                                           Mistake{"Flatten Dense(4)", "(28, None, 1)", "E505"}));

INSTANTIATE_TEST_SUITE_P(axes, Mismatch,
                         ::testing::Values(Mistake{"BatchNormalization(0)", "(4, 5)", "E510"},
                                           Mistake{"BatchNormalization(2)", "(4, 5)", ""},
                                           Mistake{"BatchNormalization(3)", "(4, 5)", "E510"},
                                           Mistake{"BatchNormalization(-2)", "(4, 5)", ""},
                                           Mistake{"BatchNormalization(-3)", "(4, 5)", "E510"},
                                           Mistake{"BatchNormalization((1, -1))", "(4, 5)", ""},
                                           Mistake{"BatchNormalization((2, -1))", "(4, 5)", "E510"},
                                           Mistake{"Softmax(0)", "(4, 5)", "E510"},
                                           Mistake{"Softmax(7)", "(4, 5)", "E510"}));

INSTANTIATE_TEST_SUITE_P(
    elements, Mismatch,
    ::testing::Values(Mistake{"Reshape((7, 15))", "(28, 4)", "E506"}, Mistake{"Reshape((5, -1))", "(28, 4)", "E506"},
                      Mistake{"Reshape((-1, -1))", "(28, 4)", "E506"}, Mistake{"Reshape((0, 4))", "(28, 4)", "E502"},
                      Mistake{"Reshape((-2, 4))", "(28, 4)", "E502"}, Mistake{"Reshape((None, 4))", "(28, 4)", "E505"},
                      Mistake{"Reshape((2, 4))", "(8, None)", "E505"},
                      Mistake{"Reshape((9223372036854775807, 9223372036854775807))", "(28, 4)", "E506"},
                      Mistake{"Dropout(0.5, noise_shape=(28, 3))", "(28, 4)", "E504"},
                      Mistake{"Dropout(0.5, noise_shape=(None, 28, 1))", "(28, 4)", "E504"}));

INSTANTIATE_TEST_SUITE_P(
    output_paddings, Mismatch,
    ::testing::Values(Mistake{"Conv2DTranspose(8, 3, 2, output_padding=1)", "(9, 9, 4)", ""},
                      Mistake{"Conv2DTranspose(8, 3, 2, output_padding=2)", "(9, 9, 4)", "E302"},
                      Mistake{"Conv2DTranspose(8, 3, (2, 1), output_padding=(1, 0))", "(9, 9, 4)", ""},
                      Mistake{"Conv2DTranspose(8, 3, (2, 1), output_padding=1)", "(9, 9, 4)", "E302"},
                      Mistake{"Conv1DTranspose(8, output_padding=0)", "(9, 4)", ""},
                      Mistake{"Conv1DTranspose(8, output_padding=1, padding=1)", "(9, 4)", "E302"}));

INSTANTIATE_TEST_SUITE_P(affine_parameters, Mismatch,
                         ::testing::Values(Mistake{"LayerNormalization(scale=false)", "(28, None)", "E505"},
                                           Mistake{"LayerNormalization(scale=false, center=false)", "(28, None)", ""},
                                           Mistake{"LayerNormalization(3, scale=false, center=false)", "(28, None)",
                                                   "E510"}));

INSTANTIATE_TEST_SUITE_P(attention, Mismatch,
                         ::testing::Values(Mistake{"Attention(use_scale=true)", "(5, None)", ""},
                                           Mistake{"Attention(score_mode=concat)", "{ a: (5, 3) b: (4, None) }", ""},
                                           Mistake{"AdditiveAttention(use_scale=false)", "{ a: (5, None) b: (4, 3) }",
                                                   ""},
                                           Mistake{"AdditiveAttention", "{ a: (5, None) b: (4, 3) }", "E505"},
                                           Mistake{"AdditiveAttention", "{ a: (5, 3) b: (4, None) }", ""},
                                           Mistake{"Attention", "{ a: (5, 2) b: (4, 3) }", "E504"},
                                           Mistake{"MultiHeadAttention(2, 3)", "(5, None)", "E505"}));

INSTANTIATE_TEST_SUITE_P(steps, Mismatch,
                         ::testing::Values(Mistake{"TimeDistributed(Conv2D(4, 3)) { MaxPooling2D(5) }", "(3, 5, 6, 2)",
                                                   "E503"}));

TEST(ShapeRules, say_what_does_not_fit) {
  const auto message = [](const std::string& layer, const std::string& input, Code code) {
    return Checked(network(layer, input)).first(code).message;
  };
  EXPECT_EQ(message("Conv2D(8, (3, 9))", "(8, 8, 1)", Code::E503),
            "the 3 × 9 window of `Conv2D` exceeds its 8 × 8 input");
  EXPECT_EQ(message("Conv2D(8, 9, dilation_rate=2, padding=1)", "(8, 8, 1)", Code::E503),
            "the 17 × 17 window of `Conv2D` exceeds its padded 10 × 10 input");
  EXPECT_EQ(message("Conv2D(8, groups=3)", "(8, 8, 4)", Code::E511),
            "4 input channels of `Conv2D` are not divisible by `groups=3`");
  EXPECT_EQ(message("Reshape((7, 15))", "(28, 40)", Code::E506),
            "`Reshape` cannot turn (28, 40), 1,120 elements, into (7, 15), 105 elements");
  EXPECT_EQ(message("Reshape((-1, 3))", "(28, 40)", Code::E506),
            "`Reshape` cannot turn (28, 40), 1,120 elements, into (-1, 3): 1,120 is no multiple of 3");
  EXPECT_EQ(message("Softmax(3)", "(28, 40)", Code::E510),
            "`Softmax` acts on axis 3, which its input does not have: the input is (28, 40)");
  EXPECT_EQ(message("Conv2DTranspose(8, 3, (2, 1), output_padding=(1, 2))", "(8, 8, 4)", Code::E302),
            "`Conv2DTranspose.output_padding` must be less than `strides`, got 2 for a stride of 1");
}

TEST(ShapeRules, make_the_tensors_that_keras_makes_in_its_order) {
  const auto tensors = [](const std::string& layer, const std::string& input) {
    return testing::tensors_of(testing::model_of(layer, input).layers.back());
  };
  EXPECT_EQ(tensors("Dense(8)", "(5)"), (Strings{"kernel (5, 8)", "bias (8,)"}));
  EXPECT_EQ(tensors("Dense(8, use_bias=false)", "(5)"), (Strings{"kernel (5, 8)"}));
  EXPECT_EQ(tensors("Dense(8, trainable=false)", "(5)"), (Strings{"kernel* (5, 8)", "bias* (8,)"}));
  EXPECT_EQ(tensors("Conv2D(8, (3, 5), groups=2)", "(9, 9, 4)"), (Strings{"kernel (3, 5, 2, 8)", "bias (8,)"}));
  EXPECT_EQ(tensors("Conv2D(8, (3, 5), data_format=channels_first)", "(4, 9, 9)"),
            (Strings{"kernel (3, 5, 4, 8)", "bias (8,)"}));
  EXPECT_EQ(tensors("BatchNormalization", "(9, 7, 4)"),
            (Strings{"gamma (4,)", "beta (4,)", "moving_mean* (4,)", "moving_variance* (4,)"}));
  EXPECT_EQ(tensors("BatchNormalization(axis=1, scale=false, center=false)", "(9, 7, 4)"),
            (Strings{"moving_mean* (9,)", "moving_variance* (9,)"}));
  EXPECT_EQ(tensors("LayerNormalization(axis=(-1, 1))", "(9, 7, 4)"), (Strings{"gamma (9, 4)", "beta (9, 4)"}));
  EXPECT_EQ(tensors("RMSNormalization(axis=(3, 2))", "(9, 7, 4)"), (Strings{"scale (7, 4)"}));
  EXPECT_EQ(tensors("ConvLSTM2D(8, (3, 2))", "(5, 9, 9, 4)"),
            (Strings{"kernel (3, 2, 4, 32)", "recurrent_kernel (3, 2, 8, 32)", "bias (32,)"}));
  EXPECT_EQ(tensors("Dropout(0.5)", "(9, 7, 4)"), Strings{});
}

TEST(ShapeRules, count_parameters) {
  const Model model = testing::model_of("Conv2D(32, 3) BatchNormalization Flatten Dense(10)", "(28, 28, 1)");
  EXPECT_EQ(model.layers[0].parameter_count(), 320);
  EXPECT_EQ(model.layers[1].parameter_count(), 128);
  EXPECT_EQ(model.layers[1].trainable_count(), 64);
  EXPECT_EQ(model.layers[3].parameter_count(), 21632 * 10 + 10);
  EXPECT_EQ(model.parameter_count() - model.trainable_count(), 64);
}

}  // namespace
}  // namespace neural::model
