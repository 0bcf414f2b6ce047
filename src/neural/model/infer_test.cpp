// Shapes on their way through a network, and what is said when they do not fit.
#include "neural/model/infer.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::network;
using testing::shapes_of;
using testing::Strings;

TEST(Shapes, drop_the_batch_axis) {
  EXPECT_EQ(testing::model_of("Conv2D(8)", "(None, 28, 28, 1)").inputs[0].shape, (Shape{28, 28, 1}));
  EXPECT_EQ(testing::model_of("Dense(8)", "(none, 64)").inputs[0].shape, (Shape{64}));
  EXPECT_EQ(testing::model_of("Dense(8)", "(64,)").inputs[0].shape, (Shape{64}));
}

TEST(Shapes, keep_a_leading_none_where_the_first_demanding_layer_needs_it) {
  const Checked checked(network("Dropout(0.1) Conv2D(8)", "(None, 28, 1)"));
  EXPECT_EQ(checked.codes(), "1:W521");
  EXPECT_EQ(checked.models.front()->output(), (Shape{std::nullopt, 26, 8}));
  EXPECT_EQ(codes_of("Flatten Reshape((7, 4, 1)) Conv2D(8)", "(None, 28, 1)"), "")
      << "Flatten and Reshape do not pass the demand on";
}

TEST(Shapes, keep_other_nones_as_dynamic_axes) {
  EXPECT_EQ(
      shapes_of(testing::model_of("Conv2D(8) MaxPooling2D GlobalAveragePooling2D Dense(3)", "(28, None, 1)")),
      (Strings{"Conv2D (26, None, 8)", "MaxPooling2D (13, None, 8)", "GlobalAveragePooling2D (8,)", "Dense (3,)"}));
}

TEST(Shapes, of_inputs_are_at_least_one_and_countable) {
  EXPECT_EQ(codes_of("Dense(3)", "(0)"), "E502");
  EXPECT_EQ(codes_of("Dense(3)", "(28, -5)"), "E502");
  EXPECT_EQ(codes_of("Dropout(0.1)", "(4611686018427387904)"), "");
  EXPECT_EQ(codes_of("Dropout(0.1)", "(4611686018427387905)"), "E406");
  EXPECT_EQ(codes_of("Flatten", "(9223372036854775807, 9223372036854775807, None)"), "E406");
}

TEST(Shapes, let_several_tensors_into_merges_only) {
  EXPECT_EQ(codes_of("Dense(3)", "{ a: (4) b: (5) }"), "E507");
}

TEST(Shapes, warn_of_a_merge_of_one_tensor_but_not_behind_an_error) {
  EXPECT_EQ(codes_of("Add", "(4)"), "W413");
  EXPECT_EQ(codes_of("Dense(8) Add Dense(3)", "(4), (4)"), "E507");
}

TEST(Shapes, name_the_input) {
  EXPECT_EQ(testing::model_of("Dense(3)", "{ pixels: (4) }").inputs[0].name, "pixels");
  EXPECT_EQ(testing::model_of("Dense(3)", "(4)").inputs[0].name, "input");
}

// Rule D.

TEST(Shapes, are_flattened_before_a_dense_layer_with_a_warning) {
  const Checked checked(network("Dense(8)"));
  EXPECT_EQ(checked.codes(), "3:W522");
  EXPECT_EQ(checked.first(Code::W522).message, "(28, 28, 1) is flattened to (784,) before `Dense`");
  EXPECT_EQ(shapes_of(*checked.models.front()), (Strings{"Flatten (784,)", "Dense (8,)"}));
  const Layer& flatten = checked.models.front()->layers.front();
  EXPECT_TRUE(flatten.implicit);
  EXPECT_EQ(flatten.name, "flatten");
  EXPECT_EQ(flatten.line, 3U);
  EXPECT_FALSE(checked.models.front()->layers.back().implicit);
}

TEST(Shapes, of_rank_two_are_flattened_only_while_they_are_raw) {
  EXPECT_EQ(codes_of("Dense(8)", "(28, 28)"), "W522");
  EXPECT_EQ(codes_of("Dropout(0.1) BatchNormalization ReLU Dense(8)", "(28, 28)"), "W522");
  EXPECT_EQ(shapes_of(testing::model_of("Reshape((28, 28)) Dense(8)", "(784)")),
            (Strings{"Reshape (28, 28)", "Dense (28, 8)"}));
}

TEST(Shapes, with_a_none_cannot_be_flattened_implicitly) {
  EXPECT_EQ(codes_of("Dense(8)", "(28, None, 1)"), "E505");
  EXPECT_EQ(codes_of("Conv2D(4) Output(8)", "(28, None, 1)"), "E505");
}

TEST(Shapes, of_a_raw_matrix_with_a_none_are_left_to_the_last_axis) {
  EXPECT_EQ(shapes_of(testing::model_of("Dense(8)", "(None, None, 3)")), (Strings{"Dense (None, 8)"}));
}

// Errors.

TEST(Shapes, of_a_wrong_rank_tell_the_trail_and_the_remedy) {
  const Checked checked(network("Conv2D(32, 3)\nFlatten()\nDense(64)\nConv2D(8, 3)"));
  EXPECT_EQ(checked.rendered(),
            "test.neural:6:1: error[E501]: `Conv2D` needs (height, width, channels), but receives (64,)\n"
            "  6 | Conv2D(8, 3)\n"
            "    | ^~~~~~\n"
            "    = note: shape so far: input (28, 28, 1) -> Conv2D line 3 (26, 26, 32) -> Flatten line 4 (21632,) -> "
            "Dense line 5 (64,)\n"
            "    = help: put `Conv2D` before `Flatten`\n"
            "1 error\n");
}

TEST(Shapes, of_a_wrong_rank_name_the_dense_layer_that_flattened) {
  EXPECT_EQ(Checked(network("Dense(64)\nConv2D(8, 3)")).first(Code::E501).help, "put `Conv2D` before `Dense`");
  const std::string sequences = "let `LSTM` in line 3 return sequences: `return_sequences=true`";
  EXPECT_EQ(Checked(network("LSTM(8)\nLSTM(8)", "(9, 4)")).first(Code::E501).help, sequences);
  EXPECT_EQ(Checked(network("LSTM(8) Dense(8)\nConv1D(8)", "(9, 4)")).first(Code::E501).help, sequences);
  EXPECT_EQ(Checked(network("LSTM(8, return_sequences=true) Flatten\nLSTM(8)", "(9, 4)")).first(Code::E501).help,
            "put `LSTM` before `Flatten`");
  EXPECT_EQ(Checked(network("Bidirectional(GRU(8))\nGlobalMaxPooling1D", "(9, 4)")).first(Code::E501).help,
            "let `GRU` in line 3 return sequences: `return_sequences=true`");
}

TEST(Shapes, with_the_batch_size_in_front_get_help) {
  EXPECT_EQ(Checked(network("Conv2D(8)", "(32, 28, 28, 1)")).first(Code::E501).help,
            "leave the batch size out: `(28, 28, 1)`");
  EXPECT_EQ(Checked(network("Conv2D(8)", "(28, 28)")).first(Code::E501).help,
            "declare the channels too, for example `(28, 28, 1)`");
  EXPECT_EQ(Checked(network("Conv2D(8)", "(784)")).first(Code::E501).help,
            "use `Reshape` to give its input 3 axes, for example `Reshape((28, 28, 1))`");
}

TEST(Shapes, of_channels_first_layers_are_named_in_that_order) {
  EXPECT_EQ(Checked(network("Conv2D(8, data_format=channels_first)", "(28, 28)")).first(Code::E501).message,
            "`Conv2D` needs (channels, height, width), but receives (28, 28)");
}

TEST(Shapes, show_only_the_end_of_a_long_trail) {
  const std::string message = Checked(network("Dense(4) * 50\nConv2D(8)", "(4)")).first(Code::E501).notes[0].message;
  EXPECT_EQ(
      message,
      "shape so far: input (4,) -> … -> Dense line 3 (4,) -> Dense line 3 (4,) -> Dense line 3 (4,) -> Dense line 3 "
      "(4,) -> Dense line 3 (4,)");
}

TEST(Shapes, continue_behind_an_error_as_far_as_they_are_known) {
  EXPECT_EQ(codes_of("Conv2D(-8, 3) Dense(64) Conv2D(8, 3)"), "E302 E501") << "Dense flattens any image";
  EXPECT_EQ(codes_of("Conv2D(-8, 3) Conv2D(8, 99) Dense(64)"), "E302") << "sizes are unknown";
  EXPECT_EQ(codes_of("Conv2D(-8, 3) Flatten MaxPooling2D"), "E302 E501") << "the rank is known";
  EXPECT_EQ(codes_of("Conv2D(-8, 3) Reshape((4, 4)) Reshape((5, 5))"), "E302 E506");
  EXPECT_EQ(codes_of("Dens(64) Conv2D(8, 3)"), "E201") << "nothing is known behind an unknown layer";
  EXPECT_EQ(codes_of("Dropout(2) Conv2D(8, 29)"), "E302 E503") << "Dropout keeps the shape, whatever its rate";
  EXPECT_EQ(codes_of("Conv2D(8, 3, activation=nope) Conv2D(8, 27)"), "E209 E503");
  EXPECT_EQ(codes_of("Conv2D(8, 99) Conv2D(8, 99) Flatten Conv2D(8)"), "E503 E501");
}

TEST(Shapes, are_not_blamed_on_a_layer_that_has_an_error_already) {
  EXPECT_EQ(codes_of("Flatten Conv2D(8, 3, activation=nope)"), "E209");
  EXPECT_EQ(codes_of("Conv2D(8, 99, name=3)"), "E301");
}

TEST(Shapes, inside_a_macro_note_the_use) {
  const Checked checked("define B {\nConv2D(8, 3)\n}\n" + network("Flatten B", "(9, 9, 1)"));
  EXPECT_EQ(checked.codes(), "2:E501");
  EXPECT_EQ(checked.first(Code::E501).notes.back().message, "in this use of `B`");
}

TEST(Shapes, warn_of_layers_behind_output) {
  EXPECT_EQ(codes_of("Output(3) Softmax", "(4)"), "W411");
  EXPECT_EQ(codes_of("Output(3) * 2", "(4)"), "W411");
  EXPECT_EQ(codes_of("Output(3)", "(4)"), "");
  const auto message = [](const std::string& layers) {
    return Checked(network(layers, "(4)")).first(Code::W411).message;
  };
  EXPECT_EQ(message("Output(3) Softmax"), "layers follow `Output`");
  EXPECT_EQ(message("Residual { Output(4) Dense(4) }"), "layers follow `Output`");
  EXPECT_EQ(message("Residual { Dense(4) Output(4) }"), "the addition of `ResidualConnection` follows `Output`");
}

TEST(Shapes, of_initialisers_that_fill_matrices) {
  for (const char* layer :
       {"Dense(3, bias_initializer=identity)", "Dense(3, bias_initializer=orthogonal)",
        "BatchNormalization(gamma_initializer=identity)", "BatchNormalization(beta_initializer=orthogonal)"}) {
    EXPECT_EQ(codes_of(layer, "(4)"), "E209") << layer;
  }
  EXPECT_EQ(codes_of("Conv2D(8, 3, kernel_initializer=identity)"), "E209");
  EXPECT_EQ(codes_of("Conv2D(8, 3, kernel_initializer=orthogonal)"), "");
  EXPECT_EQ(codes_of("Dense(4, kernel_initializer=identity)", "(4)"), "");
  EXPECT_EQ(codes_of("Dense(3, use_bias=false, bias_initializer=identity)", "(4)"), "") << "there is none to fill";
  EXPECT_EQ(codes_of("LSTM(3, recurrent_initializer=identity)", "(4, 5)"), "");
  EXPECT_EQ(codes_of("GRU(3, bias_initializer=orthogonal)", "(4, 5)"), "E209") << "two vectors are no matrix";
  const syntax::Diagnostic found = Checked(network("Conv2D(8, 3, kernel_initializer=identity)")).first(Code::E209);
  EXPECT_EQ(found.message,
            "`Conv2D.kernel_initializer` cannot be `identity`, which fills a matrix: `kernel` has 4 axes");
  EXPECT_EQ(found.help, "use `orthogonal`, or an initializer of random values");
}

TEST(Shapes, limit_the_size_of_weights) {
  EXPECT_EQ(codes_of("Dense(1000000000)", "(4)"), "");
  EXPECT_EQ(codes_of("Dense(1099511627776)", "(1)"), "");
  EXPECT_EQ(codes_of("Dense(1099511627777)", "(1)"), "E406");
  EXPECT_EQ(codes_of("Dense(1099511627776)", "(2)"), "E406");
  EXPECT_EQ(codes_of("Dense(9223372036854775807)", "(9223372036854775807)"), "E406 E406");
  EXPECT_EQ(Checked(network("Dense(1099511627776)", "(2)")).first(Code::E406).message,
            "`Dense` would hold 2,199,023,255,552 weights in its kernel, more than 1,099,511,627,776");
}

}  // namespace
}  // namespace neural::model
