#include "neural/describe/describe.hpp"
#include "neural/model/testing.hpp"

namespace neural::describe {
namespace {

using model::testing::Checked;
using model::testing::network;

Json json_of(const std::string& layers, const std::string& input = "(4)", const std::string& rest = "loss: mse") {
  const Checked checked(network(layers, input, rest));
  EXPECT_FALSE(checked.diagnostics.has_errors()) << checked.rendered();
  if (checked.diagnostics.has_errors()) return {};
  return Json::parse(json_text(estimate::outline_of(*checked.models.front()), checked.source));
}

TEST(Json, has_the_shape_sizes_and_cost_of_a_layer) {
  const Json json = json_of("Dense(3, activation=relu)\nOutput(1)");
  EXPECT_EQ(json["network"], "N");
  EXPECT_EQ(json["input_shape"], Json({4}));
  EXPECT_EQ(json["inputs"], Json::parse(R"([{"name": "input", "shape": [4], "type": "float"}])"));
  const Json& dense = json["layers"][0];
  EXPECT_EQ(dense["name"], "dense");
  EXPECT_EQ(dense["type"], "Dense");
  EXPECT_EQ(dense["line"], 3);
  EXPECT_EQ(dense["implicit"], false);
  EXPECT_EQ(dense["device"], nullptr);
  EXPECT_EQ(dense["inputs"], Json({"input"}));
  EXPECT_EQ(dense["output_shape"], Json({3}));
  EXPECT_EQ(dense["parameters"], 4 * 3 + 3);
  EXPECT_EQ(dense["flops"]["forward"], 2 * 4 * 3 + 3 + 3);
  EXPECT_EQ(dense["flops"]["forward_backward"], 3 * 30);
  EXPECT_EQ(dense["activation_bytes"], 4 * 3);
  EXPECT_EQ(dense["attributes"]["activation"], "relu");
  EXPECT_EQ(dense["attributes"]["kernel_regularizer"], nullptr);
  EXPECT_EQ(dense["tensors"], Json::parse(R"([
    {"name": "kernel", "shape": [4, 3], "initializer": {"name": "glorot_uniform"}, "trainable": true},
    {"name": "bias", "shape": [3], "initializer": {"name": "zeros"}, "trainable": true}])"));
  EXPECT_EQ(json["layers"][1]["inputs"], Json({"dense"}));
  EXPECT_EQ(json["layers"][1]["line"], 4);
}

TEST(Json, has_totals_with_the_memory_of_training) {
  const Json json = json_of("Dense(3) BatchNormalization() Output(2)", "(4)",
                            "loss: mse optimizer: SGD(momentum=0.9) train { batch_size: 8 }");
  EXPECT_EQ(json["total_parameters"], 15 + 12 + 8);
  EXPECT_EQ(json["trainable_parameters"], 15 + 6 + 8);
  const Json& totals = json["totals"];
  EXPECT_EQ(totals["layers"], 3);
  EXPECT_EQ(totals["fixed_parameters"], 6);
  EXPECT_EQ(totals["memory"], Json::parse(R"({"weights": 140, "gradients": 116, "optimizer_state": 116,
    "inputs_per_sample": 16, "activations_per_sample": 32, "batch_size": 8, "batch": 384, "training": 756})"));
}

TEST(Json, has_what_is_inside_with_where_it_takes_its_data_from) {
  const Json json =
      json_of("TimeDistributed(Dense(3)) { ReLU() } Residual { Dense(3) } Bidirectional(LSTM(2)) Output(1)", "(5, 4)");
  const Json& layers = json["layers"];
  const Json& steps = layers[0];
  EXPECT_EQ(steps["wrapped"]["type"], "Dense");
  EXPECT_EQ(steps["wrapped"]["inputs"], Json({"time_distributed"}));
  EXPECT_EQ(steps["wrapped"]["flops"]["forward"], 5 * (2 * 4 * 3 + 3)) << "of all steps";
  EXPECT_EQ(steps["body"][0]["inputs"], Json({"dense"}));
  EXPECT_EQ(layers[1]["shortcut"]["projects"], false);
  EXPECT_EQ(layers[1]["body"][0]["inputs"], Json({"residual_connection"}));
  const Json& both = layers[2];
  EXPECT_EQ(both["wrapped"]["type"], "LSTM");
  EXPECT_TRUE(both["wrapped"]["tensors"].empty());
  EXPECT_EQ(both["tensors"].size(), 6U);
  EXPECT_EQ(both["tensors"][3]["name"], "backward/kernel");
}

TEST(Json, writes_equal_layers_alike_at_every_depth) {
  const Json json = json_of("Dense(4) Dense(4) Residual { Dense(4) Dense(4) } Dense(4) Output(1)");
  const Json& layers = json["layers"];
  for (const Json* layer : {&layers[1], &layers[2]["body"][0], &layers[2]["body"][1], &layers[3]}) {
    EXPECT_EQ((*layer)["attributes"], layers[0]["attributes"]);
    EXPECT_EQ((*layer)["tensors"], layers[0]["tensors"]);
  }
}

TEST(Json, has_an_unknown_size_as_null_and_says_what_was_counted) {
  const Json json = json_of("LSTM(3) CustomLayer(4, rate=0.5) Output(1)", "(None, 5)");
  EXPECT_EQ(json["input_shape"], Json({nullptr, 5}));
  EXPECT_EQ(json["layers"][0]["dynamic"], true);
  EXPECT_EQ(json["layers"][1]["type"], "CustomLayer");
  EXPECT_EQ(json["layers"][1]["arguments"],
            Json::parse(R"([{"name": null, "value": 4}, {"name": "rate", "value": 0.5}])"));
  EXPECT_EQ(json["layers"][1]["uncounted_layers"], 1);
  EXPECT_EQ(json["totals"]["uncounted_layers"], 1);
}

TEST(Json, has_the_settings_of_training_and_what_is_searched) {
  const Json json = json_of("Dense(HPO(choice(8, 16))) Output(3, activation=softmax)", "(4)",
                            "loss: sparse_categorical_crossentropy metrics: [accuracy]\n"
                            "optimizer: Adam(learning_rate=HPO(log_range(1e-4, 1e-2))) train { epochs: 3 seed: 7 }");
  EXPECT_EQ(json["training"]["epochs"], 3);
  EXPECT_EQ(json["training"]["seed"], 7);
  EXPECT_EQ(json["training"]["dataset"], nullptr);
  EXPECT_EQ(json["targets"], "classes");
  EXPECT_EQ(json["loss"]["name"], "sparse_categorical_crossentropy");
  EXPECT_EQ(json["loss"]["fused_activation"], "softmax");
  EXPECT_EQ(json["optimizer"]["learning_rate"], 1e-4);
  EXPECT_EQ(json["metrics"][0]["name"], "sparse_categorical_accuracy");
  const Json& variables = json["search"]["variables"];
  ASSERT_EQ(variables.size(), 2U);
  EXPECT_EQ(variables[0]["kind"], "choice");
  EXPECT_EQ(variables[0]["alternatives"], Json({8, 16}));
  EXPECT_EQ(variables[1]["kind"], "log_range");
  EXPECT_EQ(variables[1]["high"], 1e-2);
  EXPECT_EQ(json["layers"][0]["output_shape"], Json({8})) << "the first alternative";
}

TEST(Json, is_given_to_the_sink_in_parts) {
  const Checked checked(network("Dense(4)*500 Output(1)", "(4)", "loss: mse"));
  std::size_t parts = 0;
  std::size_t longest = 0;
  const Status status =
      write_json(estimate::outline_of(*checked.models.front()), checked.source, [&](std::string_view part) {
        ++parts;
        longest = std::max(longest, part.size());
        return done();
      });
  ASSERT_TRUE(status);
  EXPECT_GT(parts, 5U);
  EXPECT_LT(longest, 80'000U);
}

}  // namespace
}  // namespace neural::describe
