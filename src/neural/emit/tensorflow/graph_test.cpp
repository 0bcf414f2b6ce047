#include <gtest/gtest.h>

#include "neural/emit/tensorflow/compile_for_test.hpp"

namespace neural::emit::tensorflow {
namespace {

TEST(TensorFlowGraph, TensorsOfSeveralUsesHaveNames) {
  EXPECT_EQ(steps_of("(4)", "Softmax() a: { } b: { Softmax() Softmax() } c: { Softmax() } Concatenate(axis=-1)"),
            "softmax = layers.Softmax(axis=-1, name=\"softmax\")(inputs)\n"
            "x = layers.Softmax(axis=-1, name=\"softmax_1\")(softmax)\n"
            "softmax_2 = layers.Softmax(axis=-1, name=\"softmax_2\")(x)\n"
            "x = layers.Softmax(axis=-1, name=\"softmax_3\")(softmax)\n"
            "outputs = layers.Concatenate(axis=-1, name=\"concatenate\")([softmax, softmax_2, x])");
}

TEST(TensorFlowGraph, InputsHaveTheirNames) {
  EXPECT_EQ(steps_of("{ left: (4) right: (4) }", "left: { Softmax() } right: { } Dot(normalize=true)"),
            "x = layers.Softmax(axis=-1, name=\"softmax\")(left)\n"
            "outputs = layers.Dot(axes=-1, normalize=True, name=\"dot\")([x, right])");
}

// Of [16, 16] + [16, 1] Keras would add the column as a row: it takes it for a bias.
TEST(TensorFlowGraph, WhatIsStretchedIsAddedToFirst) {
  const auto added = [](const std::string& input, const std::string& layers) {
    const std::string steps = steps_of(input, layers);
    return steps.substr(steps.rfind('['));
  };
  EXPECT_EQ(added("(4)", "a: { Softmax() } b: { Dense(1) } Add()"), "[x, softmax])");
  EXPECT_EQ(added("(4)", "a: { Dense(1) } b: { Softmax() } c: { Softmax() } Average()"), "[dense, softmax, x])");
  EXPECT_EQ(added("(4)", "a: { Softmax() } b: { Dense(1) } c: { Softmax() } Average()"), "[dense, softmax, x])");
  EXPECT_EQ(added("{ a: (4) b: (1) }", "a: { } b: { } Add()"), "[b, a])");
  EXPECT_EQ(added("{ a: (4) b: (1) }", "a: { } b: { } Subtract()"), "[a, b])");
  EXPECT_EQ(added("(4)", "a: { Softmax() } b: { Dense(4) } Add()"), "[softmax, x])");
}

TEST(TensorFlowGraph, VariablesAreInLowerCase) {
  EXPECT_EQ(steps_of("(4)", "Softmax(name=\"Über X1\") a: { } b: { Softmax(name=\"x\") } Add()"),
            "ber_x1 = layers.Softmax(axis=-1, name=\"layer__ber_X1\")(inputs)\n"
            "x = layers.Softmax(axis=-1, name=\"x\")(ber_x1)\n"
            "outputs = layers.Add(name=\"add\")([ber_x1, x])");
}

TEST(TensorFlowGraph, ShortcutPastABody) {
  EXPECT_EQ(steps_of("(4)", "Softmax() Residual { Softmax() Residual { Softmax() } }"),
            "x = layers.Softmax(axis=-1, name=\"softmax\")(inputs)\n"
            "shortcut = x\n"
            "x = layers.Softmax(axis=-1, name=\"softmax_1\")(x)\n"
            "shortcut_1 = x\n"
            "x = layers.Softmax(axis=-1, name=\"softmax_2\")(x)\n"
            "x = layers.Add(name=\"residual_connection\")([shortcut_1, x])\n"
            "outputs = layers.Add(name=\"residual_connection_1\")([shortcut, x])");
}

TEST(TensorFlowGraph, ShortcutIsProjectedAndCropped) {
  EXPECT_EQ(steps_of("(7, 2)", "Residual { Conv1D(3, 3, strides=2, use_bias=false) }"),
            "shortcut = layers.Conv1D(3, (1,), strides=(3,), padding=\"valid\", use_bias=False, "
            "kernel_initializer=initializers.GlorotUniform(), "
            "name=\"residual_connection_shortcut\")(inputs)\n"
            "x = layers.Conv1D(3, (3,), strides=(2,), padding=\"valid\", use_bias=False, "
            "kernel_initializer=initializers.GlorotUniform(), name=\"conv1d\")(inputs)\n"
            "outputs = layers.Add(name=\"residual_connection\")([shortcut, x])");
}

TEST(TensorFlowGraph, ShortcutOfAVectorIsALinearMap) {
  EXPECT_EQ(steps_of("(4)", "Residual { Dense(3, use_bias=false) }"),
            "shortcut = layers.Dense(3, use_bias=False, kernel_initializer=initializers.GlorotUniform(), "
            "name=\"residual_connection_shortcut\")(inputs)\n"
            "x = layers.Dense(3, use_bias=False, kernel_initializer=initializers.GlorotUniform(), "
            "name=\"dense\")(inputs)\n"
            "outputs = layers.Add(name=\"residual_connection\")([shortcut, x])");
}

TEST(TensorFlowGraph, BodyMayFork) {
  EXPECT_EQ(steps_of("(4)", "Softmax() Residual { a: { Softmax() } b: { Softmax() Softmax() } Add() }"),
            "x = layers.Softmax(axis=-1, name=\"softmax\")(inputs)\n"
            "shortcut = x\n"
            "start = x\n"
            "softmax_1 = layers.Softmax(axis=-1, name=\"softmax_1\")(start)\n"
            "x = layers.Softmax(axis=-1, name=\"softmax_2\")(start)\n"
            "x = layers.Softmax(axis=-1, name=\"softmax_3\")(x)\n"
            "x = layers.Add(name=\"add\")([softmax_1, x])\n"
            "outputs = layers.Add(name=\"residual_connection\")([shortcut, x])");
}

TEST(TensorFlowGraph, SqueezeAndExcitation) {
  EXPECT_EQ(steps_of("(8, 8, 4)", "SqueezeExcitation(2, trainable=false)"),
            "weights = ops.mean(inputs, axis=(1, 2), keepdims=True)\n"
            "weights = layers.Dense(2, activation=\"relu\", "
            "kernel_initializer=initializers.GlorotUniform(), bias_initializer=initializers.Zeros(), "
            "trainable=False, name=\"squeeze_excitation_squeeze\")(weights)\n"
            "weights = layers.Dense(4, activation=\"sigmoid\", "
            "kernel_initializer=initializers.GlorotUniform(), bias_initializer=initializers.Zeros(), "
            "trainable=False, name=\"squeeze_excitation_excite\")(weights)\n"
            "outputs = layers.Multiply(name=\"squeeze_excitation\")([inputs, weights])");
}

TEST(TensorFlowGraph, StepsAreWrapped) {
  EXPECT_EQ(steps_of("(3, 8, 4)", "TimeDistributed(MaxPooling1D(2), dropout=0.1) { Flatten() }"),
            "x = layers.TimeDistributed(layers.MaxPooling1D((2,), strides=(2,), padding=\"valid\", "
            "name=\"max_pooling1d\"), name=\"time_distributed\")(inputs)\n"
            "x = layers.TimeDistributed(layers.Dropout(0.1, name=\"time_distributed_dropout\"), "
            "name=\"time_distributed_2\")(x)\n"
            "outputs = layers.TimeDistributed(layers.Flatten(name=\"flatten\"), "
            "name=\"time_distributed_3\")(x)");
}

TEST(TensorFlowGraph, StepsThatAreNotCounted) {
  EXPECT_EQ(steps_of("(None, None, 4)", "TimeDistributed(ReLU())"),
            "outputs = TimeDistributed(layers.ReLU(name=\"re_lu\"), name=\"time_distributed\")(inputs)");
}

TEST(TensorFlowGraph, StepsThatSeeTheBatchAreAppliedTogether) {
  EXPECT_EQ(steps_of("(3, 4)", "TimeDistributed(Softmax()) { BatchNormalization(center=false, scale=false) }"),
            "x = ops.reshape(inputs, (-1, 4))\n"
            "x = layers.Softmax(axis=-1, name=\"softmax\")(x)\n"
            "x = layers.BatchNormalization(axis=-1, momentum=0.99, epsilon=0.001, center=False, "
            "scale=False, moving_mean_initializer=initializers.Zeros(), "
            "moving_variance_initializer=initializers.Ones(), name=\"batch_normalization\")(x)\n"
            "outputs = ops.reshape(x, (-1, 3, 4))");
}

}  // namespace
}  // namespace neural::emit::tensorflow
