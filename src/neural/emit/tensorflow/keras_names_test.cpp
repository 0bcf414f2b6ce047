#include "neural/emit/tensorflow/keras_names.hpp"

#include <gtest/gtest.h>

namespace neural::emit::tensorflow {
namespace {

TEST(KerasNames, ALegalNameIsKept) {
  EXPECT_EQ(KerasNames().layer("conv2d.first-1"), "conv2d.first-1");
}

TEST(KerasNames, WhatTensorFlowRefusesInAScopeBecomesAnUnderscore) {
  EXPECT_EQ(KerasNames().layer("my layer"), "my_layer");
  EXPECT_EQ(KerasNames().layer("a/b:0\\"), "a_b_0_");
  EXPECT_EQ(KerasNames().layer("x'y\"z\n"), "x_y_z_");
  EXPECT_EQ(KerasNames().layer("gr\xc3\xb6\xc3\x9f"), "gr____");
}

TEST(KerasNames, ANameBeginsWithALetterOrADigit) {
  EXPECT_EQ(KerasNames().layer(""), "layer");
  EXPECT_EQ(KerasNames().layer("_x"), "layer_x");
  EXPECT_EQ(KerasNames().layer("-"), "layer-");
  EXPECT_EQ(KerasNames().layer("2d"), "2d");
  EXPECT_EQ(keras_name("_Net", "network"), "network_Net");
}

TEST(KerasNames, NamesThatFallTogetherGetNumbers) {
  KerasNames names;
  EXPECT_EQ(names.layer("a b"), "a_b");
  EXPECT_EQ(names.layer("a/b"), "a_b_1");
  EXPECT_EQ(names.layer("a_b_1"), "a_b_1_1");
  EXPECT_EQ(names.layer("a_b"), "a_b_2");
}

TEST(KerasNames, LongNamesAreCutAndStayApart) {
  KerasNames names;
  const std::string first = names.layer(std::string(1000, 'a') + "1");
  const std::string second = names.layer(std::string(1000, 'a') + "2");
  EXPECT_EQ(first, std::string(60, 'a'));
  EXPECT_NE(first, second);
}

TEST(KerasNames, KnowsTheNamesOfFunctions) {
  for (const char* name : {"reshape", "reshape_1", "add_12", "not_equal3"}) {
    KerasNames plain;
    EXPECT_EQ(plain.layer(name), name);
    EXPECT_TRUE(plain.has_name_of_function());
    EXPECT_EQ(KerasNames(true).layer(name), std::string(name) + "_layer");
  }
  for (const char* name : {"reshape_a", "dense_1", "my_reshape", "reshape_layer", "_1"}) {
    KerasNames names(true);
    EXPECT_EQ(names.layer(name), KerasNames().layer(name));
    EXPECT_FALSE(names.has_name_of_function());
  }
}

}  // namespace
}  // namespace neural::emit::tensorflow
