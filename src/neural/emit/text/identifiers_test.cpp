#include "neural/emit/text/identifiers.hpp"

#include <gtest/gtest.h>

namespace neural::emit {
namespace {

TEST(Identifiers, KeepGoodNamesAndNumberRepeatedOnes) {
  Identifiers names;
  EXPECT_EQ(names.variable("dense", "layer"), "dense");
  EXPECT_EQ(names.variable("dense", "layer"), "dense_1");
  EXPECT_EQ(names.variable("dense_1", "layer"), "dense_1_1");
  EXPECT_EQ(names.variable("dense", "layer"), "dense_2");
}

TEST(Identifiers, NeverHandOutANameTwiceWhateverTheOrder) {
  Identifiers names;
  EXPECT_EQ(names.variable("a_1", "layer"), "a_1");
  EXPECT_EQ(names.variable("a", "layer"), "a");
  EXPECT_EQ(names.variable("a", "layer"), "a_2");
}

TEST(Identifiers, AvoidWordsOfPythonAndOfTheProgram) {
  constexpr std::string_view kReserved[] = {"forward"};
  Identifiers names(kReserved);
  EXPECT_EQ(names.variable("class", "layer"), "class_1");
  EXPECT_EQ(names.variable("print", "layer"), "print_1");
  EXPECT_EQ(names.variable("forward", "layer"), "forward_1");
}

TEST(Identifiers, ReplaceWhatPythonDoesNotTake) {
  Identifiers names;
  EXPECT_EQ(names.variable("my layer!", "layer"), "my_layer");
  EXPECT_EQ(names.variable("2d", "layer"), "layer_2d");
  EXPECT_EQ(names.variable("", "layer"), "layer");
  EXPECT_EQ(names.variable("__init__", "layer"), "init");
  EXPECT_EQ(names.variable("\u00e9\"\n", "layer"), "layer_1");
}

TEST(Identifiers, CutLongNames) {
  Identifiers names;
  EXPECT_EQ(names.variable(std::string(1000, 'x'), "layer").size(), 40U);
  EXPECT_EQ(names.variable(std::string(1000, 'x'), "layer"), std::string(40, 'x') + "_1");
}

TEST(Identifiers, WriteClassesInCapitalisedWords) {
  Identifiers names;
  EXPECT_EQ(names.class_name("simple_mlp", "Network"), "SimpleMlp");
  EXPECT_EQ(names.class_name("SimpleMLP", "Network"), "SimpleMLP");
  EXPECT_EQ(names.class_name("2fast", "Network"), "Network2fast");
  EXPECT_EQ(names.class_name("none", "Network"), "None_1");
}

}  // namespace
}  // namespace neural::emit
