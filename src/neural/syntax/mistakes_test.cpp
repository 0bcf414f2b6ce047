// What the parser says, word for word: one mistake, one message, one place, and the fix where there is an obvious one.
#include <gtest/gtest.h>

#include "neural/syntax/mistakes_testing.hpp"

namespace neural::syntax {
namespace {

using testing::Mistake;
using testing::Mistakes;
using testing::name_of;
using testing::network;
using testing::told;

TEST_P(Mistakes, are_told_once) {
  EXPECT_EQ(told(GetParam().text), GetParam().told) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    names, Mistakes,
    ::testing::Values(
        Mistake{"a_network_in_quotes",
                "network 'A' { input: (4) layers: Output(2) }",
                {"1:9 E102 a network needs a name, found `'A'` | a name stands without quotes"}},
        Mistake{"a_name_of_two_words",
                "network My Net { input: (4) layers: Output(2) }",
                {"1:12 E101 expected `{` behind network `My`, found `Net` | a name is one word; join words with `_`"}},
        Mistake{
            "a_network_with_parameters",
            "network A() { input: (4) layers: Output(2) }",
            {"1:10 E101 expected `{` behind network `A`, found `(` | a network takes no parameters; only macros do"}},
        Mistake{"a_network_without_braces",
                "network A:\n  input: (4)\n  layers: Output(2)\n",
                {"1:10 E101 expected `{` behind network `A`, found `:` | write `{` there, and `}` behind the network"}},
        Mistake{"a_network_without_its_first_brace",
                "network A\n  input: (4)\n  layers: Output(2)\n}\n",
                {"1:10 E101 expected `{` behind network `A`, found `input` | put `{` behind `A`"}},
        Mistake{"a_macro_without_a_name",
                "define { Dense(3) }\nnetwork A { input: (4) layers: Output(2) }",
                {"1:8 E102 a macro needs a name, found `{` | write `define Name { … }`"}},
        Mistake{"a_keyword_in_the_wrong_case",
                "Network A { Input: (4) LAYERS: Output(2) Train { epochs: 3 } }",
                {"1:1 E111 keywords are lower case, found `Network` | write `network`",
                 "1:13 E111 keywords are lower case, found `Input` | write `input`",
                 "1:24 E111 keywords are lower case, found `LAYERS` | write `layers`",
                 "1:42 E111 keywords are lower case, found `Train` | write `train`"}},
        Mistake{"a_misspelt_keyword",
                "netwrk A { input: (4) layers: Output(2) }",
                {"1:1 E101 expected `network`, `define` or `research`, found `netwrk` | did you mean `network`?"}},
        Mistake{"no_keyword",
                "A { input: (4) layers: Output(2) }",
                {"1:1 E101 expected `network`, `define` or `research`, found `A` | write `network` before `A`"}},
        Mistake{"no_keyword_before_a_macro",
                "M(a) { Dense(a) }\nnetwork A { input: (4) layers: Output(2) }",
                {"1:1 E101 expected `network`, `define` or `research`, found `M` | write `define` before `M`"}},
        Mistake{"the_name_before_its_keyword",
                "A network { input: (4) layers: Output(2) }",
                {"1:1 E101 expected `network`, `define` or `research`, found `A` | the name stands behind `network`"}},
        Mistake{"sections_without_a_network",
                "input: (4)\nlayers: Output(2)\n",
                {"1:1 E101 expected `network`, `define` or `research`, found `input` | `input` stands in a network: "
                 "write `network Name {` before it"}},
        Mistake{"python",
                "import torch\nfrom torch import nn\n",
                {"1:1 E101 expected `network`, `define` or `research`, found `import` | a file holds networks, macros "
                 "and research blocks, and no other code"}},
        Mistake{"prose_about_a_network",
                "The network takes pictures.",
                {"1:1 E101 expected `network`, `define` or `research`, found `The` | a network looks like `network "
                 "Name { input: (28, 28, 1) layers: Output(10) }`"}},
        Mistake{"prose",
                "This is no network. At all.",
                {"1:1 E101 expected `network`, `define` or `research`, found `This` | a network looks like `network "
                 "Name { input: (28, 28, 1) layers: Output(10) }`"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    sections, Mistakes,
    ::testing::Values(
        Mistake{"misspelt_sections",
                "network A {\n  inputs: (4)\n  layer: Output(2)\n  optimiser: Adam\n}\n",
                {"2:3 E107 `inputs` is not a section here | did you mean `input`?",
                 "3:3 E107 `layer` is not a section here | did you mean `layers`?",
                 "4:3 E107 `optimiser` is not a section here | did you mean `optimizer`?"}},
        Mistake{"no_colons",
                "network A {\n  input (4)\n  layers Output(2)\n  loss mse\n}\n",
                {"2:9 E101 expected `:` behind `input`, found `(` | write `input:`",
                 "3:10 E101 expected `:` behind `layers`, found `Output` | write `layers:`",
                 "4:8 E101 expected `:` behind `loss`, found `mse` | write `loss:`"}},
        Mistake{"equals_signs",
                "network A {\n  input = (4)\n  layers = [Output(2)]\n}\n",
                {"2:9 E101 expected `:` behind `input`, found `=` | write `input:`",
                 "3:10 E101 expected `:` behind `layers`, found `=` | write `layers:`"}},
        Mistake{"layers_in_braces",
                "network A { input: (4) layers { Output(2) } }",
                {"1:31 E101 expected `:` behind `layers`, found `{` | write `layers:`, without braces"}},
        Mistake{"layers_in_braces_behind_the_colon",
                "network A { input: (4) layers: { Output(2) } loss: mse }",
                {"1:32 E101 expected a layer, found `{` | `layers:` stands without braces"}},
        Mistake{
            "no_word_before_the_layers",
            "network A {\n  input: (4)\n  Dense(3)\n  Output(2)\n}\n",
            {"3:3 E101 expected a section such as `layers:`, found `Dense` | write `layers:` before the first layer"}},
        Mistake{"foreign_sections",
                "network A {\n  input: (4)\n  layers: Output(2)\n  compile { loss: mse }\n  foo: 3\n}\n",
                {"4:3 E107 `compile` is not a section here | sections are `input`, `layers`, `loss`, `optimizer`, "
                 "`metrics`, `train` and `execution`",
                 "5:3 E107 `foo` is not a section here | sections are `input`, `layers`, `loss`, `optimizer`, "
                 "`metrics`, `train` and `execution`"}},
        Mistake{"a_colon_before_a_brace",
                "network A { input: (4) layers: Output(2) train: { epochs: 3 } }",
                {"1:47 E101 expected `{` behind `train`, found `:` | write `train { epochs: 10 }`"}},
        Mistake{"settings_of_other_languages",
                "network A { input: (4) layers: Output(2) train { epochs = 3, batch_size 4 seed: } }",
                {"1:57 E101 expected `:` behind `epochs`, found `=` | write `epochs:`",
                 "1:73 E101 expected `:` behind `batch_size`, found `4` | write `batch_size:`",
                 "1:81 E101 expected a value for `seed`, found `}`"}},
        Mistake{"several_metrics_without_brackets",
                "network A { input: (4) layers: Output(2) metrics: accuracy, precision, mae\n loss: mse }",
                {"1:61 E101 expected the next section, found `precision` | several metrics stand in brackets, as in "
                 "`metrics: [accuracy, precision]`"}},
        Mistake{"two_losses",
                "network A { input: (4) layers: Output(2) loss: mse, mae\n metrics: mae }",
                {"1:53 E101 expected the next section, found `mae` | a network has one loss and one optimizer"}},
        Mistake{"equals_signs_on_lines_of_their_own",
                "network A {\n  input: (4)\n  layers: Output(2)\n  loss = mse\n  foo: 3\n}\n",
                {"4:8 E101 expected `:` behind `loss`, found `=` | write `loss:`",
                 "5:3 E107 `foo` is not a section here | sections are `input`, `layers`, `loss`, `optimizer`, "
                 "`metrics`, `train` and `execution`"}},
        Mistake{"a_section_twice",
                "network A {\n  input: (4)\n  input: (5)\n  layers: Output(2)\n}\n",
                {"3:3 E108 `input` is given twice (first in line 2) | keep one of them"}},
        Mistake{"a_research_section_with_a_colon",
                "research R { metrics: 3 }",
                {"1:21 E101 expected `{` behind `metrics`, found `:` | write `metrics { accuracy: 0.97 }`"}},
        Mistake{"a_research_entry_without_a_colon",
                "research R { metrics { accuracy 0.9 } references { paper: 3 } }",
                {"1:33 E101 expected `:` behind `accuracy`, found `0.9` | write `accuracy:`",
                 "1:59 E101 expected a text in quotes behind `paper`, found `3`"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    shapes, Mistakes,
    ::testing::Values(
        Mistake{"a_bare_number",
                "network A { input: 4 layers: Output(2) }",
                {"1:20 E101 expected a shape such as `(28, 28, 1)`, found `4` | write `(4)`"}},
        Mistake{"bare_numbers",
                "network A { input: 28, 28, 1 layers: Output(2) }",
                {"1:20 E101 expected a shape such as `(28, 28, 1)`, found `28` | a shape stands in parentheses"}},
        Mistake{
            "a_list",
            "network A { input: [28, 28] layers: Output(2) }",
            {"1:20 E101 expected a shape such as `(28, 28, 1)`, found `[` | write `(` and `)` instead of `[` and `]`"}},
        Mistake{"a_call",
                "network A { input: Input(shape=(28, 28)) layers: Output(2) }",
                {"1:20 E101 expected a shape such as `(28, 28, 1)`, found `Input`"}},
        Mistake{"a_cross",
                "network A { input: (28x28) layers: Output(2) }",
                {"1:21 E003 malformed number `28x28` | write `28, 28`"}},
        Mistake{"no_comma",
                "network A { input: (28 28) layers: Output(2) }",
                {"1:24 E101 expected `,` or `)` in a shape, found `28` | put a `,` before it"}},
        Mistake{"nothing",
                "network A { input: () layers: Output(2) }",
                {"1:21 E101 expected the sizes of a shape, found `)` | write the shape of one sample, for example "
                 "`(28, 28, 1)`"}},
        Mistake{"a_word",
                "network A { input: (28, \"a\") layers: Output(2) }",
                {"1:25 E101 expected a whole number or `None`, found `\"a\"`"}},
        Mistake{"a_question_mark",
                "network A { input: (?, 28) layers: Output(2) }",
                {"1:21 E001 unexpected character `?` | an unknown dimension is written `None`"}},
        Mistake{"a_named_input_without_a_colon",
                "network A { input: { a (8) } layers: Output(2) }",
                {"1:24 E101 expected `:` behind `a`, found `(` | write `a:`"}},
        Mistake{"named_inputs_without_braces",
                "network A { input: a: (8) layers: Output(2) }",
                {"1:20 E101 expected a shape, or `{` and named shapes, found `a` | named inputs stand in braces: "
                 "`input: { image: (28, 28, 1) }`"}}),
    name_of);

TEST(Mistakes, sound_code_around_them_is_read) {
  EXPECT_EQ(told(network("Dense(3)")), std::vector<std::string>{});
}

TEST(Mistakes, quote_only_the_begin_of_a_long_name) {
  const std::string name(10'000, 'n');
  for (const std::string& text :
       {"network " + name + " { }", "network " + name, "define " + name + " { }", name, "network A { " + name + ": 3 }",
        "network A { " + name + " { epochs: 3 } }", network(name + " 64"), network("Dense(3 " + name + ")"),
        network("Dense(" + name + ": )"), network("Dense(" + name + "=)"), network(name + ": Dense(3)"),
        network("Dense(3) @" + name + "(3)"), network("Dense(3, \"" + name + "\" 4)"), network("ä" + name),
        "network A { train { " + name + " 3 } }", "research { " + name + " }", "research { metrics { " + name + " } }",
        "network A { input: " + name + " }", "network A { input: { " + name + " } }"}) {
    const auto all = told(text);
    EXPECT_FALSE(all.empty());
    for (const std::string& each : all) EXPECT_LT(each.size(), 300u) << each;
  }
}

TEST(Mistakes, show_no_empty_code) {
  for (const std::string text :
       {"network { }", "network A { input: () }", "define () { }", "\"\"", "network A { \"\" }"}) {
    for (const std::string& each : told(text)) EXPECT_EQ(each.find("``"), std::string::npos) << each;
  }
}

TEST(Mistakes, in_a_quoted_value_end_with_the_string) {
  const SourceText source("program", "optimizer: \"Adam(\"");
  DiagnosticList diagnostics;
  EXPECT_FALSE(parse_quoted_value(source, {12, 17}, diagnostics));
  const auto found = diagnostics.sorted();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, Code::E103);
  EXPECT_EQ(found[0].span, (Span{16, 17}));
  ASSERT_EQ(found[0].notes.size(), 1u);
  EXPECT_EQ(found[0].notes[0].message, "the string ends here");
  EXPECT_EQ(*found[0].notes[0].span, (Span{17, 17}));

  DiagnosticList missing;
  EXPECT_FALSE(parse_quoted_value(SourceText("program", "\"Adam(lr=\""), {1, 9}, missing));
  EXPECT_EQ(missing.sorted().at(0).message, "expected a value for `lr`, found the end of the string");
}

}  // namespace
}  // namespace neural::syntax
