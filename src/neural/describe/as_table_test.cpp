#include "neural/describe/describe.hpp"
#include "neural/model/testing.hpp"

namespace neural::describe {
namespace {

using model::testing::model_of;

std::string table_of(const std::string& layers, const std::string& input = "(4)", const TableOptions& options = {},
                     const std::string& rest = "loss: mse") {
  const model::Model model = model_of(layers, input, rest);
  return as_table(estimate::outline_of(model), options);
}

bool has(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

TEST(Table, has_a_row_for_each_layer_and_totals) {
  // Dense: 4 · 3 + 3 numbers; 2 · 4 · 3 + 3 + 3 operations. BatchNormalization: 7 operations a number.
  EXPECT_EQ(table_of("Dense(3, activation=relu)\nBatchNormalization()\nOutput(2)", "(4)", {},
                     "loss: mse optimizer: SGD(momentum=0.9) train { batch_size: 8 }"),
            R"(N

Layer                Type                Output shape  Parameters  Trained  FLOPs  With backward  Activations  Line
input                Input               (4,)                                                            16 B
dense                Dense               (3,)                  15  yes         30             90         12 B     3
batch_normalization  BatchNormalization  (3,)                  12  part        21             63         12 B     4
output               Output              (2,)                   8  yes         14             42          8 B     5

parameters       35     29 trained, 6 fixed
FLOPs a sample   65     forward; 195 forward and backward
training memory  756 B  at least:
  weights        140 B
  gradients      116 B
  optimizer      116 B  SGD
  batch          384 B  8 samples of 16 B inputs and 32 B activations
)");
}

TEST(Table, indents_what_is_inside_and_says_where_a_layer_takes_its_data_from) {
  const std::string table = table_of("Dense(4) Residual { a: { ReLU() } b: { } Add() } Output(1)");
  EXPECT_TRUE(has(table, "\nresidual_connection  ResidualConnection  "));
  EXPECT_TRUE(has(table, "\n  re_lu              ReLU                "));
  EXPECT_TRUE(has(table, "  re_lu, residual_connection  ")) << table;
  EXPECT_TRUE(has(table, "note: indented layers are counted in the layer they are in\n"));
  EXPECT_FALSE(has(table_of("Dense(4) Output(1)"), "From"));
}

TEST(Table, shortens_the_list_of_many_inputs) {
  const std::string table =
      table_of("a: { ReLU() } b: { ELU() } c: { Dense(4) } d: { Softmax() } e: { } Add() Output(1)");
  EXPECT_TRUE(has(table, "re_lu, elu, … 3 more"));
}

TEST(Table, folds_runs_of_fifty_and_more_equal_layers) {
  const std::string table = table_of("Dense(4)*49 Dense(5)*51 Output(1)");
  EXPECT_TRUE(has(table, "\ndense_48  "));
  // 50 follow the first of size 5, of which the last 50 have inputs of 5 as well: 30 numbers and 55 operations each.
  EXPECT_TRUE(has(table, "\ndense_50  "));
  EXPECT_TRUE(has(table, "… 49 more like it")) << table;
  EXPECT_TRUE(has(table, "1,470")) << "49 · 30";
  const std::string all = table_of("Dense(4)*49 Dense(5)*51 Output(1)", "(4)", {.all = true});
  EXPECT_FALSE(has(all, "more like"));
  EXPECT_TRUE(has(all, "\ndense_99  "));
}

TEST(Table, folds_repeated_groups_branches_and_inputs) {
  std::string groups;
  for (int i = 0; i < 30; ++i) groups += "Dense(4) ReLU() ";
  EXPECT_TRUE(has(table_of(groups + "Output(1)"), "… 29 more like these 2 layers"));
  std::string branches;
  std::string inputs;
  for (int i = 0; i < 60; ++i) {
    const std::string n = std::to_string(i);
    branches += "b" + n + ": { Dense(4) } ";
    inputs += "x" + n + ": (4) ";
  }
  EXPECT_TRUE(has(table_of(branches + "Add() Output(1)"), "… 59 more branches like it"));
  EXPECT_TRUE(has(table_of("Add() Output(1)", "{ " + inputs + "}"), "… 59 more like it"));
}

TEST(Table, folds_nothing_of_a_graph_that_is_no_fork_and_join) {
  model::Model model = model_of(
      "Dense(4) a: { Dense(4) } b: { } Add() c: { ReLU() } d: { } Add() Dense(4)*60 Output(1)", "(4)", "loss: mse");
  EXPECT_TRUE(has(as_table(estimate::outline_of(model), {}), "… 59 more like it"));
  model.layers[4].inputs[1].index = 2;  // the second Add takes what is inside the first fork
  const std::string tangled = as_table(estimate::outline_of(model), {});
  EXPECT_FALSE(has(tangled, "more like it")) << tangled;
  EXPECT_TRUE(has(tangled, "\ndense_61  "));
}

TEST(Table, leaves_out_columns_where_there_is_too_little_space_and_says_so) {
  const std::string table = table_of("Dense(4) Output(1)", "(4)", {.width = 60});
  const std::string rows = table.substr(0, table.find("\n\n", 3));
  for (std::size_t begin = 0; begin < rows.size();) {
    const std::size_t end = std::min(rows.find('\n', begin), rows.size());
    EXPECT_LE(end - begin, 60U) << rows;
    begin = end + 1;
  }
  EXPECT_TRUE(has(table, "note: too narrow for Line, Trained, With backward")) << table;
}

TEST(Table, notes_what_is_not_known) {
  const std::string table = table_of("LSTM(3) CustomLayer(4) Dense(HPO(choice(2, 3))) Output(1)", "(None, 5)");
  EXPECT_TRUE(has(table, "note: a size of None counts as 1 in FLOPs and memory\n"));
  EXPECT_TRUE(has(table, "note: FLOPs of 1 layer without built-in meaning are not counted\n"));
  EXPECT_TRUE(has(table, "note: the program searches 1 value; shown are the first alternatives and the low ends\n"));
  EXPECT_TRUE(has(table, "  ?  "));
}

TEST(Table, has_nothing_in_it_that_steers_a_terminal) {
  const std::string table = table_of("Output(1, name=\"a\\n\\tb\")");
  EXPECT_TRUE(has(table, "\na\\x0a\\x09b  Output"));
  EXPECT_FALSE(has(table, "\033"));
  EXPECT_TRUE(has(table_of("Output(1)", "(4)", {.color = true}), "\033[1mN\033[0m\n"));
}

}  // namespace
}  // namespace neural::describe
