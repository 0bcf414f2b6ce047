// Forks, merges and several inputs.
#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::model_of;
using testing::network;
using testing::shapes_of;
using testing::Strings;

const std::string kTwoInputs = "{ a: (3), b: (5) }";

std::vector<std::uint32_t> input_ids(const Layer& layer) {
  std::vector<std::uint32_t> ids;
  for (const TensorId id : layer.inputs) ids.push_back(id.index);
  return ids;
}
using Ids = std::vector<std::uint32_t>;

// ---- forks ----

TEST(Fork, gives_every_branch_the_open_tensor_and_merges_in_order) {
  const Model model = model_of("Dense(6) x: { Dense(4) } y: { Dense(5) } z: { } Concatenate Dense(2)", "(3)");
  EXPECT_EQ(shapes_of(model), (Strings{"Dense (6,)", "Dense (4,)", "Dense (5,)", "Concatenate (15,)", "Dense (2,)"}));
  EXPECT_EQ(input_ids(model.layers[1]), (Ids{1}));
  EXPECT_EQ(input_ids(model.layers[2]), (Ids{1}));
  EXPECT_EQ(input_ids(model.layers[3]), (Ids{2, 3, 1})) << "an empty branch passes its tensor on";
  EXPECT_FALSE(model.is_chain());
}

TEST(Fork, begins_a_branch_with_the_input_of_its_name) {
  const Model model = model_of("b: { Dense(4) } a: { Dense(4) } Add", kTwoInputs);
  EXPECT_EQ(input_ids(model.layers[0]), (Ids{1}));
  EXPECT_EQ(model.layers[0].input, (Shape{5}));
  EXPECT_EQ(input_ids(model.layers[1]), (Ids{0}));
  EXPECT_EQ(input_ids(model.layers[2]), (Ids{2, 3})) << "in the order of the branches";
}

TEST(Fork, leaves_untouched_inputs_open_behind_its_branches) {
  const Model model = model_of("b: { Dense(4) } Concatenate", "{ a: (3), b: (5), c: (7) }");
  EXPECT_EQ(input_ids(model.layers[1]), (Ids{3, 0, 2}));
  EXPECT_EQ(model.output(), (Shape{14}));
}

TEST(Fork, names_inputs_without_a_name_by_number) {
  EXPECT_EQ(model_of("input_2: { Dense(3) } input_1: { Dense(3) } Add", "(3), (4)").layers[0].input, (Shape{4}));
}

TEST(Fork, may_stand_in_a_branch_and_is_local_to_it) {
  EXPECT_EQ(codes_of("a: { p: { Dense(4) } q: { Dense(4) } Add } b: { Dense(4) } Add", kTwoInputs), "");
  EXPECT_EQ(codes_of("a: { b: { Dense(4) } } b: { Dense(4) } Add", kTwoInputs), "")
      << "inside a branch the name of another input is a label like any";
  EXPECT_EQ(codes_of("a: { p: { Dense(4) } q: { Dense(4) } } b: { Dense(4) } Add", kTwoInputs), "E507");
}

TEST(Fork, may_stand_in_a_block) {
  const Model model = model_of("Residual { x: { Dense(3) } y: { } Add }", "(3)");
  ASSERT_EQ(model.layers.size(), 1U);
  EXPECT_EQ(input_ids(model.layers[0].body()->layers[1]), (Ids{1, 0}));
  EXPECT_EQ(codes_of("TimeDistributed(Dense(3)) { x: { Dense(4) } y: { } Concatenate }", "(5, 3)"), "");
  EXPECT_EQ(codes_of("Transformer(1, 4) { x: { Dense(4) } y: { } Concatenate }", "(5, 3)"), "");
  EXPECT_EQ(codes_of("Residual { x: { Dense(3) } y: { } }", "(3)"), "E507");
  EXPECT_EQ(codes_of("TimeDistributed(Dense(3)) { x: { } y: { } }", "(5, 3)"), "E507");
}

TEST(Fork, may_come_from_a_macro) {
  const std::string merged = "define M { x: { Dense(4) } y: { Dense(4) } Add }\n";
  EXPECT_EQ(model_of(merged + network("M * 2 M", "(3)")).layers.size(), 9U);
  EXPECT_EQ(model_of("define M { a: { Dense(4) } }\n" + network("M Concatenate", kTwoInputs)).output(), (Shape{9}));
}

TEST(Fork, cannot_be_repeated_beside_itself) {
  const Checked checked("define M { x: { Dense(4) } y: { Dense(4) } }\n" + network("M * 2 Add", "(3)"));
  EXPECT_EQ(checked.codes(), "1:E213");
  EXPECT_EQ(checked.first(Code::E213).message, "the branch `x` stands beside itself: its fork is repeated");
}

TEST(Fork, needs_labels_that_differ) {
  const Checked checked(network("x: { Dense(4) }\nx: { Dense(4) }\nAdd", "(3)"));
  EXPECT_EQ(checked.codes(), "4:E213");
  EXPECT_EQ(checked.first(Code::E213).message, "the branch `x` is already defined");
  EXPECT_EQ(codes_of("x: { Dense(4) } y: { } Add x: { } y: { Dense(4) } Add", "(4)"), "") << "in another fork";
}

TEST(Fork, of_several_tensors_needs_labels_of_inputs) {
  const Checked checked(network("x: { Dense(4) }\nb: { Dense(4) }\nAdd", kTwoInputs));
  EXPECT_EQ(checked.codes(), "3:E507") << "that `a` is never used is no second mistake";
  EXPECT_EQ(checked.first(Code::E507).message,
            "2 tensors are open, and branch `x` is named after none of them: `a` (3,), `b` (5,)");
}

// ---- what may follow while several tensors are open ----

TEST(OpenTensors, can_only_be_merged) {
  const Checked checked(network("a: { Dense(4) }\nDense(3)", kTwoInputs));
  EXPECT_EQ(checked.codes(), "4:E507");
  EXPECT_EQ(checked.first(Code::E507).message,
            "`Dense` takes one tensor, but 2 tensors are open: `Dense` line 3 (4,), `b` (5,)");
  for (const char* layer : {"Flatten", "Residual { Dense(3) }", "TimeDistributed(Dense(3))", "Transformer(1, 2)",
                            "MyLayer()", "Dropout(0.5)", "Bidirectional(LSTM(3))"}) {
    EXPECT_EQ(codes_of(layer, "{ a: (2, 3), b: (2, 3) }"), "E507") << layer;
  }
}

TEST(OpenTensors, of_which_there_are_two_suit_attention_and_binary_merges) {
  const std::string two = "{ a: (4, 8), b: (5, 8) }";
  const std::string three = "{ a: (4, 8), b: (5, 8), c: (5, 8) }";
  for (const char* layer : {"Attention", "AdditiveAttention", "MultiHeadAttention(2)", "TransformerDecoder(2, 16)"}) {
    EXPECT_EQ(model_of(layer, two).output(), (Shape{4, 8})) << layer;
    EXPECT_EQ(codes_of(layer, three), "E507") << layer;
  }
  for (const char* layer : {"Subtract", "Dot"}) {
    EXPECT_EQ(codes_of(layer, "{ a: (4, 8), b: (4, 8) }"), "") << layer;
    EXPECT_EQ(codes_of(layer, "{ a: (4, 8), b: (4, 8), c: (4, 8) }"), "E507") << layer;
  }
}

TEST(OpenTensors, at_the_end_are_one) {
  const Checked checked(network("x: { Dense(4) }\ny: { Dense(5) }", "(3)"));
  EXPECT_EQ(checked.codes(), "4:E507");
  EXPECT_EQ(checked.first(Code::E507).message,
            "2 tensors are open at the end of the network: `Dense` line 3 (4,), `Dense` line 4 (5,)");
  EXPECT_EQ(Checked(network("x: { } y: { }\nDense(3)", "(5)")).first(Code::E507).message,
            "`Dense` takes one tensor, but 2 tensors are open: branch `x` (5,), branch `y` (5,)");
  EXPECT_EQ(
      Checked(network("x: { Dense(3) } y: { Identity }\nz: { }", "(5)")).first(Code::E507).message,
      "3 tensors are open at the end of the network: `Dense` line 3 (3,), `Identity` line 3 (5,), branch `z` (5,)");
  EXPECT_EQ(codes_of("x: { Output(3) } y: { Output(4) }", "(5)"), "E507") << "nothing follows the first Output";
  EXPECT_EQ(codes_of("x: { Output(3) } y: { Output(3) } Add", "(5)"), "W411 W411");
}

TEST(OpenTensors, that_are_unused_inputs_are_named) {
  const Checked checked(network("a: { Dense(4) }", kTwoInputs));
  EXPECT_EQ(checked.codes(), "1:E508");
  EXPECT_EQ(checked.marked(checked.first(Code::E508)), "b");
  EXPECT_EQ(checked.first(Code::E508).message, "input `b` is never used");
  EXPECT_EQ(codes_of("a: { }", "{ a: (3), b: (3), c: (3) }"), "E508 E508");
}

TEST(OpenTensors, behind_a_mistake_are_not_talked_about) {
  EXPECT_EQ(codes_of("x: { Dens(4) } y: { Dense(4) } Add Dense(4)", "(3)"), "E201");
  EXPECT_EQ(codes_of("x: { Conv2D(4, 3) } y: { Dense(4) } Add Dense(4)", "(3)"), "E501");
  EXPECT_EQ(codes_of("x: { Dense() } y: { Dense(4) } Add Dense(4)", "(3)"), "E205");
  EXPECT_EQ(codes_of("a: { Dens(4) } b: { Dense(4) } Dot(axes=7) Dense(4)", kTwoInputs), "E201");
  EXPECT_EQ(codes_of("a: { Dense(4) } Dens(3) Dense(4)", kTwoInputs), "E201");
}

TEST(OpenTensors, tell_the_trail_of_the_one_that_does_not_fit) {
  const Checked checked(network("q: { Dense(8) }\nv: { Flatten() }\nAttention()", "{ q: (5, 8), v: (7, 8) }"));
  EXPECT_EQ(checked.codes(), "3:W522 5:E501");
  const Checked second(network("q: { Dropout(0.5) }\nv: { Flatten() }\nAttention()", "{ q: (5, 8), v: (7, 8) }"));
  EXPECT_EQ(second.first(Code::E501).notes[0].message, "shape so far: input `v` (7, 8) -> Flatten line 4 (56,)");
}

// ---- merges ----

TEST(Merge, of_one_tensor_is_the_identity) {
  EXPECT_EQ(codes_of("Dense(4) Add", "(3)"), "W413");
  const Model model = model_of("Concatenate(name=\"all\") Dense(4)", "(3)");
  EXPECT_EQ(model.layers[0].kind, LayerKind::Identity);
  EXPECT_EQ(model.layers[0].name, "all");
}

TEST(Merge, joins_equal_and_single_sizes) {
  for (const char* layer : {"Add", "Multiply", "Average", "Maximum", "Minimum"}) {
    EXPECT_EQ(model_of(layer, "{ a: (4, 8), b: (1, 8), c: (4, 1) }").output(), (Shape{4, 8})) << layer;
    EXPECT_EQ(codes_of(layer, "{ a: (4, 8), b: (4, 7) }"), "E504") << layer;
    EXPECT_EQ(codes_of(layer, "{ a: (4), b: (4, 4) }"), "E504") << layer;
  }
  EXPECT_EQ(model_of("Subtract", "{ a: (1, 8), b: (4, 1) }").output(), (Shape{4, 8}));
  EXPECT_EQ(model_of("Add", "{ a: (4, None), b: (4, 1) }").output(), (Shape{4, std::nullopt}));
  EXPECT_EQ(Checked(network("Add", "{ a: (4, 8), b: (4, 7) }")).first(Code::E504).message,
            "`Add` cannot join (4, 8), (4, 7)");
}

TEST(Merge, concatenates_along_one_axis) {
  EXPECT_EQ(model_of("Concatenate", "{ a: (4, 8), b: (4, 1), c: (4, 3) }").output(), (Shape{4, 12}));
  EXPECT_EQ(model_of("Concatenate(axis=1)", "{ a: (4, 8), b: (1, 8) }").output(), (Shape{5, 8}));
  EXPECT_EQ(model_of("Concatenate(1)", "{ a: (4, 8), b: (2, None) }").output(), (Shape{6, 8}));
  EXPECT_EQ(model_of("Concatenate", "{ a: (4, 8), b: (4, None) }").output(), (Shape{4, std::nullopt}));
  EXPECT_EQ(codes_of("Concatenate", "{ a: (4, 8), b: (3, 8) }"), "E504");
  EXPECT_EQ(codes_of("Concatenate(axis=0)", "{ a: (4, 8), b: (4, 8) }"), "E510");
  EXPECT_EQ(codes_of("Concatenate(axis=3)", "{ a: (4, 8), b: (4, 8) }"), "E510");
}

TEST(Merge, contracts_an_axis_of_each) {
  EXPECT_EQ(model_of("Dot", "{ a: (4, 8), b: (5, 8) }").output(), (Shape{4, 5}));
  EXPECT_EQ(model_of("Dot(1)", "{ a: (4, 8), b: (4, 7) }").output(), (Shape{8, 7}));
  EXPECT_EQ(model_of("Dot((2, 1))", "{ a: (4, 8), b: (8, 3) }").output(), (Shape{4, 3}));
  EXPECT_EQ(model_of("Dot(-1)", "{ a: (8), b: (8) }").output(), (Shape{1}));
  EXPECT_EQ(codes_of("Dot((1, 2))", "{ a: (4, 8), b: (4, 8) }"), "E504");
  EXPECT_EQ(codes_of("Dot(3)", "{ a: (4, 8), b: (4, 8) }"), "E510");
  EXPECT_EQ(codes_of("Dot((1, 2, 1))", "{ a: (4, 8), b: (4, 8) }"), "E510");
}

}  // namespace
}  // namespace neural::model
