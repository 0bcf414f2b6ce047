// Search expressions: where they may stand, what they search over, and at which ends a program is checked.
#include "neural/model/search.hpp"

#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::model_of;
using testing::network;
using testing::Strings;
using Kind = SearchVariable::Kind;

/// The codes of a program with one layer, or with sections.
std::string codes(const std::string& layers, const std::string& rest = "loss: mse") {
  return codes_of(layers, "(8)", rest);
}

std::vector<SearchVariable> variables(const std::string& layers, const std::string& rest = "loss: mse") {
  return model_of(layers, "(8)", rest).search;
}

std::vector<std::string> names(const std::vector<SearchVariable>& all) {
  std::vector<std::string> texts;
  for (const SearchVariable& variable : all) texts.push_back(variable.name);
  return texts;
}

std::string text(const AnyValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value.data)) return std::to_string(*whole);
  if (const auto* words = std::get_if<std::string>(&value.data)) return *words;
  if (std::holds_alternative<std::monostate>(value.data)) return "None";
  return "?";
}

std::vector<std::string> alternatives(const SearchVariable& variable) {
  std::vector<std::string> texts;
  for (const AnyValue& value : variable.alternatives) texts.push_back(text(value));
  return texts;
}

// ---- places ----

TEST(SearchPlaces, are_whole_parameters_of_layers) {
  for (const char* layer :
       {"Dense(HPO(choice(8, 16)))", "Dense(units=HPO(range(8, 16)))", "Dense(8, HPO(choice(relu, \"tanh\", none)))",
        "Dense(8, use_bias=HPO(choice(true, false)))", "Dropout(HPO(range(0, 0.5)))",
        "Dense(8, kernel_initializer=HPO(choice(zeros, constant(2))))",
        "Dense(8, kernel_regularizer=HPO(choice(none, l2(0.1))))", "Dense(8, trainable=HPO(choice(true, false)))",
        "Dense(8, dtype=HPO(choice(float32, float64)))", "Reshape(HPO(choice((2, 4), (4, 2))))",
        "MyLayer(HPO(choice(1, 2)), depth=HPO(range(1, 9)))",
        "TimeDistributed(Dense(HPO(choice(2, 3))), dropout=HPO(choice(0, 0.5)))"}) {
    const std::string found = codes_of(layer, layer[0] == 'T' ? "(4, 2)" : "(8)");
    EXPECT_TRUE(found.empty() || found == "W414") << layer << found;
  }
  EXPECT_EQ(codes_of("Conv2D(HPO(choice(8, 16)), HPO(choice((3, 3), (5, 5))), HPO(choice(1, 2)), HPO(choice(relu, "
                     "gelu)), HPO(choice(same, valid)))"),
            "");
}

TEST(SearchPlaces, are_layers) {
  for (const char* layer :
       {"HPO(choice(Dense(8), Dense(16)))", "HPO(choice(Flatten, Dropout(0.5)))", "HPO(choice(Dense(8) * 2, Dense(3)))",
        "HPO(choice(Dense(8), Dense(3))) * 2", "HPO(choice(Dense(8), HPO(choice(Dense(3), Dense(4)))))",
        "HPO(choice(Residual { Dense(8) }, Dense(HPO(choice(2, 3)))))"}) {
    EXPECT_EQ(codes(layer), "") << layer;
  }
  EXPECT_EQ(codes_of("TimeDistributed(HPO(choice(Dense(8), Dense(16))))", "(5, 8)"), "");
  EXPECT_EQ(codes_of("Bidirectional(HPO(choice(LSTM(8), GRU(16))))", "(5, 8)"), "");
}

TEST(SearchPlaces, are_optimizer_loss_and_their_parameters) {
  for (const char* rest :
       {"loss: HPO(choice(mse, mae))", "loss: HPO(choice(\"mse\", huber(2)))", "loss: huber(delta=HPO(choice(1, 2)))",
        "loss: mse optimizer: HPO(choice(Adam, SGD(0.1), \"RMSprop(0.1)\"))",
        "loss: mse optimizer: Adam(HPO(log_range(1e-4, 1e-2)), beta_1=HPO(range(0.8, 0.9)))",
        "loss: mse optimizer: \"Adam(learning_rate=HPO(choice(0.1, 0.2)))\"",
        "loss: mse optimizer: Adam(ExponentialDecay(HPO(choice(0.1, 0.2)), HPO(range(10, 20)), 0.9))",
        "loss: mse optimizer: Adam(HPO(choice(\"ExponentialDecay(0.1, 100, 0.9)\", CosineDecay(0.1, 10))))"}) {
    EXPECT_EQ(codes("Dense(3)", rest), "") << rest;
  }
}

TEST(SearchPlaces, are_three_settings) {
  for (const char* setting :
       {"epochs: HPO(choice(1, 2))", "batch_size: HPO(log_range(16, 64))", "validation_split: HPO(range(0.1, 0.2))"}) {
    EXPECT_EQ(codes("Dense(3)", "loss: mse train { " + std::string(setting) + " }"), "") << setting;
  }
  for (const char* setting : {"shuffle: HPO(choice(true, false))", "seed: HPO(choice(1, 2))",
                              "search_method: HPO(choice(grid, random))", "trials: HPO(choice(1, 2))"}) {
    EXPECT_EQ(codes("Dense(3)", "loss: mse train { " + std::string(setting) + " }"), "E355") << setting;
  }
}

TEST(SearchPlaces, are_no_others) {
  for (const char* layer :
       {"Dense(8, name=HPO(choice(\"a\", \"b\")))", "Dense((HPO(choice(8, 16)),))", "Reshape((HPO(choice(2, 4)), -1))",
        "Dense(8, kernel_initializer=constant(HPO(choice(1, 2))))", "MyLayer([HPO(choice(1, 2))])",
        "MyLayer((1, [HPO(range(1, 2))]))", "MyLayer(Dense(HPO(choice(1, 2))))",
        "CustomShape([HPO(choice(1, 2))], (3,))"}) {
    EXPECT_EQ(codes(layer), "E355") << layer;
  }
  EXPECT_EQ(codes_of("Conv2D(8, (HPO(choice(3, 5)), 3))"), "E355");
  EXPECT_EQ(codes("Dense(3)", "loss: mse metrics: [HPO(choice(acc, auc))]"), "E355");
  EXPECT_EQ(codes("Dense(3)", "loss: mse metrics: top_k_categorical_accuracy(HPO(choice(1, 2)))"), "E355");
  EXPECT_EQ(Checked(network("MyLayer([HPO(choice(1, 2))])", "(8)")).first(Code::E355).message,
            "no search expression is allowed for an element of a list");
  for (const char* quoted : {"loss: \"HPO(choice(mse, mae))\"", "loss: mse optimizer: \"HPO(choice(SGD, Adam))\"",
                             "loss: mse optimizer: SGD(learning_rate=\"HPO(choice(0.1, 0.2))\")"}) {
    const Checked checked(network("Dense(3)", "(8)", quoted));
    EXPECT_EQ(checked.first(Code::E355).help.substr(0, 49), "write one value; searches stand, without quotes, ")
        << quoted;
  }
}

TEST(SearchPlaces, of_layers_want_layers) {
  EXPECT_EQ(codes("HPO(choice(8, 16))"), "E405") << "one mistake";
  EXPECT_EQ(codes("HPO(range(8, 16))"), "E405");
  EXPECT_EQ(codes("HPO(choice(Dense(8), none))"), "E405");
  EXPECT_EQ(codes("HPO(choice(\"Dense(8)\", Dense(3)))"), "E405");
  EXPECT_EQ(codes("HPO(choice(Dense(8), Dense(3))) { ReLU }"), "E401");
}

// ---- operands ----

TEST(SearchOperands, of_a_choice_have_one_kind) {
  for (const char* layer : {"Dense(HPO(choice(8, \"16\")))", "Dense(HPO(choice(8, true)))",
                            "Dense(HPO(choice((8,), [8])))", "Dense(8, use_bias=HPO(choice(true, yes)))",
                            "HPO(choice(Dense(8), 8))", "Dense(HPO(choice(8, HPO(choice(relu, tanh)))))"}) {
    EXPECT_EQ(codes(layer), "E351") << layer;
  }
  const Checked checked(network("Dense(HPO(choice(8, \"16\")))", "(8)"));
  EXPECT_EQ(checked.first(Code::E351).message, "the choice mixes a number with a name: `\"16\"`");
  EXPECT_EQ(checked.marked(checked.first(Code::E351)), "\"16\"");
  EXPECT_EQ(Checked(network("HPO(choice(4, Dense(4)))", "(8)")).first(Code::E351).message,
            "the choice mixes a number with a call: `Dense(…)`");
  EXPECT_EQ(codes("HPO(choice(Flatten, Dense(4)))"), "") << "a call is a name with arguments";
  EXPECT_EQ(codes("Dense(8, activation=HPO(choice(none, relu)))"), "") << "None goes with any";
  EXPECT_EQ(codes("Dropout(HPO(choice(HPO(range(0.1, 0.2)), 0.3)))"), "") << "a nested search is what it yields";
}

TEST(SearchOperands, of_a_range_rise) {
  EXPECT_EQ(codes("Dense(HPO(range(16, 8)))"), "E352");
  EXPECT_EQ(codes("Dense(HPO(range(8, 8)))"), "E352");
  EXPECT_EQ(codes("Dense(HPO(range(8, 16, 0)))"), "E353");
  EXPECT_EQ(codes("Dense(HPO(range(8, 16, step=-2)))"), "E353");
  EXPECT_EQ(codes("Dense(HPO(log_range(0, 8)))"), "E354");
  EXPECT_EQ(codes("Dense(HPO(log_range(-8, 8)))"), "E354");
  EXPECT_EQ(codes("Dense(HPO(log_range(8, 4)))"), "E354");
  EXPECT_EQ(codes("Dense(8, name=HPO(range(2, 1)))"), "E352") << "before the place is looked at";
}

TEST(SearchOperands, are_good_values_of_their_parameter) {
  EXPECT_EQ(codes("Dense(HPO(choice(8, 0)))"), "E302");
  EXPECT_EQ(codes("Dense(HPO(choice(8, 0, 16)))"), "E302") << "one in the middle, too";
  EXPECT_EQ(codes("Dropout(HPO(range(0.1, 1.5)))"), "E302");
  EXPECT_EQ(codes("Dense(HPO(range(0.5, 8)))"), "E301");
  EXPECT_EQ(codes("Dense(HPO(choice(8, none)))"), "E301");
  EXPECT_EQ(codes("Dense(8, HPO(choice(relu, rellu)))"), "E209");
  EXPECT_EQ(codes("HPO(choice(Dense(8), Dense(0), Dense(8)))"), "E302");
  EXPECT_EQ(codes("HPO(choice(Dens(8), Dense(8)))"), "E201");
  EXPECT_EQ(codes_of("Bidirectional(HPO(choice(LSTM(8), Dense(8), GRU(8))))", "(5, 8)"), "E404");
  EXPECT_EQ(codes_of("TimeDistributed(HPO(choice(Dense(8), Dense(8) * 2, Dense(4))))", "(5, 8)"), "E404");
  EXPECT_EQ(codes("Dense(3)", "loss: HPO(choice(mse, foo))"), "E207");
  EXPECT_EQ(codes("Dense(3)", "loss: mse optimizer: HPO(choice(Adam, SGDD, SGD))"), "E206");
}

TEST(SearchOperands, of_a_wrong_type_are_one_mistake) {
  EXPECT_EQ(codes("Dense(HPO(choice(true, false)))"), "E301");
  EXPECT_EQ(codes("Dense(HPO(log_range(1e-4, 1e-2)))"), "E301");
  EXPECT_EQ(codes("Dense(HPO(choice([8], [16])))"), "E306");
  EXPECT_EQ(codes("Dense(3)", "loss: mse optimizer: HPO(range(1, 2))"), "E301");
  EXPECT_EQ(codes("Dense(HPO(choice(-1, 0, 8, -2)))"), "E302 E302 E302") << "three values to mend";
}

// ---- variables ----

TEST(SearchVariables, keep_what_they_search_over) {
  const std::vector<SearchVariable> all = variables(
      "Dense(HPO(choice(8, 16))) Dense(HPO(range(2, 9))) Dropout(HPO(range(0, 0.5))) Dropout(HPO(range(0, 1, 0.25))) "
      "Dense(HPO(log_range(4, 64))) Dense(8, HPO(choice(relu, none)))");
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(alternatives(all[0]), (Strings{"8", "16"}));
  EXPECT_EQ(all[1].kind, Kind::kRange);
  EXPECT_EQ(all[1].low, 2);
  EXPECT_EQ(all[1].high, 9);
  EXPECT_EQ(all[1].step, 1) << "both bounds are whole";
  EXPECT_TRUE(all[1].is_integer);
  EXPECT_EQ(all[2].step, std::nullopt) << "continuous";
  EXPECT_FALSE(all[2].is_integer);
  EXPECT_EQ(all[3].step, 0.25);
  EXPECT_EQ(all[4].kind, Kind::kLogRange);
  EXPECT_EQ(all[4].step, std::nullopt);
  EXPECT_TRUE(all[4].is_integer);
  EXPECT_EQ(alternatives(all[5]), (Strings{"relu", "None"}));
}

TEST(SearchVariables, are_named_by_their_place) {
  EXPECT_EQ(names(variables("Dense(8) Dense(HPO(choice(8, 16)), use_bias=HPO(choice(true, false)))",
                            "loss: huber(delta=HPO(choice(1, 2))) optimizer: Adam(HPO(choice(0.1, 0.2))) "
                            "train { batch_size: 16, 32 epochs: HPO(range(1, 3)) }")),
            (Strings{"loss.delta", "layers[1].units", "layers[1].use_bias", "optimizer.learning_rate",
                     "train.batch_size", "train.epochs"}));
}

TEST(SearchVariables, of_layers_and_nested_ones_are_named_by_their_path) {
  const std::vector<SearchVariable> all = variables(
      "Residual { Dense(8) HPO(choice(Dense(8), Dense(HPO(choice(8, HPO(range(1, 4)))), name=\"x\"))) Dense(8) }");
  EXPECT_EQ(names(all),
            (Strings{"layers[0].layers[1][1].units[1]", "layers[0].layers[1][1].units", "layers[0].layers[1]"}));
  EXPECT_EQ(alternatives(all[1]), (Strings{"8", "layers[0].layers[1][1].units[1]"}));
  EXPECT_EQ(alternatives(all[2])[0], "Dense(8)");
}

TEST(SearchVariables, are_shared_by_repetition_and_macro_uses) {
  EXPECT_EQ(variables("Dense(HPO(choice(8, 16))) * 3").size(), 1U);
  EXPECT_EQ(variables("Residual { Dense(8) Dense(HPO(choice(8, 16))) Dense(8) } * 3").size(), 1U);
  const std::string macro = "define M { Dense(HPO(choice(8, 16))) }\n";
  EXPECT_EQ(names(model_of(macro + network("M M * 2", "(8)", "loss: mse")).search), (Strings{"M.layers[0].units"}));
  EXPECT_EQ(variables("Dense(HPO(choice(8, 16))) Dense(HPO(choice(8, 16)))").size(), 2U) << "written twice";
}

TEST(SearchVariables, given_to_a_macro_are_named_by_the_use) {
  const std::string macro = "define M(width) { Dense(width) Dense(width) }\n";
  const auto search = [&](const std::string& uses) {
    return names(model_of(macro + network(uses, "(8)", "loss: mse")).search);
  };
  EXPECT_EQ(search("M(HPO(choice(8, 16)))"), (Strings{"layers[0].width"}));
  EXPECT_EQ(search("Dense(8) M(width=HPO(choice(8, 16))) * 2"), (Strings{"layers[1].width"}));
  EXPECT_EQ(search("M(HPO(choice(8, 16))) M(HPO(choice(8, 16)))"), (Strings{"layers[0].width", "layers[1].width"}));
  EXPECT_EQ(names(model_of("define M(width=HPO(choice(8, 16))) { Dense(width) Dense(width) }\n" +
                           network("M M M(3)", "(8)", "loss: mse"))
                      .search),
            (Strings{"M.layers[0].units"}))
      << "a default is one place of the source";
}

TEST(SearchVariables, with_a_list_of_batch_sizes_are_a_choice) {
  for (const char* setting : {"batch_size: 16, 32", "batch_size: [16, 32]", "batch_size: HPO(choice(16, 32))"}) {
    const std::vector<SearchVariable> all = variables("Dense(3)", "loss: mse train { " + std::string(setting) + " }");
    ASSERT_EQ(all.size(), 1U) << setting;
    EXPECT_EQ(alternatives(all[0]), (Strings{"16", "32"})) << setting;
    EXPECT_EQ(model_of("Dense(3)", "(8)", "loss: mse train { " + std::string(setting) + " }").training.batch_size, 16);
  }
  EXPECT_EQ(variables("Dense(3)", "loss: mse train { batch_size: 16 }").size(), 0U);
  EXPECT_EQ(variables("Dense(3)", "loss: mse train { batch_size: [16] }").size(), 1U);
  EXPECT_EQ(codes("Dense(3)", "loss: mse train { batch_size: 16, 0 }"), "E302");
  EXPECT_EQ(codes("Dense(3)", "loss: mse train { batch_size: [16, \"32\"] }"), "E351");
  EXPECT_EQ(codes("Dense(3)", "loss: mse train { batch_size: [] }"), "E306");
  EXPECT_EQ(codes("Dense(3)", "loss: mse train { epochs: 1, 2 }"), "E306");
}

TEST(SearchVariables, that_begin_at_one_place_are_two) {
  const std::vector<SearchVariable> all =
      variables("Dense(3)", "loss: mse train { batch_size: HPO(choice(16, 32)), 64 }");
  EXPECT_EQ(names(all), (Strings{"train.batch_size[0]", "train.batch_size"}));
  EXPECT_EQ(alternatives(all[1]), (Strings{"train.batch_size[0]", "64"}));
}

// ---- both ends ----

TEST(SearchEnds, make_the_model_of_the_first_values) {
  const Model model =
      model_of("Dense(HPO(choice(8, 16))) Dropout(HPO(range(0.1, 0.5))) HPO(choice(Dense(3), Dense(4)))", "(8)",
               "loss: HPO(choice(mse, mae)) optimizer: HPO(choice(SGD, Adam))");
  EXPECT_EQ(model.layers[0].output, (Shape{8}));
  EXPECT_EQ(model.layers[1].attributes.number(Parameter::rate), 0.1);
  EXPECT_EQ(model.output(), (Shape{3}));
  EXPECT_EQ(model.loss.kind, LossKind::mean_squared_error);
  EXPECT_EQ(model.optimizer.kind, OptimizerKind::SGD);
}

TEST(SearchEnds, are_both_checked) {
  const auto note = [](const std::string& layers) {
    const Checked checked(network(layers, "(28, 28, 1)", "loss: mse"));
    EXPECT_EQ(checked.diagnostics.error_count(), 1U) << layers;
    return checked.first(Code::E503).notes.at(1).message;
  };
  EXPECT_EQ(note("Conv2D(8, HPO(choice(3, 29)))"),
            "with the last values of its searches: `layers[0].kernel_size` = `29`");
  EXPECT_EQ(note("Conv2D(8, HPO(choice(29, 3)))"),
            "with the first values of its searches: `layers[0].kernel_size` = `29`");
  EXPECT_EQ(note("Conv2D(8, HPO(choice(29, 31)))"),
            "with the first values of its searches: `layers[0].kernel_size` = `29`")
      << "the same mistake at both ends is told once";
  EXPECT_EQ(note("Conv2D(8, HPO(range(3, 40)))"),
            "with the last values of its searches: `layers[0].kernel_size` = `40`");
}

TEST(SearchEnds, tell_the_values_near_the_mistake) {
  const Checked checked(
      network("Conv2D(HPO(choice(1, 2)), 1)\nConv2D(HPO(choice(1, 3)), 1)\n"
              "Conv2D(8, 1, activation=HPO(choice(relu, tanh)))\nConv2D(HPO(choice(1, 4)), 1)\n"
              "MaxPooling2D(HPO(choice(2, 40)))\nConv2D(HPO(choice(1, 5)), 1)"));
  EXPECT_EQ(checked.first(Code::E503).notes.at(1).message,
            "with the last values of its searches: `layers[3].filters` = `4`, `layers[4].pool_size` = `40`, "
            "`layers[5].filters` = `5`, …")
      << "shapes do not depend on an activation";
}

TEST(SearchEnds, of_layers_are_both_built) {
  const Checked checked(network("HPO(choice(Dense(8), Conv2D(3, 3)))", "(8)"));
  EXPECT_EQ(checked.codes(), "3:E501");
  EXPECT_EQ(checked.first(Code::E501).notes.at(1).message,
            "with the last values of its searches: `layers[0]` = `Conv2D(3, 3)`");
  EXPECT_EQ(codes_of("HPO(choice(Conv2D(3, 3), Flatten())) Conv2D(3, 3)"), "E501");
  EXPECT_EQ(codes_of("HPO(choice(Conv2D(3, 3), Conv2D(4, 3))) Flatten Dense(3)"), "");
}

TEST(SearchEnds, that_need_too_many_weights_are_told) {
  const Checked checked(network("Dense(HPO(choice(8, 1000000000000)))", "(8)"));
  EXPECT_EQ(checked.first(Code::E406).notes.at(1).message,
            "with the last values of its searches: `layers[0].units` = `1000000000000`");
}

TEST(SearchEnds, repeat_no_warnings) {
  EXPECT_EQ(codes_of("Dense(HPO(choice(8, 16))) Residual { Dense(4) }", "(28, 28, 1)"), "W522 W524");
  EXPECT_EQ(codes_of("Dense(HPO(choice(8.0, 16)))", "(8)"), "W304");
}

}  // namespace
}  // namespace neural::model
