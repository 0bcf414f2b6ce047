#include "neural/describe/testing.hpp"

namespace neural::describe {
namespace {

using model::testing::model_of;
using testing::Network;

std::string text_of(const Sequence& sequence);

/// "Dense", "[Dense ReLU | ]" for a fork, "ResidualConnection{Dense}".
std::string text_of(const Block& block) {
  if (block.input != nullptr) return block.input->name;
  std::string text;
  if (block.is_fork()) {
    for (const Sequence& branch : block.branches) text += (text.empty() ? "[" : " | ") + text_of(branch);
    return text + "]";
  }
  text = block.node->layer->type_name();
  return block.inside.empty() ? text : text + "{" + text_of(block.inside.front()) + "}";
}

std::string text_of(const Sequence& sequence) {
  std::string text;
  for (const Block& block : sequence.blocks) text += (text.empty() ? "" : " ") + text_of(block);
  return text;
}

std::vector<std::string> texts_of(const std::vector<Run>& runs) {
  std::vector<std::string> texts;
  for (const Run& run : runs) {
    texts.push_back(std::to_string(run.begin) + ": " + std::to_string(run.period) + " * " +
                    std::to_string(run.repeats));
  }
  return texts;
}

using Strings = std::vector<std::string>;

TEST(Structure, of_a_chain_is_one_sequence) {
  const Network network("Dense(3) ReLU()");
  EXPECT_EQ(text_of(network.structure), "input Dense ReLU Output");
  EXPECT_EQ(network.structure.layers, 3U);
  EXPECT_FALSE(network.structure.is_tangled);
}

TEST(Structure, has_a_fork_for_branches_even_for_empty_ones) {
  const Network network("Dense(4) a: { Dense(4) ReLU() } b: { } Add()");
  EXPECT_EQ(text_of(network.structure), "input Dense [Dense ReLU | ] Add Output");
  EXPECT_EQ(network.structure.layers, 5U);
  EXPECT_EQ(network.structure.blocks[2].layers, 2U);
}

TEST(Structure, has_forks_inside_branches) {
  const Network network("a: { Dense(4) c: { } d: { ReLU() } Add() } b: { Dense(4) } Add()");
  EXPECT_EQ(text_of(network.structure), "input [Dense [ | ReLU] Add | Dense] Add Output");
}

TEST(Structure, begins_with_a_fork_of_the_inputs_where_there_are_several) {
  const Network network("left: { Dense(2) } right: { Dense(2) ReLU() } Concatenate()", "{ left: (4), right: (3) }");
  EXPECT_EQ(text_of(network.structure), "[left Dense | right Dense ReLU] Concatenate Output");
  const Network untouched("left: { Dense(2) } Concatenate()", "{ left: (4), right: (3), last: (2) }");
  EXPECT_EQ(text_of(untouched.structure), "[left Dense | right | last] Concatenate Output");
}

TEST(Structure, has_what_is_inside_a_layer) {
  const Network network(
      "Residual { Dense(4) a: { } b: { ReLU() } Add() } TimeDistributed(Dense(2)) Bidirectional(LSTM(3))", "(5, 4)");
  EXPECT_EQ(text_of(network.structure),
            "input ResidualConnection{Dense [ | ReLU] Add} TimeDistributed{Dense} Bidirectional{LSTM} Output");
  EXPECT_EQ(network.structure.layers, 9U);
}

TEST(Structure, gives_equal_blocks_equal_ids) {
  const Network network("Dense(4) Dense(4, name=\"other\") Dense(4, activation=relu) Dense(5) Dense(4)");
  const auto& blocks = network.structure.blocks;
  EXPECT_EQ(blocks[1].id, blocks[2].id);
  EXPECT_NE(blocks[1].id, blocks[3].id) << "the activation";
  EXPECT_NE(blocks[1].id, blocks[5].id) << "the input has another size";
  EXPECT_NE(blocks[0].id, blocks[1].id);
}

TEST(Structure, tells_forks_and_insides_apart_by_what_is_in_them) {
  const Network network(
      "Residual { Dense(4) } Residual { Dense(4) } Residual { Dense(4) ReLU() }"
      " a: { Dense(4) } b: { Dense(4) } c: { ReLU() } Add() d: { Dense(4) } e: { Dense(4) } f: { ReLU() } Add()");
  const auto& blocks = network.structure.blocks;
  EXPECT_EQ(blocks[1].id, blocks[2].id);
  EXPECT_NE(blocks[1].id, blocks[3].id);
  EXPECT_EQ(blocks[4].id, blocks[6].id);
  EXPECT_EQ(blocks[4].branches[0].id, blocks[4].branches[1].id);
  EXPECT_NE(blocks[4].branches[0].id, blocks[4].branches[2].id);
}

TEST(Structure, of_a_graph_that_is_no_fork_and_join_is_its_layers_in_order) {
  model::Model model =
      model_of("Dense(4) a: { Dense(4) } b: { } Add() c: { ReLU() } d: { } Add() Output(1)", "(4)", "loss: mse");
  // Of the tensors 0 input, 1 Dense, 2 Dense of a, 3 Add, 4 ReLU the second Add takes 4 and, instead of 3, 2.
  ASSERT_EQ(model.layers[4].inputs.size(), 2U);
  model.layers[4].inputs[1].index = 2;
  const Network network(std::move(model));
  EXPECT_TRUE(network.structure.is_tangled);
  EXPECT_EQ(text_of(network.structure), "input Dense Dense Add ReLU Add Output");
  EXPECT_EQ(network.structure.layers, 6U);
}

TEST(Runs, are_at_least_three_equal_blocks) {
  EXPECT_EQ(texts_of(runs_of(Network("Dense(4) Dense(4)").structure.blocks)),
            (Strings{"0: 1 * 1", "1: 1 * 1", "2: 1 * 1", "3: 1 * 1"}));
  EXPECT_EQ(texts_of(runs_of(Network("Dense(4)*5").structure.blocks)), (Strings{"0: 1 * 1", "1: 1 * 5", "6: 1 * 1"}));
}

TEST(Runs, are_of_the_shortest_period) {
  const Network network("Dense(4) ReLU() Dense(4) ReLU() Dense(4) ReLU() Dense(4) ReLU() Dense(4)");
  EXPECT_EQ(texts_of(runs_of(network.structure.blocks)), (Strings{"0: 1 * 1", "1: 2 * 4", "9: 1 * 1", "10: 1 * 1"}));
}

TEST(Runs, of_branches_are_neighbours_that_are_equal) {
  const Network network("a: { ReLU() } b: { Dense(4) } c: { Dense(4) } d: { Dense(4) } e: { } Add()");
  const std::span<const Sequence> branches = network.structure.blocks[1].branches;
  EXPECT_EQ(texts_of(runs_of(branches)), (Strings{"0: 1 * 1", "1: 1 * 3", "4: 1 * 1"}));
}

}  // namespace
}  // namespace neural::describe
