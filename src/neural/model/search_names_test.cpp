// What the variables of a search are called.
#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using testing::Strings;

Strings variables_of(const std::string& layers, const std::string& rest = "loss: mse", const std::string& macro = "") {
  Strings names;
  for (const SearchVariable& variable : testing::model_of(macro + testing::network(layers, "(64)", rest)).search) {
    names.push_back(variable.name);
  }
  return names;
}

TEST(SearchNames, are_paths_that_count_items_as_written_from_0) {
  EXPECT_EQ(variables_of("Dropout(0.1) * 3 Dense(HPO(choice(8, 16)))"), Strings{"layers[1].units"});
  EXPECT_EQ(variables_of("a: { Dense(8) } b: { Dropout(0.1) Dense(HPO(choice(8, 16))) } Concatenate"),
            Strings{"layers[1].layers[1].units"});
  EXPECT_EQ(variables_of("Residual { Dense(HPO(choice(32, 64))) }"), Strings{"layers[0].layers[0].units"});
  EXPECT_EQ(variables_of("RepeatVector(2) TimeDistributed(Dense(HPO(choice(32, 64))))"),
            Strings{"layers[1].layer.units"});
}

TEST(SearchNames, tell_which_alternative_a_nested_search_stands_in) {
  EXPECT_EQ(variables_of("Dense(HPO(choice(8, HPO(range(16, 64)))))"),
            (Strings{"layers[0].units[1]", "layers[0].units"}));
  EXPECT_EQ(variables_of("HPO(choice(Dropout(0.5), Dense(HPO(choice(8, 16)))))"),
            (Strings{"layers[0][1].units", "layers[0]"}));
}

TEST(SearchNames, begin_with_the_macro_inside_it_and_with_the_use_for_its_arguments) {
  EXPECT_EQ(variables_of("Block(HPO(range(8, 32))) Block(16) * 2", "loss: mse",
                         "define Block(width) { Dropout(0.1) Dense(width) Dropout(HPO(choice(0.1, 0.2))) }\n"),
            (Strings{"layers[0].width", "Block.layers[2].rate"}));
}

TEST(SearchNames, of_training_begin_with_the_section) {
  EXPECT_EQ(
      variables_of("Dense(3)",
                   "loss: huber(HPO(choice(1, 2)))\noptimizer: Adam(ExponentialDecay(HPO(log_range(1e-4, "
                   "1e-2)), 1000, 0.9))\ntrain { batch_size: 16, 32 epochs: HPO(range(1, 9)) }"),
      (Strings{"loss.delta", "optimizer.learning_rate.initial_learning_rate", "train.batch_size", "train.epochs"}));
  EXPECT_EQ(variables_of("Dense(3)", "loss: mse optimizer: HPO(choice(Adam(HPO(choice(0.1, 0.2))), SGD))"),
            (Strings{"optimizer[0].learning_rate", "optimizer"}));
}

}  // namespace
}  // namespace neural::model
