#include "neural/syntax/parser.hpp"

#include <gtest/gtest.h>

#include <random>

namespace neural::syntax {
namespace {

struct Parsed {
  SourceText source;
  DiagnosticList diagnostics;
  File file;

  explicit Parsed(std::string text) : source("t", std::move(text)) { file = parse_file(source, diagnostics); }
  std::vector<std::string> codes() const {
    std::vector<std::string> all;
    for (const Diagnostic& found : diagnostics.sorted()) all.emplace_back(code_name(found.code));
    return all;
  }
  std::string rendered() const { return render_text(source, diagnostics); }
};

using Codes = std::vector<std::string>;

const LayerExpression& layer_of(const Item& item) {
  return std::get<LayerExpression>(item.data);
}
const Call& call_of(const Item& item) {
  return std::get<Call>(layer_of(item).callee);
}

std::string network(const std::string& layers) {
  return "network N {\n  input: (4)\n  layers:\n" + layers + "\n}\n";
}

TEST(Parser, reads_a_whole_network) {
  const Parsed parsed(R"(
    network A {
      input: (28, 28, 1), (NONE, 3)
      layers:
        Dense(8, activation="relu"); Dropout(0.5), Output
      loss: "mse"
      optimizer: Adam(learning_rate=1e-3)
      metrics: ["accuracy", mse]
      train { epochs: 5 batch_size: 16, 32 }
      execution { device: gpu:1 }
    })");
  ASSERT_TRUE(parsed.diagnostics.empty()) << parsed.rendered();
  const Network& found = parsed.file.networks.at(0);
  EXPECT_EQ(found.name.text, "A");
  ASSERT_EQ(found.inputs.size(), 2u);
  EXPECT_FALSE(found.inputs[1].shape.dimensions[0].size.has_value());
  ASSERT_EQ(found.layers.size(), 3u);
  EXPECT_EQ(call_of(found.layers[0]).arguments[1].name->text, "activation");
  EXPECT_FALSE(call_of(found.layers[2]).parenthesised);
  EXPECT_EQ(found.training.at(1).values.size(), 2u);
  EXPECT_EQ(std::get<StringLiteral>(found.execution.at(0).values[0].data).text, "gpu:1");
  EXPECT_TRUE(found.complete);
}

TEST(Parser, reads_devices_blocks_and_repetition_in_either_order) {
  const Parsed parsed(network("Residual { Dense(4) } @ \"cpu\" * 3\n Dense(4) @ cuda:0 * 2"));
  ASSERT_TRUE(parsed.diagnostics.empty()) << parsed.rendered();
  const LayerExpression& first = layer_of(parsed.file.networks[0].layers[0]);
  EXPECT_EQ(first.block()->items.size(), 1u);
  EXPECT_EQ(first.device()->text, "cpu");
  EXPECT_EQ(first.repeat()->count, 3);
  EXPECT_EQ(layer_of(parsed.file.networks[0].layers[1]).device()->text, "cuda:0");
}

TEST(Parser, takes_blanks_inside_a_device_for_nothing) {
  const Parsed parsed(network("Dense(4) @ cuda : # first\n 0") + "network M { execution { device: gpu :1 } }");
  EXPECT_EQ(layer_of(parsed.file.networks[0].layers[0]).device()->text, "cuda:0");
  EXPECT_EQ(std::get<StringLiteral>(parsed.file.networks[1].execution.at(0).values[0].data).text, "gpu:1");
}

TEST(Parser, reads_branches_and_named_inputs) {
  const Parsed parsed("network N { input: { a: (4) b: (8,) } layers: a: { Dense(2) } b: { } Concatenate }");
  ASSERT_TRUE(parsed.diagnostics.empty()) << parsed.rendered();
  const Network& found = parsed.file.networks[0];
  EXPECT_EQ(found.inputs[1].name->text, "b");
  EXPECT_EQ(std::get<Branch>(found.layers[0].data).label.text, "a");
  EXPECT_TRUE(std::get<Branch>(found.layers[1].data).block.items.empty());
}

TEST(Parser, reads_macros_with_defaults) {
  const Parsed parsed(
      "define M(width, rate = 0.1) { Dense(width) Dropout(rate) }\nnetwork N { input: (4) layers: M(3) }");
  ASSERT_TRUE(parsed.diagnostics.empty()) << parsed.rendered();
  const Macro& macro = parsed.file.macros.at(0);
  EXPECT_EQ(macro.parameters.size(), 2u);
  EXPECT_DOUBLE_EQ(std::get<double>(macro.parameters[1].default_value->data), 0.1);
  EXPECT_EQ(macro.body.items.size(), 2u);
}

TEST(Parser, reads_search_expressions) {
  const Parsed parsed(
      network("Dense(HPO(choice(8, 16)))\n Dropout(HPO(range(0.1, 0.5, step=0.1)))\n Dense(HPO(log_range(1, 9)))"));
  ASSERT_TRUE(parsed.diagnostics.empty()) << parsed.rendered();
  const Value& value = call_of(parsed.file.networks[0].layers[1]).arguments[0].value;
  const auto& search = std::get<SearchExpression>(value.layer()->callee);
  EXPECT_EQ(search.kind, SearchExpression::Kind::kRange);
  EXPECT_EQ(search.operands.size(), 3u);
}

TEST(Parser, reads_research_blocks) {
  const Parsed parsed("research R { metrics { accuracy: 0.97, loss: 1 } references { paper: \"x\" } }");
  ASSERT_TRUE(parsed.diagnostics.empty()) << parsed.rendered();
  EXPECT_EQ(parsed.file.research.at(0).metrics.size(), 2u);
  EXPECT_EQ(parsed.file.research[0].references.at(0).text, "x");
}

TEST(Parser, literals_have_any_case_and_names_do_not_lose_theirs) {
  const Parsed parsed(network("Dense(2, use_bias=FALSE, x=None, y=NaN_)"));
  const auto& arguments = call_of(parsed.file.networks[0].layers[0]).arguments;
  EXPECT_EQ(std::get<bool>(arguments[1].value.data), false);
  EXPECT_TRUE(std::holds_alternative<NoneLiteral>(arguments[2].value.data));
  EXPECT_EQ(arguments[3].value.layer()->bare_name()->text, "NaN_");
}

TEST(Parser, a_training_key_at_network_level_is_a_warning) {
  const Parsed parsed("network N { input: (4) layers: Dense(2) epochs: 5 }");
  EXPECT_EQ(parsed.codes(), Codes{"W115"});
  EXPECT_EQ(parsed.file.networks[0].training.at(0).key.text, "epochs");
}

TEST(Parser, quoted_values_point_into_the_string) {
  const SourceText source("t", "\"Adam(lr=)\"");
  DiagnosticList diagnostics;
  EXPECT_FALSE(parse_quoted_value(source, {1, 10}, diagnostics));
  EXPECT_EQ(diagnostics.sorted().at(0).span.begin, 9u);
}

TEST(Parser, fragments_are_read_whole) {
  DiagnosticList diagnostics;
  EXPECT_TRUE(parse_layer(SourceText("t", "Dense(4) * 2"), diagnostics));
  EXPECT_TRUE(parse_network(SourceText("t", network("Dense(2)")), diagnostics));
  EXPECT_EQ(parse_macros(SourceText("t", "define A { Dense(2) } define B { A }"), diagnostics).size(), 2u);
  EXPECT_TRUE(parse_research(SourceText("t", "research { }"), diagnostics));
  EXPECT_TRUE(diagnostics.empty());
  parse_layer(SourceText("t", "Dense(4) Dense(4)"), diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 1u);
}

struct Mistake {
  const char* what;
  std::string text;
  Codes codes;
};

class MistakeCodes : public testing::TestWithParam<Mistake> {};

TEST_P(MistakeCodes, cost_one_diagnostic_each) {
  const Parsed parsed(GetParam().text);
  EXPECT_EQ(parsed.codes(), GetParam().codes) << parsed.rendered();
}

INSTANTIATE_TEST_SUITE_P(
    parser, MistakeCodes,
    testing::Values(
        Mistake{"empty_file", "# nothing\n", {"E104"}}, Mistake{"only_macros", "define M { Dense(2) }", {"W104"}},
        Mistake{"anonymous", "network { input: (4) layers: Dense(2) }", {"E102"}},
        Mistake{"wrong_case_network", "Network A { input: (4) layers: Dense(2) }", {"E111"}},
        Mistake{"wrong_case_section", "network A { Input: (4) layers: Dense(2) }", {"E111"}},
        Mistake{"unclosed_network", "network A { input: (4) layers: Dense(2)", {"E103"}},
        Mistake{"unclosed_call", network("Dense(2\nOutput(1)"), {"E103"}},
        Mistake{"unclosed_block",
                "network A { input: (4) layers: R { Dense(2)\nnetwork B { input: (4) layers: Dense(2) }",
                {"E103"}},
        Mistake{"trailing_comma", network("Dense(2,)"), {"E106"}},
        Mistake{"positional_after_named", network("Dense(units=2, 3)"), {"E105"}},
        Mistake{"colon_argument", network("Dense(units: 2)"), {"W114"}},
        Mistake{"unknown_section", "network A { input: (4) layers: Dense(2) losss: \"mse\" }", {"E107"}},
        Mistake{"compile_block", "network A { input: (4) layers: Dense(2)\n compile { loss: \"mse\" } }", {"E107"}},
        Mistake{"section_twice", "network A { input: (4) input: (5) layers: Dense(2) }", {"E108"}},
        Mistake{"train_and_training", "network A { input: (4) layers: Dense(2) train { } training { } }", {"E108"}},
        Mistake{"no_input", "network A { layers: Dense(2) }", {"E109"}},
        Mistake{"no_layers", "network A { input: (4) }", {"E109"}},
        Mistake{"empty_layers", "network A { input: (4) layers: }", {"E110"}},
        Mistake{"empty_macro", "define M { }\nnetwork A { input: (4) layers: M }", {"E110"}},
        Mistake{"reserved_macro", "define loss { Dense(2) }\nnetwork A { input: (4) layers: Dense(2) }", {"E113"}},
        Mistake{"reserved_branch", network("seed: { Dense(2) }\nb: { Dense(2) }\nAdd()"), {"E113"}},
        Mistake{"reserved_branch_beside_another", network("b: { Dense(2) }\nloss: { Dense(2) }\nAdd()"), {"E113"}},
        Mistake{"reserved_branch_first", network("input: { Dense(2) }\nb: { Dense(2) }\nAdd()"), {"E113"}},
        Mistake{"reserved_branch_in_a_block", network("Residual { trials: { Dense(2) } b: { } Add() }"), {"E113"}},
        Mistake{"section_in_braces", network("Dense(2)\nloss: { mse }"), {"E101"}},
        Mistake{"no_search_function", network("Dense(HPO(foo(1)))"), {"E112"}},
        Mistake{"search_in_search", network("Dense(HPO(HPO(choice(1))))"), {"E112"}},
        Mistake{"second_device", network("Dense(2) @cpu @gpu"), {"E402"}},
        Mistake{"missing_value", network("Dense(units=)"), {"E101"}},
        Mistake{"empty_shape", "network A { input: () layers: Dense(2) }", {"E101"}},
        Mistake{"fraction_in_shape", "network A { input: (4.5) layers: Dense(2) }", {"E101"}},
        Mistake{"broken_number", network("Dense(1_000)\nOutput(2)"), {"E003"}},
        Mistake{"broken_string", network("Dense(2, activation=\"relu)\nOutput(2)"), {"E002"}},
        Mistake{"two_mistakes", network("Dense(,)\nDropout(0.5)\nOutput(=)"), {"E101", "E101"}},
        Mistake{"prose", "This is no network at all.", {"E101"}}, Mistake{"only_a_broken_string", "\"abc", {"E002"}},
        Mistake{"broken_strings", "\"abc\n'def", {"E002"}}),
    [](const testing::TestParamInfo<Mistake>& mistake) { return std::string(mistake.param.what); });

TEST(Parser, nesting_beyond_the_limit_is_refused_once_whatever_the_bracket) {
  for (const std::string open : {"(", "[", "Dense(", "R{", "HPO(choice("}) {
    std::string text = "network A { input: (4) layers: Dense(";
    for (int i = 0; i < 100'000; ++i) text += open;
    const Parsed parsed(text);
    EXPECT_LE(parsed.diagnostics.error_count(), 2u) << open;
    EXPECT_TRUE(parsed.diagnostics.has_errors()) << open;
  }
  std::string blocks = "network A { input: (4) layers: ";
  for (int i = 0; i < 100'000; ++i) blocks += "R{";
  EXPECT_EQ(Parsed(blocks).codes(), Codes{"E903"});
}

TEST(Parser, every_prefix_and_many_mutations_of_a_program_come_to_an_end) {
  const std::string text =
      "define M(w, r=0.1) { Dense(w, \"relu\") * 2 }\n"
      "network N { input: { a: (4, None) } layers: a: { M(3) @cpu { X } } Dense(HPO(choice(1, [2, (3)]))) loss: "
      "\"mse\"\n"
      "  train { epochs: 5 } execute { device: 'gpu' } }\nresearch { metrics { a: 1 } }";
  for (std::size_t i = 0; i <= text.size(); ++i) Parsed(text.substr(0, i)).rendered();
  std::mt19937 random(7);
  const std::string bytes = "(){}[],:=@*\"'#\n 0a.\xFF";
  for (int i = 0; i < 3000; ++i) {
    std::string mutant = text;
    for (int k = 0; k < 3; ++k) mutant[random() % mutant.size()] = bytes[random() % bytes.size()];
    Parsed(mutant).rendered();
  }
}

TEST(Parser, wants_an_input_between_the_braces) {
  EXPECT_EQ(Parsed("network N { input: { } layers: Output(2) }").codes(), Codes{"E110"});
  EXPECT_EQ(Parsed("network N { input: { a: (3) } layers: Output(2) }").codes(), Codes{});
}

TEST(Parser, reports_a_comma_behind_the_last_macro_parameter_once) {
  EXPECT_EQ(Parsed("define M(a,) { Dense(a) }\n" + network("M(4)")).codes(), Codes{"E106"});
}

}  // namespace
}  // namespace neural::syntax
