#include "neural/weights/initial_weights.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "neural/model/testing.hpp"

namespace neural::weights {
namespace {

using model::testing::model_of;

Weights weights_of(const std::string& layers, const std::string& input, std::uint64_t seed = 1) {
  return initial_weights(model_of(layers, input, "loss: mse"), seed);
}

float largest(const Array& array) {
  float most = 0;
  for (const float value : array.values) most = std::max(most, std::abs(value));
  return most;
}

TEST(InitialWeights, have_the_names_and_shapes_of_the_model) {
  const Weights weights = weights_of("Conv2D(4, 3, name=\"first\")\n Flatten()\n Dense(2)", "(5, 5, 3)");
  std::vector<std::string> names;
  for (const auto& [name, array] : weights) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"dense/bias", "dense/kernel", "first/bias", "first/kernel"}));
  EXPECT_EQ(weights.at("first/kernel").shape, (std::vector<std::int64_t>{3, 3, 3, 4}));
}

TEST(InitialWeights, are_those_of_the_seed) {
  EXPECT_EQ(weights_of("Dense(8)", "(8)", 3), weights_of("Dense(8)", "(8)", 3));
  EXPECT_NE(weights_of("Dense(8)", "(8)", 3), weights_of("Dense(8)", "(8)", 4));
}

TEST(InitialWeights, of_a_layer_stay_when_another_is_added) {
  const Weights before = weights_of("Dense(8)", "(8)");
  const Weights after = weights_of("Dense(8)\n Dense(4)", "(8)");
  EXPECT_EQ(before.at("dense/kernel"), after.at("dense/kernel"));
}

TEST(InitialWeights, of_glorot_uniform_fill_their_interval) {
  const Array kernel = weights_of("Dense(200)", "(100)").at("dense/kernel");
  const float bound = std::sqrt(6.0F / 300);
  EXPECT_LE(largest(kernel), bound);
  EXPECT_GT(largest(kernel), 0.99F * bound);
}

TEST(InitialWeights, of_he_normal_are_cut_and_have_its_variance) {
  const Array kernel = weights_of("Dense(200, kernel_initializer=he_normal)", "(100)").at("dense/kernel");
  double squares = 0;
  for (const float value : kernel.values) squares += double{value} * value;
  EXPECT_NEAR(squares / static_cast<double>(kernel.values.size()), 0.02, 0.001);
  EXPECT_LE(largest(kernel), 2 * std::sqrt(0.02) / 0.8796 + 1e-6);
}

TEST(InitialWeights, of_orthogonal_are_orthonormal_columns_or_rows) {
  for (const auto& [units, input] : {std::pair("5", "(9)"), {"20", "(9)"}, {"35", "(50)"}, {"99", "(50)"}}) {
    const std::string layer = "Dense(" + std::string(units) + ", kernel_initializer=orthogonal)";
    const Array kernel = weights_of(layer, input).at("dense/kernel");
    const auto rows = static_cast<std::size_t>(kernel.shape[0]);
    const auto columns = static_cast<std::size_t>(kernel.shape[1]);
    const std::size_t count = std::min(rows, columns);
    const auto at = [&](std::size_t vector, std::size_t i) {
      return rows >= columns ? kernel.values[i * columns + vector] : kernel.values[vector * columns + i];
    };
    for (std::size_t a = 0; a < count; ++a) {
      for (std::size_t b = 0; b < count; ++b) {
        double sum = 0;
        for (std::size_t i = 0; i < std::max(rows, columns); ++i) sum += double{at(a, i)} * at(b, i);
        EXPECT_NEAR(sum, a == b ? 1 : 0, 1e-6) << layer;
      }
    }
  }
}

TEST(InitialWeights, of_a_projection_count_the_widths_before_and_behind_it) {
  const Weights weights =
      weights_of("MultiHeadAttention(4, 24, value_dim=32, kernel_initializer=he_uniform)", "(5, 48)");
  for (const char* part : {"query", "key", "value"}) {
    const float most = largest(weights.at("multi_head_attention/" + std::string(part) + "/kernel"));
    EXPECT_NEAR(most, std::sqrt(6.0 / 48), 0.01) << part;
  }
  EXPECT_NEAR(largest(weights.at("multi_head_attention/output/kernel")), std::sqrt(6.0 / 128), 0.01);
  const Weights block = weights_of("TransformerEncoder(4, 64)", "(5, 48)");
  EXPECT_NEAR(largest(block.at("transformer_encoder/attention/key/kernel")), std::sqrt(6.0 / 96), 0.01);
}

TEST(InitialWeights, of_orthogonal_flatten_a_kernel_to_its_last_axis) {
  const Array kernel =
      weights_of("DepthwiseConv2D(3, depth_multiplier=2, depthwise_initializer=orthogonal)", "(5, 5, 4)")
          .at("depthwise_conv2d/kernel");
  double squares = 0;
  double product = 0;
  for (std::size_t row = 0; row < 36; ++row) {
    squares += double{kernel.values[2 * row]} * kernel.values[2 * row];
    product += double{kernel.values[2 * row]} * kernel.values[2 * row + 1];
  }
  EXPECT_NEAR(squares, 1, 1e-6);
  EXPECT_NEAR(product, 0, 1e-6);
}

TEST(InitialWeights, of_the_bias_of_an_lstm_count_the_gates_that_are_drawn_together) {
  const Array bias = weights_of("LSTM(500, bias_initializer=he_uniform)", "(4, 3)").at("lstm/bias");
  EXPECT_NEAR(largest({{500}, {bias.values.begin(), bias.values.begin() + 500}}), std::sqrt(6.0 / 500), 0.01);
  EXPECT_NEAR(largest({{1000}, {bias.values.begin() + 1000, bias.values.end()}}), std::sqrt(6.0 / 1000), 0.01);
}

TEST(InitialWeights, open_the_forget_gate_of_an_lstm) {
  const Array bias = weights_of("LSTM(2)", "(4, 3)").at("lstm/bias");
  EXPECT_EQ(bias.values, (std::vector<float>{0, 0, 1, 1, 0, 0, 0, 0}));
  const Weights both = weights_of("Bidirectional(LSTM(1))", "(4, 3)");
  EXPECT_EQ(both.at("bidirectional/backward/bias").values, (std::vector<float>{0, 1, 0, 0}));
}

TEST(InitialWeights, reach_into_layers_inside_of_layers) {
  const Weights weights = weights_of("TimeDistributed(Dense(2))\n ResidualConnection() { Dense(2) }", "(4, 3)");
  EXPECT_EQ(weights.size(), 4U);
}

}  // namespace
}  // namespace neural::weights
