// What the parser says about layers and what stands in them, word for word.
#include <gtest/gtest.h>

#include "neural/syntax/mistakes_testing.hpp"

namespace neural::syntax {
namespace {

using testing::Mistake;
using testing::Mistakes;
using testing::name_of;
using testing::network;

INSTANTIATE_TEST_SUITE_P(
    layers, Mistakes,
    ::testing::Values(
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
        Mistake{"one_parenthesis_too_many_behind_several_lines",
                network("Dense(\n      64) )"),
                {"5:11 E101 expected a layer, found `)` | it closes no `(`; remove it"}},
        Mistake{"brackets_too_many_in_two_lines",
                network("Dense(64)\n    ]\n    Dense(3) )"),
                {"5:5 E101 expected a layer, found `]` | it closes no `[`; remove it",
                 "6:14 E101 expected a layer, found `)` | it closes no `(`; remove it"}},
        Mistake{"a_product",
                network("Dense(2 * 64)"),
                {"4:13 E101 expected `,` or `)` in the arguments of `Dense`, found `*` | the language has no "
                 "arithmetic; write the number itself"}},
        Mistake{"one_parenthesis_too_many",
                network("Dense(64))"),
                {"4:14 E101 expected a layer, found `)` | it closes no `(`; remove it"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    calls, Mistakes,
    ::testing::Values(
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
    ::testing::Values(
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
                {"4:13 E101 expected `{` before `Dense` | the next line is indented like the first one of a block"}},
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

INSTANTIATE_TEST_SUITE_P(
    macros, Mistakes,
    ::testing::Values(Mistake{"a_parameter_without_a_default",
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
    ::testing::Values(
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

}  // namespace
}  // namespace neural::syntax
