// What a declared shape means: the batch axis, ids for an Embedding, sizes.
#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::model_of;
using testing::network;

/// The shape of the first input, and "W521" where it is told that a None was kept.
std::string input_of(const std::string& layers, const std::string& input) {
  const Checked checked(network(layers, input, "loss: mse"));
  if (checked.models.empty() || !checked.models.front()) return checked.rendered();
  const std::string codes = checked.codes();
  return to_string(checked.models.front()->inputs[0].shape) + (codes.find("W521") == std::string::npos ? "" : " W521");
}

// ---- a leading None ----

TEST(BatchAxis, is_dropped_where_no_layer_asks_for_it) {
  EXPECT_EQ(input_of("Conv2D(3, 3)", "(None, 28, 28, 1)"), "(28, 28, 1)");
  EXPECT_EQ(input_of("Dense(64)", "(None, 64)"), "(64,)");
  EXPECT_EQ(input_of("Dense(64)", "(None, 28, 28, 1)"), "(28, 28, 1)");
  EXPECT_EQ(input_of("LSTM(3)", "(None, 5, 4)"), "(5, 4)");
  EXPECT_EQ(input_of("LSTM(3)", "(None, None, 4)"), "(None, 4)") << "the second None varies";
  EXPECT_EQ(input_of("Dropout(0.1)", "(None)"), "(None,)") << "an only None is an axis";
  EXPECT_EQ(input_of("Flatten Dense(2)", "(None, 3)"), "(3,)");
  EXPECT_EQ(input_of("Dropout(0.5)", "(None, 3)"), "(3,)") << "nobody demands a rank";
}

TEST(BatchAxis, is_kept_for_the_first_layer_that_demands_it) {
  EXPECT_EQ(input_of("LSTM(3)", "(None, 64)"), "(None, 64) W521");
  EXPECT_EQ(input_of("Conv2D(3, 3)", "(None, 28, 3)"), "(None, 28, 3) W521");
  EXPECT_EQ(input_of("MaxPooling1D", "(None, 3)"), "(None, 3) W521");
  EXPECT_EQ(input_of("TransformerEncoder(1, 2)", "(None, 4)"), "(None, 4) W521");
  EXPECT_EQ(input_of("Masking", "(None, 4)"), "(None, 4) W521");
  const Checked checked(network("LSTM(3)", "(None, 64)"));
  EXPECT_EQ(checked.first(Code::W521).message,
            "the leading None of (None, 64) is kept as a dynamic axis: `LSTM` needs rank 2");
  EXPECT_EQ(checked.marked(checked.first(Code::W521)), "None");
}

TEST(BatchAxis, is_kept_through_layers_of_any_rank) {
  EXPECT_EQ(input_of("Dropout(0.5) BatchNormalization ReLU LSTM(3)", "(None, 4)"), "(None, 4) W521");
  EXPECT_EQ(input_of("Dense(3) LSTM(3)", "(None, 4)"), "(None, 4) W521");
  EXPECT_EQ(input_of("MyLayer() LSTM(3)", "(None, 4)"), "(None, 4) W521");
  EXPECT_EQ(input_of("HPO(choice(LSTM(3), GRU(3)))", "(None, 4)"), "(None, 4) W521");
}

TEST(BatchAxis, is_kept_through_wrappers) {
  EXPECT_EQ(input_of("Bidirectional(LSTM(3))", "(None, 4)"), "(None, 4) W521");
  EXPECT_EQ(input_of("TimeDistributed(Dense(3))", "(None, 4)"), "(None, 4) W521");
  EXPECT_EQ(input_of("TimeDistributed(Dense(3))", "(None, 5, 4)"), "(5, 4)");
  EXPECT_EQ(input_of("TimeDistributed(Conv2D(3, 3))", "(None, 9, 9, 1)"), "(None, 9, 9, 1) W521");
  EXPECT_EQ(input_of("TimeDistributed(Conv2D(3, 3))", "(None, 5, 9, 9, 1)"), "(5, 9, 9, 1)");
  EXPECT_EQ(input_of("TimeDistributed(TimeDistributed(Conv2D(3, 3)))", "(None, 5, 9, 9, 1)"),
            "(None, 5, 9, 9, 1) W521");
  EXPECT_EQ(input_of("TimeDistributed(Embedding(9, 3))", "(None, 8)"), "(None, 8) W521") << "steps need an axis";
}

TEST(BatchAxis, is_kept_through_residual_bodies_and_macros) {
  EXPECT_EQ(input_of("Residual { LSTM(4, return_sequences=true) }", "(None, 4)"), "(None, 4) W521");
  EXPECT_EQ(input_of("Residual { Dropout(0.1) } Residual { Residual { GRU(4, return_sequences=true) } }", "(None, 4)"),
            "(None, 4) W521");
  const Checked checked("define M { Dropout(0.1) LSTM(3) }\n" + network("M", "(None, 4)"));
  EXPECT_EQ(checked.first(Code::W521).span.begin, checked.source.text().find("None"));
}

TEST(BatchAxis, is_kept_through_branches) {
  EXPECT_EQ(input_of("x: { LSTM(3) } y: { GRU(3) } Add", "(None, 4)"), "(None, 4) W521");
  EXPECT_EQ(input_of("x: { Dropout(0.1) } y: { GRU(4, return_sequences=true) } Add", "(None, 4)"), "(None, 4) W521");
}

TEST(BatchAxis, of_several_inputs_is_decided_on_the_path_of_each) {
  const auto shapes = [](const std::string& layers, const std::string& input) {
    std::string text;
    for (const Input& each : model_of(layers, input, "loss: mse").inputs) text += to_string(each.shape);
    return text;
  };
  EXPECT_EQ(shapes("a: { LSTM(4) } Concatenate", "{ a: (None, 8), b: (None, 4) }"), "(None, 8)(4,)");
  EXPECT_EQ(shapes("b: { LSTM(4) } Concatenate", "{ a: (None, 8), b: (None, 4) }"), "(8,)(None, 4)");
  EXPECT_EQ(shapes("b: { LSTM(8, return_sequences=true) } Add LSTM(2)", "{ a: (None, 8), b: (None, 4) }"),
            "(None, 8)(None, 4)")
      << "the merged tensor goes into an LSTM";
  EXPECT_EQ(shapes("Add LSTM(3)", "{ a: (None, 4), b: (None, 4) }"), "(None, 4)(None, 4)");
  EXPECT_EQ(shapes("Attention", "{ a: (None, 4), b: (None, 4) }"), "(None, 4)(None, 4)");
  EXPECT_EQ(shapes("Add Dense(3)", "{ a: (None, 4), b: (None, 4) }"), "(4,)(4,)");
}

TEST(BatchAxis, of_ids_is_dropped_before_an_embedding) {
  EXPECT_EQ(input_of("Embedding(100, 16)", "(None, 100)"), "(100,)");
  EXPECT_EQ(input_of("Dropout(0.1) Embedding(100, 16) LSTM(3)", "(None, 100)"), "(100,)");
  EXPECT_EQ(input_of("Embedding(100, 16)", "(None, None)"), "(None,)");
}

// ---- ids ----

TEST(Ids, are_the_only_integer_inputs) {
  const auto integers = [](const std::string& layers, const std::string& input) {
    std::string text;
    for (const Input& each : model_of(layers, input, "loss: mse").inputs) text += each.is_integer ? "i" : "f";
    return text;
  };
  EXPECT_EQ(integers("Embedding(9, 4)", "(5)"), "i");
  EXPECT_EQ(integers("Identity Embedding(9, 4)", "(5)"), "i");
  EXPECT_EQ(integers("Dense(4)", "(5)"), "f");
  EXPECT_EQ(integers("a: { Embedding(9, 4) Flatten } b: { } Concatenate", "{ a: (5), b: (3) }"), "if");
  EXPECT_EQ(integers("TimeDistributed(Embedding(9, 4))", "(5, 6)"), "i");
  EXPECT_EQ(integers("Residual { Embedding(9, 4) Flatten Dense(5) }", "(5)"), "i");
  EXPECT_EQ(integers("Dense(5) Embedding(9, 4)", "(5)"), "f") << "these are no ids of the input";
}

TEST(Ids, with_the_width_declared_twice_are_read_as_ids) {
  const Checked checked(network("Embedding(100, 16)", "(10, 16)", "loss: mse"));
  EXPECT_EQ(checked.codes(), "3:W523");
  EXPECT_EQ(checked.first(Code::W523).message, "(10, 16) is read as 10 ids: its width 16 is that of the embedding");
  EXPECT_EQ(checked.first(Code::W523).help, "declare the ids alone: `(10,)`");
  EXPECT_EQ(checked.models[0]->inputs[0].shape, (Shape{10}));
  EXPECT_EQ(checked.models[0]->output(), (Shape{10, 16}));
  EXPECT_EQ(codes_of("Embedding(100, 16)", "(None, None, 16)"), "W523");
}

TEST(Ids, with_the_width_declared_twice_may_begin_a_branch) {
  const Model model = model_of("a: { Embedding(100, 16) } b: { RepeatVector(10) Dense(16) } Add",
                               "{ a: (10, 16), b: (3) }", "loss: mse");
  EXPECT_EQ(model.inputs[0].shape, (Shape{10}));
  EXPECT_EQ(model.output(), (Shape{10, 16}));
}

TEST(Ids, keep_a_shape_that_others_see_too) {
  EXPECT_EQ(codes_of("x: { Embedding(100, 16) } y: { LSTM(16) } z: { } Add", "(10, 16)"), "E504")
      << "the LSTM takes (10, 16)";
  EXPECT_EQ(codes_of("Dropout(0.1) Embedding(100, 16)", "(10, 16)"), "");
  EXPECT_EQ(model_of("Embedding(100, 16)", "(10, 8)", "loss: mse").output(), (Shape{10, 8, 16}));
}

// ---- sizes ----

TEST(InputSizes, are_at_least_one) {
  EXPECT_EQ(codes_of("Dense(8)", "(0)"), "E502");
  EXPECT_EQ(codes_of("Dense(8)", "(28, -1)"), "E502");
  EXPECT_EQ(codes_of("Conv2D(8, 3) Dense(4)", "(28, 0, 1)"), "E502") << "nothing else is said about it";
  EXPECT_EQ(Checked(network("Dense(8)", "(28, -1)")).first(Code::E502).help, "use `None` for a size that varies");
  EXPECT_EQ(Checked(network("Dense(8)", "(-1, 28, 28, 1)")).first(Code::E502).help,
            "leave the batch size out: `(28, 28, 1)`");
  EXPECT_EQ(Checked(network("Dense(8)", "(-1)")).first(Code::E502).help, "use `None` for a size that varies");
}

TEST(InputSizes, have_names_that_differ) {
  const Checked checked(network("Concatenate", "{ a: (4), a: (5) }"));
  EXPECT_EQ(checked.codes(), "1:E213");
  EXPECT_EQ(checked.first(Code::E213).message, "the input `a` is already defined");
}

TEST(InputSizes, can_be_counted) {
  EXPECT_EQ(codes_of("Flatten", "(2147483648, 2147483648)"), "");
  EXPECT_EQ(codes_of("Flatten", "(2147483648, 2147483648, 2)"), "E406");
  EXPECT_EQ(codes_of("TimeDistributed(RepeatVector(2147483648))", "(2147483648, 2)"), "E406");
}

// ---- rule D ----

TEST(DenseInput, of_rank_three_is_flattened_outside_blocks) {
  EXPECT_EQ(codes_of("Dense(8)", "(3, 4, 5)"), "W522");
  EXPECT_EQ(codes_of("x: { Dense(8) } y: { Dense(8) } Add", "(3, 4, 5)"), "W522 W522");
  EXPECT_EQ(Checked("define M { Dense(8) }\n" + network("M M", "(3, 4, 5)", "loss: mse")).codes(), "1:W522");
  EXPECT_EQ(model_of("Residual { Dense(5) }", "(3, 4, 5)", "loss: mse").output(), (Shape{3, 4, 5}));
  EXPECT_EQ(model_of("TimeDistributed(Dense(8))", "(3, 4, 5)", "loss: mse").output(), (Shape{3, 4, 8}));
  EXPECT_EQ(model_of("Transformer(1, 4) { Dense(8) }", "(3, 4)", "loss: mse").output(), (Shape{3, 8}));
}

TEST(DenseInput, that_is_raw_loses_that_behind_layers_with_a_condition) {
  for (const char* layer : {"Masking", "Attention", "TransformerEncoder(2, 8)", "SqueezeExcitation(2)",
                            "InstanceNormalization", "LSTM(4, return_sequences=true)", "Permute((1, 2))",
                            "Lambda(\"x: x\")", "GroupNormalization(2)", "SpatialDropout1D(0.1)"}) {
    EXPECT_EQ(codes_of(std::string(layer) + " Dense(8)", "(3, 4)"), "") << layer;
  }
  for (const char* layer : {"Dropout(0.5)", "BatchNormalization", "Softmax", "Rescaling(2)", "Identity", "L2"}) {
    EXPECT_EQ(codes_of(std::string(layer) + " Dense(8)", "(3, 4)"), "W522") << layer;
  }
}

}  // namespace
}  // namespace neural::model
