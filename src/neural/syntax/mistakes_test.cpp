// What the parser says, word for word: one mistake, one message, one place, and the fix where there is an obvious one.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "neural/syntax/parser.hpp"

namespace neural::syntax {
namespace {

struct Mistake {
  std::string what;
  std::string text;
  std::vector<std::string> told;  ///< "line:column code message | help"
};

std::vector<std::string> told(const std::string& text) {
  const SourceText source("program", text);
  DiagnosticList diagnostics;
  parse_file(source, diagnostics);
  std::vector<std::string> all;
  for (const Diagnostic& found : diagnostics.sorted()) {
    const Position at = source.position(found.span.begin);
    all.push_back(fmt::format("{}:{} {} {}{}{}", at.line, at.column, code_name(found.code), found.message,
                              found.help.empty() ? "" : " | ", found.help));
  }
  return all;
}

/// A sound network around a line of layers, which is line 4.
std::string network(const std::string& layers) {
  return "network A {\n  input: (4)\n  layers:\n    " + layers + "\n    Output(2)\n  loss: mse\n}\n";
}

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, are_told_once) {
  EXPECT_EQ(told(GetParam().text), GetParam().told) << GetParam().text;
}

std::string name_of(const testing::TestParamInfo<Mistake>& mistake) {
  return mistake.param.what;
}

INSTANTIATE_TEST_SUITE_P(
    names, Mistakes,
    testing::Values(
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
                {"2:3 E101 expected `{` behind network `A`, found `input` | put `{` behind `A`"}},
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
        Mistake{"prose",
                "This is no network. At all.",
                {"1:1 E101 expected `network`, `define` or `research`, found `This` | a network looks like `network "
                 "Name { input: (28, 28, 1) layers: Output(10) }`"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    sections, Mistakes,
    testing::Values(
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
    testing::Values(
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

INSTANTIATE_TEST_SUITE_P(
    layers, Mistakes,
    testing::Values(
        Mistake{"no_parentheses",
                network("Dense 64"),
                {"4:11 E101 expected `(` behind `Dense`, found `64` | write `Dense(64)`"}},
        Mistake{"square_brackets",
                network("Dense[64]"),
                {"4:10 E101 expected `(` behind `Dense`, found `[` | write `Dense(64)`"}},
        Mistake{"an_arrow",
                network("Dense(64) -> Dense(32)"),
                {"4:15 E001 unexpected characters `->` | layers follow each other without a sign between them"}},
        Mistake{"a_fat_arrow",
                network("Dense(64) => Dense(32)"),
                {"4:15 E001 unexpected characters `=>` | layers follow each other without a sign between them"}},
        Mistake{"a_pipe",
                network("Dense(64) | Dense(32)"),
                {"4:15 E001 unexpected character `|` | layers follow each other without a sign between them"}},
        Mistake{"a_dot",
                network("model.add(Dense(3))"),
                {"4:10 E001 unexpected character `.` in the name `model.add` | a name has no parts; write only the "
                 "last, as in `Dense(64)`"}},
        Mistake{
            "a_loop",
            network("for i in range(3) { Dense(3) }"),
            {"4:5 E101 expected a layer, found `for` | there are no loops; a layer, or a macro, is repeated by `* 3`"}},
        Mistake{"a_branch_without_braces",
                network("branch: Dense(3)"),
                {"4:5 E107 `branch` is not a section here | a branch is written `name: { … }`"}},
        Mistake{"two_blocks",
                network("Dense(3) {} {}"),
                {"4:17 E101 expected a layer behind the block, found `{` | a layer has at most one block"}},
        Mistake{"two_repetitions",
                network("Dense(64) * 2 * 3"),
                {"4:19 E101 expected a layer behind the repetition, found `*` | multiply the two counts"}},
        Mistake{"half_a_repetition",
                network("Dense(64) * 2.5"),
                {"4:17 E101 expected a whole number of copies, found `2.5`"}},
        Mistake{"a_name_as_repetition",
                network("Dense(64) * n"),
                {"4:17 E101 expected a whole number of copies, found `n` | a count is written as a number"}},
        Mistake{"a_device_behind_the_repetition",
                network("Dense(64) * 2 @cpu"),
                {"4:19 E101 expected a layer behind the repetition, found `@` | a device stands before `*`"}},
        Mistake{"no_device",
                network("Dense(64) @"),
                {"5:5 E101 expected a device such as `cpu` or `gpu:0`, found `Output`"}},
        Mistake{"a_device_of_its_own",
                network("Dense(64), @cpu"),
                {"4:16 E101 expected a layer, found `@` | a device stands directly behind its layer"}},
        Mistake{"an_argument_of_its_own",
                network("Dense(64), units=3"),
                {"4:16 E101 expected a layer, found `units` | an argument stands in the parentheses of a layer"}},
        Mistake{"one_parenthesis_too_many",
                network("Dense(64))"),
                {"4:14 E101 expected a layer, found `)` | it closes no `(`; remove it"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    calls, Mistakes,
    testing::Values(
        Mistake{"no_closing_parenthesis",
                network("Dense(64, activation=\"relu\""),
                {"4:10 E103 `(` is never closed | close it with `)`"}},
        Mistake{"a_second_opening_parenthesis",
                network("Dense((64)"),
                {"4:10 E103 `(` is never closed | close it with `)`"}},
        Mistake{
            "no_comma",
            network("Dense(64 activation=\"relu\")"),
            {"4:14 E101 expected `,` or `)` in the arguments of `Dense`, found `activation` | put a `,` before it"}},
        Mistake{
            "a_semicolon",
            network("Dense(64; activation=relu)"),
            {"4:13 E101 expected `,` or `)` in the arguments of `Dense`, found `;` | arguments are separated by `,`"}},
        Mistake{"a_comma_behind_the_last",
                network("Dense(64,)"),
                {"4:13 E106 no comma is allowed after the last argument | remove it"}},
        Mistake{"a_comma_before_the_first", network("Dense(,64)"), {"4:11 E101 expected a value, found `,`"}},
        Mistake{"a_name_without_a_value",
                network("Dense(64, activation=)"),
                {"4:26 E101 expected a value for `activation`, found `)`"}},
        Mistake{"a_positional_behind_a_named",
                network("Dense(units=64, 3)"),
                {"4:21 E105 a positional argument stands after a named one | name it, or move it to the front"}},
        Mistake{"a_dictionary",
                network("Dense({units: 64})"),
                {"4:11 E101 expected a value, found `{` | values have no braces; a list is written `[1, 2]`"}},
        Mistake{"arguments_without_a_name",
                network("Dense((units=64))"),
                {"4:11 E101 expected a name before `(`, found arguments behind it | an argument with a name stands in "
                 "the parentheses of a call"}},
        Mistake{"typographic_quotes",
                network("Dense(64, activation=“relu”)"),
                {"4:26 E001 unexpected character `“` | it is a typographic quote; type `\"`"}},
        Mistake{"a_string_without_an_end",
                network("Dense(64, activation=\"relu)"),
                {"4:26 E002 string is not closed on its line | end it with `\"`"}},
        Mistake{"a_name_with_other_letters",
                network("Dense(größe=3)"),
                {"4:13 E001 unexpected character `ö` in the name `größe` | names are made of the letters a to z, "
                 "digits and `_`"}},
        Mistake{"arithmetic",
                network("Dense(2 + 3)"),
                {"4:13 E001 unexpected character `+` | the language has no arithmetic; a sign stands directly before "
                 "its number"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    brackets, Mistakes,
    testing::Values(
        Mistake{"a_network_without_an_end",
                "network A {\n  input: (4)\n  layers: Output(2)\n",
                {"1:11 E103 `{` is never closed | close it with `}`"}},
        Mistake{"a_brace_too_many",
                "network A {\n  input: (4)\n  layers: Output(2)\n}\n}\n",
                {"4:1 E101 one `}` too many | remove it, or open what it closes"}},
        Mistake{"a_block_without_an_end",
                network("Residual {\n      Dense(3)"),
                {"4:14 E103 `{` is never closed | close it with `}`"}},
        Mistake{"a_block_without_a_begin",
                network("Residual\n      Dense(3)\n    }"),
                {"5:7 E101 expected `{` before `Dense` | its line is indented like the first one of a block"}},
        Mistake{"settings_without_an_end",
                "network A {\n  input: (4)\n  layers: Output(2)\n  train {\n    epochs: 3\n  loss: mse\n}\n",
                {"4:9 E103 `{` is never closed | close it with `}`"}},
        Mistake{"the_end_of_everything",
                "network A {\n  input: (4)\n  layers:\n    Residual {\n      Dense(3,",
                {"5:12 E103 `(` is never closed | close it with `)`"}},
        Mistake{"a_call_without_an_end_on_one_line",
                "network A { input: (4) layers: Dense(3 Output(2) loss: mse }",
                {"1:37 E103 `(` is never closed | close it with `)`"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(macros, Mistakes,
                         testing::Values(Mistake{"a_parameter_without_a_default",
                                                 "define M(a, b=) { Dense(a) }\nnetwork A { input: (4) layers: M(3) }",
                                                 {"1:15 E101 expected a value for `b`, found `)`"}},
                                         Mistake{"a_number_as_parameter",
                                                 "define M(3) { Dense(4) }\nnetwork A { input: (4) layers: M }",
                                                 {"1:10 E101 expected the name of a parameter, found `3`"}},
                                         Mistake{"a_type",
                                                 "define M(a: int) { Dense(a) }\nnetwork A { input: (4) layers: M(3) }",
                                                 {"1:11 E101 expected `=` and a default, or `,`, found `:` | "
                                                  "parameters have no types; a default is written `name=1`"}},
                                         Mistake{"nothing_inside",
                                                 "define M { }\nnetwork A { input: (4) layers: M }",
                                                 {"1:8 E110 macro `M` is empty | give it at least one layer"}}),
                         name_of);

INSTANTIATE_TEST_SUITE_P(
    searches, Mistakes,
    testing::Values(
        Mistake{"a_device",
                network("Dense(3) @ HPO(choice(\"cpu\"))"),
                {"4:16 E355 no search expression is allowed for a device | name one, for example `gpu:0`"}},
        Mistake{"the_device_of_a_network",
                "network A { input: (4) layers: Output(2) execution { device: HPO(choice(cpu, gpu)) } }",
                {"1:62 E355 no search expression is allowed for a device | name one, for example `gpu:0`"}},
        Mistake{"a_repetition",
                network("Dense(3) * HPO(choice(2, 3))"),
                {"4:16 E355 no search expression is allowed for a repeat count | write one whole number, for example "
                 "`* 2`"}},
        Mistake{
            "a_dimension",
            "network A { input: (HPO(choice(1)), 3) layers: Output(2) }",
            {"1:21 E355 no search expression is allowed for a dimension of a shape | write a whole number, or `None`"}},
        Mistake{"a_shape",
                "network A { input: HPO(choice(1)) layers: Output(2) }",
                {"1:20 E355 no search expression is allowed for a shape | write the sizes, for example `(28, 28, 1)`"}},
        Mistake{"a_branch",
                network("a: HPO(choice(Dense(3)))"),
                {"4:8 E355 no search expression is allowed for the layers of a branch | put it between `{` and `}`"}},
        Mistake{"a_bound",
                network("Dense(HPO(range(HPO(choice(1)), 3)))"),
                {"4:21 E355 no search expression is allowed for a bound of a range | write a number"}},
        Mistake{"a_measured_number",
                "research R { metrics { a: HPO(choice(1, 2)) } }",
                {"1:27 E355 no search expression is allowed for a metric of a research block | write the number that "
                 "was measured"}},
        Mistake{"a_reference",
                "research R { references { paper: HPO(choice(1, 2)) } }",
                {"1:34 E355 no search expression is allowed for a reference | write the text in quotes"}},
        Mistake{"a_broken_search_where_none_is_allowed",
                network("Dense(3) * HPO(rnge(2, 3))"),
                {"4:20 E112 not a search expression: expected `choice(…)`, `range(a, b)` or `log_range(a, b)` | did "
                 "you mean `range`?"}},
        Mistake{"no_search",
                network("Dense(HPO(rnge(1, 3)))"),
                {"4:15 E112 not a search expression: expected `choice(…)`, `range(a, b)` or `log_range(a, b)` | did "
                 "you mean `range`?"}},
        Mistake{"a_word_as_bound",
                network("Dense(HPO(range(\"a\", 3)))"),
                {"4:21 E101 expected a number for a range, found `\"a\"`"}},
        Mistake{"the_wrong_case",
                network("Dense(hpo(choice(1)))"),
                {"4:11 E111 the keyword is `HPO`, found `hpo` | write `HPO`"}}),
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
