#include "neural/model/names.hpp"

#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using testing::Strings;

Strings names_of(const Model& model) {
  Strings names;
  for (const Layer& layer : model.layers) names.push_back(layer.name);
  return names;
}

TEST(Names, are_in_snake_case_as_in_keras) {
  EXPECT_EQ(snake_case("Dense"), "dense");
  EXPECT_EQ(snake_case("Conv2D"), "conv2d");
  EXPECT_EQ(snake_case("MaxPooling2D"), "max_pooling2d");
  EXPECT_EQ(snake_case("GlobalAveragePooling2D"), "global_average_pooling2d");
  EXPECT_EQ(snake_case("BatchNormalization"), "batch_normalization");
  EXPECT_EQ(snake_case("ReLU"), "re_lu");
  EXPECT_EQ(snake_case("LSTM"), "lstm");
  EXPECT_EQ(snake_case("ConvLSTM2D"), "conv_lstm2d");
  EXPECT_EQ(snake_case("PReLU"), "p_re_lu");
}

TEST(Names, count_each_kind_from_the_second_layer_on) {
  EXPECT_EQ(names_of(testing::model_of("Dense(3) Dropout(0.1) Dense(3) Dense(3) Output(2)", "(4)")),
            (Strings{"dense", "dropout", "dense_1", "dense_2", "output"}));
}

TEST(Names, that_are_written_stay_and_are_never_given_again) {
  EXPECT_EQ(names_of(testing::model_of("Dense(3) Dense(3, name=\"dense_1\") Dense(3) Dense(3, name=\"dense\")", "(4)")),
            (Strings{"dense_2", "dense_1", "dense_3", "dense"}));
}

TEST(Names, that_are_written_are_numbered_by_repetition) {
  EXPECT_EQ(names_of(testing::model_of("define B { Dense(3, name=\"d\") * 2 }\n" +
                                       testing::network("B * 2 Dense(3, name=\"e\") * 1", "(4)"))),
            (Strings{"d_1_1", "d_2_1", "d_1_2", "d_2_2", "e_1"}));
}

TEST(Names, that_are_written_twice_are_an_error) {
  const testing::Checked checked(testing::network("Dense(3, name=\"d\")\nDense(3, name=\"d\")", "(4)"));
  EXPECT_EQ(checked.codes(), "4:E213");
  EXPECT_EQ(checked.first(syntax::Code::E213).message, "the name `d` is already defined");
}

TEST(Names, that_a_macro_writes_clash_when_it_is_used_twice) {
  const testing::Checked checked("define B { Dense(3, name=\"d\") }\n" + testing::network("B\nB", "(4)"));
  EXPECT_EQ(checked.codes(), "1:E213");
  EXPECT_EQ(checked.first(syntax::Code::E213).notes.back().message, "in this use of `B`");
}

}  // namespace
}  // namespace neural::model
