#include <gtest/gtest.h>

#include "neural/emit/tensorflow/compile_for_test.hpp"

namespace neural::emit::tensorflow {
namespace {

/// WEIGHTS of a network with this input and these layers, an entry each.
std::string weights_of(std::string_view input, std::string_view layers) {
  const Compiled compiled =
      compile_source("network Net { input: " + std::string(input) + " layers: " + std::string(layers) + " loss: mse }");
  return joined(between(compiled.program, "WEIGHTS: dict[str, tuple[str, ...]] = {\n", "\n}\n"));
}

TEST(TensorFlowWeights, ALayerHasTheWeightsOfItsTensors) {
  EXPECT_EQ(weights_of("(8, 8, 4)", "Conv2D(2, 3, use_bias=false) BatchNormalization(scale=false, name=\"norm\")"),
            "\"conv2d\": (\"conv2d/kernel\",),\n"
            "\"norm\": (\"norm/beta\", \"norm/moving_mean\", \"norm/moving_variance\"),");
}

TEST(TensorFlowWeights, AStackIsALayerForEachPart) {
  EXPECT_EQ(weights_of("(8, 4)", "GRU(2, num_layers=2, use_bias=false)"),
            "\"gru_layer_0\": (\"gru/layer_0/kernel\", \"gru/layer_0/recurrent_kernel\"),\n"
            "\"gru_layer_1\": (\"gru/layer_1/kernel\", \"gru/layer_1/recurrent_kernel\"),");
}

TEST(TensorFlowWeights, PartsOfABlockAreFoundByTheirPaths) {
  EXPECT_EQ(weights_of("(8, 8, 4)",
                       "SqueezeExcitation(ratio=2, name=\"se\") "
                       "SeparableConv2D(4, 3, groups=2, use_bias=false, name=\"apart\")"),
            "\"se_squeeze\": (\"se/squeeze/kernel\", \"se/squeeze/bias\"),\n"
            "\"se_excite\": (\"se/excite/kernel\", \"se/excite/bias\"),\n"
            "\"apart_depthwise\": (\"apart/depthwise_kernel\",),\n"
            "\"apart\": (\"apart/pointwise_kernel\",),");
}

TEST(TensorFlowWeights, DirectionsOfAStackKeepTheirPaths) {
  EXPECT_EQ(weights_of("(8, 4)", "Bidirectional(SimpleRNN(2, num_layers=2, use_bias=false), name=\"both\")"),
            "\"both_forward_layer_0\": (\"both/forward/layer_0/kernel\", \"both/forward/layer_0/recurrent_kernel\"),\n"
            "\"both_forward_layer_1\": (\"both/forward/layer_1/kernel\", \"both/forward/layer_1/recurrent_kernel\"),\n"
            "\"both_backward_layer_0\": (\"both/backward/layer_0/kernel\", "
            "\"both/backward/layer_0/recurrent_kernel\"),\n"
            "\"both_backward_layer_1\": (\"both/backward/layer_1/kernel\", "
            "\"both/backward/layer_1/recurrent_kernel\"),");
}

TEST(TensorFlowWeights, AWrapperHasTheWeightsOfWhatItWraps) {
  EXPECT_EQ(weights_of("(8, 4)",
                       "TimeDistributed(BatchNormalization(name=\"inner\"), name=\"steps\") "
                       "TimeDistributed(Dense(2, name=\"last\"), name=\"steps_of_dense\")"),
            "\"inner\": (\"inner/gamma\", \"inner/beta\", \"inner/moving_mean\", \"inner/moving_variance\"),\n"
            "\"steps_of_dense\": (\"last/kernel\", \"last/bias\"),");
}

TEST(TensorFlowWeights, ANetworkWithoutWeightsHasAnEmptyTable) {
  EXPECT_NE(compile_source("network Net { input: (4) layers: Identity() loss: mse }")
                .program.find("WEIGHTS: dict[str, tuple[str, ...]] = {}\n"),
            std::string::npos);
}

TEST(TensorFlowWeights, OfImportedLayersAreFoundAsTheProgramRuns) {
  const Compiled compiled = compile_source(
      "network Net { input: (4, 3) layers: GateLayer(2, name=\"my gate\", trainable=false) "
      "TimeDistributed(GateLayer()) "
      "Lambda(\"x: x[:, ::2]\", output_shape=(2, 3)) Output(1) loss: mse }",
      {.custom = {{"GateLayer", "mine", "Gate"}}, .allow_python_lambda = true});
  EXPECT_EQ(between(compiled.program, "CUSTOM_LAYERS: dict[str, str] = ", "\n"),
            "{\"my_gate\": \"my gate\", \"gate_layer\": \"gate_layer\"}");
  EXPECT_EQ(between(compiled.program, "from mine", "\n"), " import Gate");
  EXPECT_EQ(joined(between(compiled.program, "name=\"input\")\n", "    outputs")),
            "x = Gate(2, name=\"my_gate\")(inputs)\n"
            "x = expect_shape(x, (4, 3), \"my gate\")\n"
            "x = ops.reshape(x, (-1, 3))\n"
            "x = Gate(name=\"gate_layer\")(x)\n"
            "x = expect_shape(x, (3,), \"gate_layer\")\n"
            "x = ops.reshape(x, (-1, 4, 3))\n"
            "x = layers.Lambda(apply_lambda, name=\"lambda\")(x)\n"
            "x = expect_shape(x, (2, 3), \"lambda\")");
  EXPECT_EQ(between(compiled.program, "    frozen = ", "\n"), "(\"my_gate\",)");
}

}  // namespace
}  // namespace neural::emit::tensorflow
