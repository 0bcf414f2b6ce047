// The whole check: which networks become Models, fragments, research blocks, robustness.
#include "neural/model/check.hpp"

#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using testing::Checked;
using testing::network;

TEST(Check, gives_one_entry_a_network_in_order) {
  const Checked checked(
      "network A { input: (4) layers: Dense(2) }\nnetwork B { input: (4) layers: Dense(0) }\n"
      "network C { input: (4) layers: Dense(3) }");
  ASSERT_EQ(checked.models.size(), 3U);
  EXPECT_EQ(checked.models[0]->name, "A");
  EXPECT_FALSE(checked.models[1]);
  EXPECT_EQ(checked.models[2]->output(), (Shape{3}));
}

TEST(Check, gives_no_model_for_a_network_the_parser_could_not_read_whole) {
  const Checked checked(
      "network A { input: (4) layers: Dense(2,,) Dense(3) }\nnetwork B { input: (4) layers: Dense(3) }");
  EXPECT_TRUE(checked.diagnostics.has_errors());
  ASSERT_EQ(checked.models.size(), 2U);
  EXPECT_FALSE(checked.models[0]);
  EXPECT_TRUE(checked.models[1]);
}

TEST(Check, gives_no_model_to_a_later_network_with_a_mistake_that_is_already_reported) {
  const Checked checked(
      "define M { Dense(0) }\nnetwork A { input: (4) layers: M }\nnetwork B { input: (4) layers: M }");
  EXPECT_EQ(checked.codes(), "1:E302");
  EXPECT_FALSE(checked.models[0]);
  EXPECT_FALSE(checked.models[1]);
}

TEST(Check, warns_of_networks_of_the_same_name) {
  const Checked checked(network("Dense(2)", "(4)") + "\n" + network("Dense(2)", "(4)"));
  EXPECT_EQ(checked.codes(), "5:W217");
  EXPECT_TRUE(checked.models[0] && checked.models[1]);
}

TEST(Check, keeps_the_line_of_every_layer) {
  const Model model = testing::model_of("define M {\nDense(3) }\nnetwork A { input: (4)\nlayers:\nM\nDense(2) }");
  EXPECT_EQ(model.layers[0].line, 2U);
  EXPECT_EQ(model.layers[1].line, 6U);
}

TEST(Check, reads_research_references) {
  EXPECT_EQ(Checked("research R { metrics { accuracy: 0.9 } references { paper: \"P\" doi: \"10\" } }").codes(), "");
  const Checked checked("research { references { papr: \"P\" } }");
  EXPECT_EQ(checked.codes(), "1:E212");
  EXPECT_EQ(checked.first(syntax::Code::E212).help, "did you mean `paper`?");
}

std::string layer_codes(const std::string& text) {
  const syntax::SourceText source("layer", text);
  syntax::DiagnosticList diagnostics;
  const auto layer = syntax::parse_layer(source, diagnostics);
  if (layer) check_layer(*layer, source, diagnostics);
  std::string codes;
  for (const auto& found : diagnostics.sorted())
    codes += (codes.empty() ? "" : " ") + std::string(code_name(found.code));
  return codes;
}

TEST(Check, of_a_layer_alone_looks_at_names_and_parameters_only) {
  EXPECT_EQ(layer_codes("Conv2D(8, 3)"), "");
  EXPECT_EQ(layer_codes("Output(3)"), "");
  EXPECT_EQ(layer_codes("Dense(8) * 1000000000000"), "");
  EXPECT_EQ(layer_codes("Dense(8) @ cpu"), "");
  EXPECT_EQ(layer_codes("Dense(8) * 0"), "E403");
  EXPECT_EQ(layer_codes("Dense(0)"), "E302");
  EXPECT_EQ(layer_codes("Block(3)"), "E201");
  EXPECT_EQ(layer_codes("LSTM(3)"), "");
  EXPECT_EQ(layer_codes("Dense(8, relu)"), "");
  EXPECT_EQ(layer_codes("HPO(choice(Dense(HPO(range(2, 4))), Residual { Dense(8, tanh) }))"), "");
  EXPECT_EQ(layer_codes("Dense(8, reluu) * 3"), "E209");
  EXPECT_EQ(layer_codes("Conv2D(8, 9999999)"), "E406");
  EXPECT_EQ(layer_codes("Conv2D(8, 9999)"), "");
  EXPECT_EQ(layer_codes("Dense(1000000000)"), "");
}

TEST(Check, of_macros_alone_checks_their_bodies) {
  const syntax::SourceText source("macros", "define A(x) { Dense(x) B }\ndefine B { Dense(-1) A(1) }");
  syntax::DiagnosticList diagnostics;
  check_macros(syntax::parse_macros(source, diagnostics), source, diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 2U) << render_text(source, diagnostics);
}

TEST(Check, of_a_network_alone_knows_no_macros) {
  const syntax::SourceText source("network", network("Dense(3) Block", "(4)"));
  syntax::DiagnosticList diagnostics;
  const auto parsed = syntax::parse_network(source, diagnostics);
  ASSERT_TRUE(parsed);
  check_network(*parsed, source, diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 1U) << render_text(source, diagnostics);
}

TEST(Check, of_research_alone_looks_at_its_keys) {
  const syntax::SourceText source("research", "research { references { isbn: \"1\" } }");
  syntax::DiagnosticList diagnostics;
  const auto parsed = syntax::parse_research(source, diagnostics);
  ASSERT_TRUE(parsed);
  check_research(*parsed, source, diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 1U);
}

TEST(Check, finds_the_lines_of_a_file_that_is_one_line) {
  std::string layers;
  for (int i = 0; i < 20000; ++i) layers += "Dropout(0.5) ";
  const Model model = testing::model_of("network A { input: (4) layers: " + layers + " }");
  EXPECT_EQ(model.layers.size(), 20000U);
  EXPECT_EQ(model.layers.back().line, 1U);
}

TEST(Check, knows_the_device_of_a_network_that_searches) {
  EXPECT_EQ(Checked("network A { input: (4) layers: Dense(3) @cpu Output(3)\n"
                    "optimizer: Adam(HPO(choice(0.1, 0.2))) execution { device: cpu } }")
                .codes(),
            "");
}

TEST(Check, survives_texts_cut_anywhere) {
  const std::string text =
      "define M(a, b = 0.5) { Dense(a, relu) Dropout(b) * 2 }\nnetwork N { input: (None, 8, 8, 3)\nlayers: Conv2D(4, "
      "(3, "
      "3), same) @ gpu MaxPooling2D((2), None) Reshape((-1, 4)) Flatten M(3, b=0.1) * 2 Output(3, name=\"o\")\nloss: "
      "\"ce(label_smoothing=0.1)\" optimizer: \"Adam(lr=0.1)\" metrics: [acc, \"acc\"] train { epochs: 3 batch_size: 8 "
      "} "
      "execution { device: cpu } }";
  EXPECT_EQ(Checked(text).codes(), "3:W415");
  for (std::size_t length = 0; length < text.size(); ++length) {
    const Checked cut(text.substr(0, length));
    EXPECT_EQ(cut.rendered().empty(), cut.diagnostics.empty());
    const Checked gap(text.substr(0, length) + text.substr(std::min(text.size(), length + 3)));
    EXPECT_EQ(gap.rendered().empty(), gap.diagnostics.empty());
  }
}

}  // namespace
}  // namespace neural::model
