// How the checker speaks: one message a mistake, suggestions, helps that help.
#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::network;

/// The help of the only diagnostic.
std::string help_of(const std::string& layers, const std::string& input = "(8)", const std::string& rest = "loss: mse",
                    const std::string& before = "") {
  const Checked checked(before + network(layers, input, rest));
  EXPECT_EQ(checked.diagnostics.error_count(), 1U) << checked.rendered();
  for (const syntax::Diagnostic& found : checked.diagnostics.sorted()) {
    if (severity_of(found.code) == syntax::Severity::kError) return found.help;
  }
  return "no error";
}

std::string message_of(const std::string& layers, const std::string& input = "(8)",
                       const std::string& rest = "loss: mse") {
  const Checked checked(network(layers, input, rest));
  EXPECT_EQ(checked.diagnostics.sorted().size(), 1U) << checked.rendered();
  return checked.diagnostics.sorted().empty() ? "nothing" : checked.diagnostics.sorted().front().message;
}

// ---- one mistake, one message ----

TEST(OneMistake, in_a_call_is_one_message) {
  EXPECT_EQ(codes_of("Dense(784, 128)", "(8)"), "E301");
  EXPECT_EQ(codes_of("Dense(784, 128, 64)", "(8)"), "E301");
  EXPECT_EQ(codes_of("Dense(8, relu, 3, 4, 5)", "(8)"), "E204");
  EXPECT_EQ(codes_of("Dense(unit=8)", "(8)"), "E202") << "not that `units` is missing, too";
  EXPECT_EQ(codes_of("Dense(8, 8, use_bias=1)", "(8)"), "E301 E301") << "two mistakes";
  EXPECT_EQ(codes_of("MyLayer(a=1, a=2)", "(8)"), "E203");
  EXPECT_EQ(codes_of("Conv2D(8, 3, same, relu, 3)"), "E204");
}

TEST(OneMistake, of_a_value_too_early_names_the_parameter_before_it) {
  EXPECT_EQ(message_of("Conv2D(8, relu)", "(9, 9, 1)"),
            "`Conv2D.kernel_size` must be a whole number or one per axis, got `relu`");
  EXPECT_EQ(help_of("Conv2D(8, relu)", "(9, 9, 1)"),
            "`kernel_size` comes before `activation`: give both, or write `activation=relu`");
  EXPECT_EQ(help_of("Conv2D(same)", "(9, 9, 1)"),
            "`filters` comes before `padding`: give both, or write `padding=same`");
  EXPECT_EQ(codes_of("Conv2D(8, relu, same)", "(9, 9, 1)"), "E301");
  EXPECT_EQ(codes_of("Conv2D(8, Dense)", "(9, 9, 1)"), "E405") << "no parameter of it takes that";
}

TEST(OneMistake, of_a_repetition_is_not_put_down_to_the_order) {
  const auto help = [](const std::string& layers) {
    return help_of(layers, "(9, 9, 1)", "loss: mse", "define M {\nConv2D(4, 3)\nFlatten()\nDense(4)\n}\n");
  };
  EXPECT_EQ(help("M * 2"),
            "`Flatten` in line 3 takes away axes that `Conv2D` needs again: leave it out of what is repeated");
  EXPECT_EQ(help("Flatten() M"), "put `Conv2D` before `Flatten`");
}

TEST(OneMistake, in_a_macro_is_one_message_for_all_its_uses) {
  const std::string macro = "define M(n) { Dense(n, activation=rellu) }\n";
  EXPECT_EQ(Checked(macro + network("M(8) M(9) M(10)", "(8)")).codes(), "1:E209");
  EXPECT_EQ(Checked("define M(n) { Conv2D(n, 3) }\n" + network("M(8) M(9) M(10)", "(8)")).codes(), "1:E501");
  EXPECT_EQ(Checked("define M(n) { Dens(n) Dense(-n) }\n" + network("Dense(3)", "(8)")).codes().substr(0, 6), "1:E201");
  EXPECT_EQ(Checked("define M { Dense(-1) Dens(3) Dense(q) }\n" + network("Dense(3)", "(8)", "loss: mse")).codes(),
            "1:E302 1:E201 1:E216")
      << "a macro that nobody uses is checked";
}

TEST(OneMistake, in_the_name_of_a_macro_is_one_message) {
  EXPECT_EQ(Checked("define Dense { Flatten }\n" + network("Dense", "(8)", "loss: mse")).codes(), "1:E213");
  EXPECT_EQ(Checked("define M(a) { Dense(a) } define M(a, b) { Dense(b) }\n" + network("M(1) M(1, 2)", "(8)")).codes(),
            "1:E213");
}

TEST(OneMistake, inside_a_macro_marks_the_body_and_notes_the_uses) {
  const Checked checked("define Inner(n) {\nDense(n)\n}\ndefine Outer(n) { Inner(n) }\n" + network("Outer(0)", "(8)"));
  EXPECT_EQ(checked.codes(), "2:E302");
  const syntax::Diagnostic found = checked.first(Code::E302);
  EXPECT_EQ(checked.marked(found), "n");
  ASSERT_EQ(found.notes.size(), 2U);
  EXPECT_EQ(found.notes[0].message, "in this use of `Inner`");
  EXPECT_EQ(found.notes[1].message, "in this use of `Outer`");
}

// ---- suggestions ----

TEST(Suggestions, know_layers_macros_and_their_parameters) {
  const std::string macro = "define Block(width) { Dense(width) }\n";
  EXPECT_EQ(help_of("Conv2E(3)"), "did you mean `Conv2D`, `Conv1D` or `Conv3D`?");
  EXPECT_EQ(help_of("block(3)", "(8)", "loss: mse", macro), "did you mean `Block`?");
  EXPECT_EQ(help_of("Blok(3)", "(8)", "loss: mse", macro), "did you mean `Block`?");
  EXPECT_EQ(help_of("Block(widht=3)", "(8)", "loss: mse", macro), "did you mean `width`?");
  EXPECT_EQ(help_of("Block(Width=3)", "(8)", "loss: mse", macro), "did you mean `width`?");
  EXPECT_EQ(help_of("Dense(3)", "(8)", "loss: mse", "define Block(width) { Dense(widt) }\n"), "did you mean `width`?");
  EXPECT_EQ(help_of("Dense(3)", "(8)", "loss: mse", "define B(layr) { layr }\n"),
            "a parameter of a macro stands for a value, not for a layer of the body");
  EXPECT_EQ(help_of("my_layer(3)"),
            "a layer of your own has a name like `MyLayer`: letters and digits, and `Layer` at the end");
}

TEST(Suggestions, know_parameters_and_words) {
  EXPECT_EQ(help_of("Dense(unit=8)"), "did you mean `units`?");
  EXPECT_EQ(help_of("Dense(Units=8)"), "did you mean `units`?");
  EXPECT_EQ(help_of("Dense(8, activation=rellu)"), "did you mean `relu`?");
  EXPECT_EQ(help_of("Dense(8, rellu)"), "did you mean `relu`?");
  EXPECT_EQ(help_of("Dense(8, \"sigmoidd\")"), "did you mean `sigmoid`?");
  EXPECT_EQ(help_of("Conv2D(8, 3, tahn)", "(9, 9, 1)"), "did you mean `tanh`?") << "neither strides nor padding";
  EXPECT_EQ(help_of("Conv2D(8, 3, \"sam\")", "(9, 9, 1)"), "did you mean `same`?");
  EXPECT_EQ(help_of("MaxPooling2D(2, vald)", "(9, 9, 1)"), "did you mean `valid`?");
  EXPECT_EQ(help_of("Conv2D(8, 3, padding=sme)", "(9, 9, 1)"), "did you mean `same`?");
  EXPECT_EQ(help_of("Dense(8, kernel_initializer=he_norml)"), "did you mean `he_normal`?");
  EXPECT_EQ(help_of("Dense(8, kernel_regularizer=l3)"), "did you mean `l1` or `l2`?");
  EXPECT_EQ(help_of("Dense(8, dtype=float23)"), "did you mean `float32`, `float16` or `float64`?");
  EXPECT_EQ(help_of("Bidirectional(LSTM(8), avg)", "(5, 3)"), "did you mean `ave`?");
}

TEST(Suggestions, know_what_stands_in_the_other_sections) {
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: categorical_crosentropy"),
            "did you mean `categorical_crossentropy`, `categorical_focal_crossentropy` or "
            "`sparse_categorical_crossentropy`?");
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: mse optimizer: Adamm"), "did you mean `Adam` or `AdamW`?");
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: mse metrics: acuracy"), "did you mean `accuracy`?");
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: mse optimizer: Adam(CosinDecay(0.1, 9))"), "did you mean `CosineDecay`?");
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: mse optimizer: Adam(learnin_rate=0.1)"), "did you mean `learning_rate`?");
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: mse train { epoch: 3 }"), "did you mean `epochs`?");
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: mse train { search_method: gird }"), "did you mean `grid`?");
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: mse execution { device: gpux }"), "did you mean `gpu`?");
}

TEST(Suggestions, name_the_words_where_nothing_is_near) {
  EXPECT_EQ(help_of("Dense(8, activation=foo)"),
            "use one of `\"linear\"`, `\"relu\"`, `\"relu6\"`, `\"leaky_relu\"`, `\"elu\"`, `\"selu\"`, …");
  EXPECT_EQ(help_of("UpSampling2D(interpolation=cubic)", "(9, 9, 1)"), "write `\"nearest\"` or `\"bilinear\"`");
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: mse optimizer: Foo"),
            "use one of `SGD`, `RMSprop`, `Adagrad`, `Adadelta`, `Adam`, `Adamax`, …");
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: foo"),
            "use one of `mean_squared_error`, `mean_absolute_error`, `mean_absolute_percentage_error`, "
            "`mean_squared_logarithmic_error`, `root_mean_squared_error`, `huber`, …");
}

// ---- helps ----

TEST(Helps, name_the_bound_or_the_words) {
  EXPECT_EQ(help_of("Dense(0)"), "use a whole number from 1, for example `units=8`");
  EXPECT_EQ(help_of("Dense(3.5)"), "use a whole number from 1, for example `units=8`");
  EXPECT_EQ(help_of("Dropout(-0.1)"), "use a number from 0 to 1, for example `rate=0.5`");
  EXPECT_EQ(help_of("LayerNormalization(epsilon=0)"), "use a number above 0, for example `epsilon=0.001`");
  EXPECT_EQ(help_of("Dense(8, use_bias=1)"), "write `use_bias=true` or `use_bias=false`");
  EXPECT_EQ(help_of("Conv2D(8, 3, padding=-1)", "(9, 9, 1)"),
            "write `\"same\"` or `\"valid\"`, or whole numbers from 0");
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: mse train { validation_split: 1.0 }"),
            "use a number from 0 to below 1, for example `validation_split: 0.2`");
  EXPECT_EQ(help_of("Permute(1)", "(8, 3)"), "for example `dims=(2, 1)`");
  EXPECT_EQ(message_of("Bidirectional(LSTM(8), merge_mode=none)", "(5, 3)"),
            "`Bidirectional.merge_mode` must be `\"concat\"`, `\"sum\"`, `\"mul\"` or `\"ave\"`, got `None`");
}

TEST(Helps, read_percent) {
  EXPECT_EQ(help_of("Dropout(25)"), "25 % is `0.25`");
  EXPECT_EQ(help_of("Dense(8)", "(8)", "loss: mse train { validation_split: 20 }"), "20 % is `0.2`");
  EXPECT_EQ(help_of("Dropout(1.1)"), "use a number from 0 to 1, for example `rate=0.5`");
  EXPECT_EQ(help_of("BatchNormalization(momentum=2)"), "use a number from 0 to 1, for example `momentum=0.5`");
}

TEST(Helps, tell_users_of_other_tools_what_is_different) {
  EXPECT_EQ(help_of("Dense(784, 128)"), "`Dense` takes its input width from the shape; write `Dense(128)`");
  EXPECT_EQ(help_of("LSTM(28, 64)", "(5, 3)"), "`LSTM` takes its input width from the shape; write `LSTM(64)`");
  EXPECT_EQ(help_of("Dense(8, ReLU())"), "write its name: `activation=\"relu\"`");
  EXPECT_EQ(help_of("Dense(8, activation=LeakyReLU(0.1))"), "write its name: `activation=\"leaky_relu\"`");
  EXPECT_EQ(help_of("Dense(8) @gpu1"), "did you mean `gpu:1`?");
  EXPECT_EQ(help_of("Dense(8) @\"gpu: 1\""), "did you mean `gpu:1`?");
  EXPECT_EQ(help_of("Dense(8) @cuda0"), "did you mean `cuda:0`?");
}

TEST(Helps, quote_numbers_as_they_are_written) {
  EXPECT_EQ(message_of("Dense(1e3)"), "`1e3` is read as the integer 1000");
  EXPECT_EQ(message_of("Dense(8.)"), "`8.` is read as the integer 8");
  EXPECT_EQ(message_of("Dense(1e-4)"), "`Dense.units` must be a whole number, got `1e-4`");
  EXPECT_EQ(message_of("Dropout(+1.50)"), "`Dropout.rate` must be from 0 to 1, got `+1.50`");
  EXPECT_EQ(Checked("define M(n) { Dense(n) }\n" + network("M(1e3)", "(8)")).first(Code::W304).message,
            "`1000.0` is read as the integer 1000")
      << "the mark is on the parameter's name";
}

TEST(Helps, against_too_many_weights_tell_what_to_make_smaller) {
  EXPECT_EQ(message_of("Dense(1099511627776)", "(2)"),
            "`Dense` would hold 2,199,023,255,552 weights in its kernel, more than 1,099,511,627,776");
  EXPECT_EQ(help_of("Dense(1099511627776)", "(2)"), "use fewer units, or make the input smaller first");
  EXPECT_EQ(help_of("Conv2D(8, 3000000)", "(9, 9, 1)"), "use fewer filters, or a smaller `kernel_size`");
  EXPECT_EQ(help_of("Embedding(4611686018427387904, 8)", "(5)"), "use a smaller `input_dim` or `output_dim`");
}

TEST(Helps, count_axes) {
  EXPECT_EQ(help_of("Softmax(7)", "(3)"), "the only axis is 1, or -1");
  EXPECT_EQ(help_of("Softmax(0)", "(3, 4, 5)"), "axes are 1 to 3, or -1 (last) to -3");
}

TEST(Helps, count_elements) {
  EXPECT_EQ(message_of("Reshape((28, 28, 3))", "(784)"),
            "`Reshape` cannot turn (784,), 784 elements, into (28, 28, 3), 2,352 elements");
  EXPECT_EQ(message_of("Reshape((5, -1))", "(784)"),
            "`Reshape` cannot turn (784,), 784 elements, into (5, -1): 784 is no multiple of 5");
}

TEST(Helps, against_a_wrong_rank_know_how_it_came_about) {
  EXPECT_EQ(help_of("Flatten Conv2D(8, 3)", "(9, 9, 1)"), "put `Conv2D` before `Flatten`");
  EXPECT_EQ(help_of("Conv2D(8, 3)", "(32, 28, 28, 1)"), "leave the batch size out: `(28, 28, 1)`");
  EXPECT_EQ(help_of("Conv2D(8, 3)", "(28, 28)"), "declare the channels too, for example `(28, 28, 1)`");
  EXPECT_EQ(help_of("MaxPooling3D", "(28, 28, 3)"),
            "use `MaxPooling2D`, or declare the channels too, for example `(28, 28, 3, 1)`");
  EXPECT_EQ(help_of("GlobalMaxPooling1D", "(28, 28, 3)"),
            "leave the batch size out: `(28, 3)`, or use `GlobalMaxPooling2D`");
  EXPECT_EQ(help_of("ConvLSTM2D(8, 3)", "(28, 28, 3)"), "declare the time too, for example `(10, 28, 28, 3)`");
  EXPECT_EQ(help_of("LSTM(8)\nLSTM(8)", "(5, 3)"), "let `LSTM` in line 3 return sequences: `return_sequences=true`");
  EXPECT_EQ(help_of("Bidirectional(GRU(8))\nDense(3)\nConv1D(8, 2)", "(5, 3)"),
            "let `GRU` in line 3 return sequences: `return_sequences=true`");
  EXPECT_EQ(help_of("LSTM(8)", "(5)"), "declare 2 axes, for example `(5, 1)`");
  EXPECT_EQ(help_of("Conv2D(8, 3)", "(784)"),
            "use `Reshape` to give its input 3 axes, for example `Reshape((28, 28, 1))`");
  EXPECT_EQ(help_of("Flatten LSTM(8)", "(7)"), "use `Reshape` to give its input 2 axes, for example `Reshape((7, 1))`");
}

TEST(Helps, name_the_layer_a_macro_hides) {
  EXPECT_EQ(Checked("define MaxPool2D { Dense(3) }\n" + network("MaxPool2D", "(8)")).first(Code::W218).message,
            "macro `MaxPool2D` hides the layer `MaxPooling2D`, which has that name too");
}

TEST(Helps, count_in_good_grammar) {
  EXPECT_EQ(message_of("Conv2D(8, 3, groups=2)", "(9, 9, 1)"),
            "1 input channel of `Conv2D` is not divisible by `groups=2`");
  EXPECT_EQ(message_of("GroupNormalization", "(8)"),
            "8 channels of `GroupNormalization` are not divisible by `groups=32`");
  EXPECT_EQ(Checked("define M { Dense(3) }\n" + network("M(1)", "(8)")).first(Code::E215).message,
            "there is an argument too many; macro `M` takes no arguments");
}

}  // namespace
}  // namespace neural::model
