#include "neural/describe/describe.hpp"
#include "neural/model/testing.hpp"

namespace neural::describe {
namespace {

using model::testing::model_of;

std::string dot_of(const std::string& layers, const std::string& input = "(4)") {
  const model::Model model = model_of(layers, input, "loss: mse");
  return as_dot(estimate::outline_of(model));
}

std::string head() {
  return "digraph \"N\" {\n"
         "  rankdir=TB;\n"
         "  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
         "  edge [fontname=\"sans-serif\"];\n";
}

TEST(Dot, has_a_node_for_each_input_and_layer_and_an_edge_for_each_tensor) {
  EXPECT_EQ(dot_of("Dense(3) a: { ReLU() } b: { } Add() Output(1)"),
            head() +
                "  n0 [label=\"input\\n(4,)\", shape=ellipse];\n"
                "  n1 [label=\"Dense\\ndense\\n(3,)\\n15 parameters\"];\n"
                "  n2 [label=\"ReLU\\nre_lu\\n(3,)\"];\n"
                "  n3 [label=\"Add\\nadd\\n(3,)\"];\n"
                "  n4 [label=\"Output\\noutput\\n(1,)\\n4 parameters\"];\n"
                "  n0 -> n1;\n"
                "  n1 -> n2;\n"
                "  n2 -> n3;\n"
                "  n1 -> n3;\n"
                "  n3 -> n4;\n"
                "}\n");
}

TEST(Dot, has_a_cluster_for_what_is_inside_a_layer) {
  EXPECT_EQ(dot_of("Residual { Dense(5) } Output(1)"),
            head() +
                "  n0 [label=\"input\\n(4,)\", shape=ellipse];\n"
                "  subgraph cluster_0 {\n"
                "    label=\"residual_connection\"; style=rounded; color=gray; fontname=\"sans-serif\";\n"
                "    n1 [label=\"Dense\\ndense\\n(5,)\\n25 parameters\"];\n"
                "    n2 [label=\"ResidualConnection\\nresidual_connection\\n(5,)\\n45 parameters\"];\n"
                "  }\n"
                "  n3 [label=\"Output\\noutput\\n(1,)\\n6 parameters\"];\n"
                "  n0 -> n1;\n"
                "  n1 -> n2;\n"
                "  n0 -> n2 [label=\"projected\"];\n"
                "  n2 -> n3;\n"
                "}\n");
}

TEST(Dot, puts_a_layer_behind_or_in_front_of_what_is_inside_by_where_the_data_come_out) {
  const std::string wrapped = dot_of("TimeDistributed(Dense(2)) Bidirectional(LSTM(3)) Output(1)", "(5, 4)");
  EXPECT_NE(wrapped.find("n1 [label=\"TimeDistributed"), std::string::npos);
  EXPECT_NE(wrapped.find("n2 [label=\"Dense"), std::string::npos);
  EXPECT_NE(wrapped.find("n3 [label=\"LSTM"), std::string::npos);
  EXPECT_NE(wrapped.find("n4 [label=\"Bidirectional"), std::string::npos);
}

TEST(Dot, escapes_names) {
  const std::string dot = dot_of(R"(Output(1, name="a \"b\" \\N {c} &amp; <d>"))");
  EXPECT_NE(dot.find(R"(\na \"b\" \\N {c} &amp;amp; <d>\n)"), std::string::npos) << dot;
  EXPECT_NE(dot_of("Output(1, name=\"tab\\tend\")").find(R"(tab\\x09end)"), std::string::npos);
}

}  // namespace
}  // namespace neural::describe
