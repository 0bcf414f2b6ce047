#include "neural/model/torch_defaults.hpp"

#include <cmath>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

Model in_torch(const std::string& layers, const std::string& input, const std::string& settings = "loss: mse") {
  return with_torch_defaults(testing::model_of(layers, input, settings));
}

/// The b of a tensor that begins uniform within ±b; 0 of any other.
double bound_of(const Layer& layer, std::size_t tensor) {
  const Initializer& initializer = layer.tensors().at(tensor).initializer;
  if (initializer.kind != InitializerKind::random_uniform) return 0;
  EXPECT_EQ(initializer.parameters.number(Parameter::minval), -initializer.parameters.number(Parameter::maxval));
  return initializer.parameters.number(Parameter::maxval);
}

TEST(TorchDefaults, weights_begin_by_their_fan_in) {
  const Model model = in_torch(
      "Conv2D(8, (3, 5))\n Conv2DTranspose(6, 2)\n DepthwiseConv2D(3, depth_multiplier=2)\n "
      "SeparableConv2D(4, 3)\n Flatten()\n Dense(16)\n Output(1)",
      "(12, 12, 4)");
  const auto is_bound = [&](std::size_t layer, std::size_t tensor, double fan_in) {
    EXPECT_DOUBLE_EQ(bound_of(model.layers[layer], tensor), 1 / std::sqrt(fan_in)) << layer << ", " << tensor;
  };
  for (const std::size_t tensor : {0, 1}) {  // kernel and bias alike
    is_bound(0, tensor, 3 * 5 * 4);
    is_bound(1, tensor, 2 * 2 * 6);  // torch counts the weight's second axis, which is what comes out
    is_bound(2, tensor, 3 * 3);
    is_bound(6, tensor, 16);
  }
  is_bound(3, 0, 3 * 3);
  is_bound(3, 1, 12);
  is_bound(3, 2, 12);
}

TEST(TorchDefaults, attributes_and_tensors_say_the_same) {
  const Layer layer = in_torch("Output(3)", "(4)").layers.front();
  const auto& kernel = std::get<Initializer>(layer.attributes.at(Parameter::kernel_initializer).value);
  EXPECT_EQ(kernel.kind, InitializerKind::random_uniform);
  EXPECT_EQ(kernel.parameters.number(Parameter::maxval), 0.5);
}

TEST(TorchDefaults, what_is_written_stays) {
  const Model model = in_torch(
      "Dense(8, kernel_initializer=\"glorot_uniform\")\n BatchNormalization(momentum=0.99)\n LeakyReLU(0.3)\n "
      "Output(1)",
      "(4)", "loss: mse optimizer: RMSprop(learning_rate=0.001, rho=0.9)");
  EXPECT_EQ(model.layers[0].tensors()[0].initializer.kind, InitializerKind::glorot_uniform);
  EXPECT_EQ(bound_of(model.layers[0], 1), 0.5) << "the bias is not written";
  EXPECT_EQ(model.layers[1].attributes.number(Parameter::momentum), 0.99);
  EXPECT_EQ(model.layers[1].attributes.number(Parameter::epsilon), 1e-5);
  EXPECT_EQ(model.layers[2].attributes.number(Parameter::negative_slope), 0.3);
  EXPECT_EQ(model.optimizer.parameters.number(Parameter::learning_rate), 0.001);
  EXPECT_EQ(model.optimizer.parameters.number(Parameter::rho), 0.9);
  EXPECT_EQ(model.optimizer.parameters.number(Parameter::epsilon), 1e-8);
}

TEST(TorchDefaults, reach_layers_within_layers) {
  const Model model = in_torch(
      "Embedding(10, 4)\n Bidirectional(LSTM(9, return_sequences=true))\n TimeDistributed(Dense(4))\n "
      "ResidualConnection() { LayerNormalization() Dense(6) }\n GRU(4)\n Output(1)",
      "(5)");
  const Initializer& embeddings = model.layers[0].tensors()[0].initializer;
  EXPECT_EQ(embeddings.kind, InitializerKind::random_normal);
  EXPECT_EQ(embeddings.parameters.number(Parameter::stddev), 1);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_DOUBLE_EQ(bound_of(model.layers[1], i), 1.0 / 3);
  EXPECT_FALSE(model.layers[1].wrapped->attributes.boolean(Parameter::unit_forget_bias));
  EXPECT_DOUBLE_EQ(bound_of(*model.layers[2].wrapped, 0), 1 / std::sqrt(18));
  EXPECT_EQ(model.layers[3].body()->layers[0].attributes.number(Parameter::epsilon), 1e-5);
  EXPECT_EQ(bound_of(model.layers[3].body()->layers[1], 0), 0.5);
  EXPECT_EQ(bound_of(model.layers[3], 0), 0.5) << "the projection of the shortcut";
}

TEST(TorchDefaults, attention_begins_as_one_matrix) {
  const Model model = in_torch("MultiHeadAttention(2, key_dim=3)\n Output(1)", "(5, 6)");
  EXPECT_DOUBLE_EQ(bound_of(model.layers[0], 0), std::sqrt(6.0 / 24)) << "of query, key and value: 6 to 3 · 6";
  EXPECT_DOUBLE_EQ(bound_of(model.layers[0], 6), std::sqrt(1.0 / 6)) << "of the output, a linear layer";
  EXPECT_EQ(model.layers[0].tensors()[1].initializer.kind, InitializerKind::zeros);
  EXPECT_EQ(model.semantics, Semantics::kTorch);
}

TEST(TorchDefaults, a_prelu_has_one_slope) {
  const Layer layer = in_torch("PReLU()\n Flatten()\n Output(1)", "(3, 2)").layers.front();
  EXPECT_EQ(layer.tensors()[0].shape, (std::vector<std::int64_t>{1, 1}));
  EXPECT_EQ(layer.tensors()[0].initializer.parameters.number(Parameter::value), 0.25);
  EXPECT_EQ(layer.attributes.integers(Parameter::shared_axes), (std::vector<std::int64_t>{1, 2}));
}

}  // namespace
}  // namespace neural::model
