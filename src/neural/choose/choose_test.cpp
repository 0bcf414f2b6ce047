// Values in the place of searches: what is replaced, what stays, and what is refused.
#include "neural/choose/choose.hpp"

#include <gtest/gtest.h>

#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::choose {
namespace {

struct Program {
  explicit Program(std::string text) : source("test.neural", std::move(text)) {
    syntax::DiagnosticList diagnostics;
    const auto models = model::check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
    EXPECT_FALSE(diagnostics.has_errors()) << render_text(source, diagnostics);
    if (!models.empty() && models[0]) space = space_of(source, models[0]->search);
  }

  Expected<Chosen> choose(std::vector<Choice> choices, bool defaults = false) const {
    return choose::choose(source, space, {std::move(choices), defaults});
  }

  std::string text(std::vector<Choice> choices, bool defaults = false) const {
    const auto chosen = choose(std::move(choices), defaults);
    return chosen ? chosen->text : "error: " + chosen.error().message;
  }

  /// "message / help".
  std::string refusal(std::vector<Choice> choices) const {
    const auto chosen = choose(std::move(choices));
    if (chosen) return "none";
    EXPECT_EQ(chosen.error().code, ErrorCode::kUsage);
    return chosen.error().message + " / " + chosen.error().help;
  }

  syntax::SourceText source;
  Space space;
};

std::string network(const std::string& layers, const std::string& rest = "") {
  return "network N {\n  input: (8)\n  layers:\n    " + layers + "\n    Output(3)\n  loss: mse\n" + rest + "}\n";
}

/// The program with the chosen values is what one would have written, and is sound.
void expect_chosen(const std::string& layers, std::vector<Choice> choices, const std::string& expected,
                   const std::string& before = "") {
  const std::string text = Program(before + network(layers)).text(std::move(choices));
  EXPECT_NE(text.find("    " + expected + "\n    Output"), std::string::npos) << text;
  const Program chosen(text);
  EXPECT_TRUE(chosen.space.is_empty()) << text;
}

TEST(Choose, puts_the_text_of_an_alternative_in_the_place_of_the_search) {
  expect_chosen("Dense(HPO(choice(8, 16)))", {{"layers[0].units", "16"}}, "Dense(16)");
  expect_chosen("Dense(8, HPO(choice(\"relu\", tanh)))", {{"layers[0].activation", "relu"}}, "Dense(8, \"relu\")");
  expect_chosen("HPO(choice(Dense(8, activation = relu), Dropout(0.5)))", {{"layers[0]", "Dense(8,activation=relu)"}},
                "Dense(8, activation = relu)");
  expect_chosen("Dense(8, kernel_regularizer=HPO(choice(None, l2(0.1))))", {{"layers[0].kernel_regularizer", "None"}},
                "Dense(8, kernel_regularizer=None)");
  expect_chosen("Reshape(HPO(choice((2, 4), (4, 2)))) Flatten()", {{"layers[0].target_shape", "(4,2)"}},
                "Reshape((4, 2)) Flatten()");
}

TEST(Choose, takes_an_alternative_by_its_place_and_a_number_however_it_is_written) {
  expect_chosen("Dense(HPO(choice(8, 16)))", {{"layers[0].units", "#1"}}, "Dense(16)");
  expect_chosen("Dropout(HPO(choice(0.1, 0.25)))", {{"layers[0].rate", "2.5e-1"}}, "Dropout(0.25)");
}

TEST(Choose, writes_numbers_of_ranges_as_the_range_has_them) {
  expect_chosen("Dense(HPO(range(8, 64, step=8)))", {{"layers[0].units", "24"}}, "Dense(24)");
  expect_chosen("Dense(HPO(log_range(8, 64)))", {{"layers[0].units", "17.0"}}, "Dense(17)");
  expect_chosen("Dropout(HPO(range(0.1, 0.5, step=0.1)))", {{"layers[0].rate", "0.30000000000000004"}}, "Dropout(0.3)");
  expect_chosen("Dropout(HPO(range(0, 0.5)))", {{"layers[0].rate", "0.123"}}, "Dropout(0.123)");
}

TEST(Choose, asks_for_searches_only_where_they_come_into_the_text) {
  const std::string layers = "HPO(choice(Dropout(HPO(range(0.1, 0.5))), Dense(HPO(choice(8, HPO(range(16, 64)))))))";
  expect_chosen(layers, {{"layers[0]", "#0"}, {"layers[0][0].rate", "0.2"}}, "Dropout(0.2)");
  expect_chosen(layers, {{"layers[0]", "#1"}, {"layers[0][1].units", "8"}}, "Dense(8)");
  expect_chosen(layers, {{"layers[0]", "#1"}, {"layers[0][1].units", "#1"}, {"layers[0][1].units[1]", "17"}},
                "Dense(17)");
  EXPECT_EQ(Program(network(layers)).refusal({{"layers[0]", "#1"}, {"layers[0][0].rate", "0.2"}}),
            "no value is chosen for `layers[0][1].units` (`8` or `HPO(range(16, 64))`) / choose one for each, or "
            "`defaults`: the first alternatives and the low ends");
}

TEST(Choose, serves_all_uses_of_a_macro_and_all_repetitions_with_one_value) {
  expect_chosen("Block(HPO(range(8, 32))) Block(16) * 2", {{"layers[0].width", "9"}, {"Block.layers[1].rate", "0.2"}},
                "Block(9) Block(16) * 2", "define Block(width) { Dense(width) Dropout(HPO(choice(0.1, 0.2))) }\n");
  expect_chosen("Dense(HPO(choice(8, 16))) * 3", {{"layers[0].units", "16"}}, "Dense(16) * 3");
  expect_chosen("Block() Block(4)", {{"Block.layers[0].units", "8"}}, "Block() Block(4)",
                "define Block(width=HPO(choice(2, 8))) { Dense(width) }\n");
}

TEST(Choose, multiplies_repetitions) {
  expect_chosen("HPO(choice(Dense(8) * 2, Dense(3))) * 3", {{"layers[0]", "#0"}}, "Dense(8) * 6");
  expect_chosen("HPO(choice(Dense(8) * 2, Dense(3))) * 3", {{"layers[0]", "#1"}}, "Dense(3) * 3");
}

TEST(Choose, keeps_comments_and_layout) {
  const Program program(
      "# HPO(choice(1, 2)) is no search here\n"
      "network N {\n"
      "  input: (8)\n"
      "  layers:\n"
      "    HPO(choice(   # which\n"
      "      Dense(8),   # small\n"
      "      Dense(  16  )\n"
      "    ))   # then\n"
      "    Output( HPO(choice(2, 3)) )  # end\n"
      "  loss: mse\n"
      "}\n");
  EXPECT_EQ(program.text({{"layers[0]", "#1"}, {"layers[1].units", "3"}}),
            "# HPO(choice(1, 2)) is no search here\n"
            "network N {\n"
            "  input: (8)\n"
            "  layers:\n"
            "    Dense(  16  )   # then\n"
            "    Output( 3 )  # end\n"
            "  loss: mse\n"
            "}\n");
}

TEST(Choose, serves_training_also_where_a_batch_size_is_a_list_or_an_optimizer_is_quoted) {
  const std::string rest =
      "  optimizer: \"Adam(learning_rate=HPO(log_range(1e-4, 1e-2)))\"\n"
      "  train { batch_size: 16, HPO(choice(32, 64))  epochs: HPO(range(5, 20, step=5)) }\n";
  const std::string text = Program(network("Dense(8)", rest))
                               .text({{"optimizer.learning_rate", "1e-3"},
                                      {"train.batch_size", "#1"},
                                      {"train.batch_size[1]", "64"},
                                      {"train.epochs", "10"}});
  EXPECT_NE(text.find("optimizer: \"Adam(learning_rate=0.001)\"\n  train { batch_size: 64  epochs: 10 }"),
            std::string::npos)
      << text;
  EXPECT_NE(Program(network("Dense(8)", "  train { batch_size: [16, 32] }\n"))
                .text({{"train.batch_size", "32"}})
                .find("batch_size: 32 }"),
            std::string::npos);
}

TEST(Choose, has_defaults_that_are_the_first_alternatives_and_the_low_ends) {
  const Program program(network("Dense(HPO(choice(8, 16))) Dropout(HPO(range(0.1, 0.5)))"));
  EXPECT_NE(program.text({}, true).find("Dense(8) Dropout(0.1)"), std::string::npos);
  EXPECT_NE(program.text({{"layers[0].units", "16"}}, true).find("Dense(16) Dropout(0.1)"), std::string::npos);
  EXPECT_EQ(Program(network("Dense(8)")).text({}, true), network("Dense(8)"));
}

TEST(Choose, tells_what_was_chosen_in_the_order_of_the_text) {
  const Program program(network("HPO(choice(Dense(HPO(choice(8, 16)))))", "  train { epochs: HPO(range(1, 9)) }\n"));
  const auto chosen = program.choose({{"train.epochs", "3"}, {"layers[0]", "#0"}, {"layers[0][0].units", "16"}});
  ASSERT_TRUE(chosen);
  std::string told;
  for (const Choice& choice : chosen->choices) told += choice.name + " = " + choice.value + "; ";
  EXPECT_EQ(told, "layers[0] = Dense(16); layers[0][0].units = 16; train.epochs = 3; ");
}

TEST(Choose, refuses_what_is_outside_of_the_space) {
  const Program program(
      network("Dense(HPO(range(8, 64, step=8))) Dropout(HPO(range(0.1, 0.5))) Dense(HPO(range(1, 5)))"
              " Dense(HPO(choice(2, 3)))"));
  EXPECT_EQ(program.refusal({{"layers[0].units", "12"}}),
            "`layers[0].units` cannot be `12` / it is a whole number from 8 to 64 in steps of 8");
  EXPECT_EQ(program.refusal({{"layers[0].units", "72"}}).substr(0, 36), "`layers[0].units` cannot be `72` / i");
  EXPECT_EQ(program.refusal({{"layers[1].rate", "0.6"}}), "`layers[1].rate` cannot be `0.6` / it is from 0.1 to 0.5");
  EXPECT_EQ(program.refusal({{"layers[2].units", "2.5"}}),
            "`layers[2].units` cannot be `2.5` / it is a whole number from 1 to 5");
  EXPECT_EQ(program.refusal({{"layers[1].rate", "nan"}}).substr(0, 33), "`layers[1].rate` cannot be `nan` ");
  for (const char* value : {"4", "#2", "#-1", "#x", ""}) {
    EXPECT_NE(program.refusal({{"layers[3].units", value}}).find("it is `2` or `3`"), std::string::npos) << value;
  }
}

TEST(Choose, refuses_names_it_does_not_know_and_doubles_and_lists_all_that_are_missing) {
  const Program program(network("Dense(HPO(choice(8, 16))) Dropout(HPO(range(0.1, 0.5)))"));
  EXPECT_EQ(program.refusal({{"layers[0].unit", "8"}}),
            "`test.neural` searches over no `layers[0].unit` / did you mean `layers[0].units`?");
  EXPECT_EQ(program.refusal({{"zzz", "8"}}),
            "`test.neural` searches over no `zzz` / it searches over `layers[0].units` and `layers[1].rate`");
  EXPECT_EQ(program.refusal({{"layers[0].units", "8"}, {"layers[0].units", "8"}}),
            "`layers[0].units` is chosen twice / give it one value");
  EXPECT_EQ(program.refusal({}).substr(0, 91),
            "no value is chosen for `layers[0].units` (`8` or `16`), `layers[1].rate` (from 0.1 to 0.5) ");
  EXPECT_EQ(Program(network("Dense(8)")).refusal({{"layers[0].units", "8"}}),
            "`test.neural` searches over no `layers[0].units` / it has no `HPO(…)`, so there is nothing to choose");
}

TEST(Space, tells_which_searches_stand_in_which_alternative) {
  const Program program(network("HPO(choice(Dropout(0.1), Dense(HPO(choice(8, 16)))))"));
  const Json variables = to_json(program.source, program.space)["variables"];
  ASSERT_EQ(variables.size(), 2U);
  EXPECT_EQ(variables[0]["name"], "layers[0][1].units");
  EXPECT_EQ(variables[0]["outermost"], false);
  EXPECT_EQ(variables[1]["outermost"], true);
  EXPECT_EQ(variables[1]["alternatives"][0]["nested"].size(), 0U);
  EXPECT_EQ(variables[1]["alternatives"][1]["text"], "Dense(HPO(choice(8, 16)))");
  EXPECT_EQ(variables[1]["alternatives"][1]["nested"][0], "layers[0][1].units");
}

}  // namespace
}  // namespace neural::choose
