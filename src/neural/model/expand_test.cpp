#include "neural/model/expand.hpp"

#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::network;

TEST(Expansion, writes_repeated_layers_out) {
  const Model model = testing::model_of("Dense(8) * 3 Dense(2)", "(4)");
  ASSERT_EQ(model.layers.size(), 4U);
  EXPECT_EQ(model.layers[2].name, "dense_2");
  EXPECT_EQ(model.layers[0].tensors()[0].shape, (std::vector<std::int64_t>{4, 8}));
  EXPECT_EQ(model.layers[1].tensors()[0].shape, (std::vector<std::int64_t>{8, 8}));
}

TEST(Expansion, refuses_a_repetition_below_one) {
  EXPECT_EQ(codes_of("Dense(8) * 0", "(4)"), "E403");
  EXPECT_EQ(codes_of("Dense(8) * -3", "(4)"), "E403");
  EXPECT_EQ(codes_of("Dense(8) * 1", "(4)"), "");
}

TEST(Expansion, refuses_unknown_names_and_suggests_layers_and_macros) {
  const auto help = [](const std::string& layer) {
    return Checked("define Block { Dense(2) }\n" + network(layer, "(4)")).first(Code::E201).help;
  };
  EXPECT_EQ(help("Dens(64)"), "did you mean `Dense`?");
  EXPECT_EQ(help("blok"), "did you mean `Block`?");
  EXPECT_EQ(help("Adam(0.1)"), "it is an optimizer: write `optimizer: Adam`");
  EXPECT_EQ(help("tanh"), "it is an activation: write `Activation(tanh)`");
  EXPECT_EQ(help("Zyxwvu"), "");
  EXPECT_EQ(Checked(network("Dens(64)", "(4)")).first(Code::E201).message,
            "`Dens` is neither a layer nor a macro of this file");
}

TEST(Expansion, tells_an_unknown_layer_once_for_all_its_copies) {
  EXPECT_EQ(codes_of("Dens(64) * 1000", "(4)"), "E201");
}

TEST(Expansion, refuses_blocks_behind_plain_layers) {
  const Checked checked(network("Dense(8) { Dense(4) }", "(4)"));
  EXPECT_EQ(checked.codes(), "3:E401");
  EXPECT_EQ(checked.first(Code::E401).message, "`Dense` takes no block");
}

TEST(Expansion, takes_branches_and_searches) {
  EXPECT_EQ(codes_of("a: { Dense(2) } b: { Dense(3) } Concatenate", "(4)"), "");
  EXPECT_EQ(codes_of("HPO(choice(Dense(2), Dense(3)))", "(4)"), "");
  EXPECT_EQ(codes_of("Dense(HPO(range(2, 4)))", "(4)"), "");
}

TEST(Expansion, checks_devices) {
  EXPECT_EQ(codes_of("Dense(2) @ cpu", "(4)", "execution { device: cpu }"), "");
  EXPECT_EQ(codes_of("Dense(2) @ \"GPU:1\"", "(4)", "execution { device: gpu:1 }"), "");
  EXPECT_EQ(codes_of("Dense(2) @ gpux", "(4)"), "E211");
  EXPECT_EQ(codes_of("Dense(2) @ auto:1", "(4)"), "E211");
  EXPECT_EQ(codes_of("Dense(2) @ \"gpu:\"", "(4)"), "E211");
  EXPECT_EQ(codes_of("Dense(2) @ \"gpu:-1\"", "(4)"), "E211");
  EXPECT_EQ(codes_of("Dense(2) @ \"gpu:99999999999999999999\"", "(4)"), "E211");
  EXPECT_EQ(Checked(network("Dense(2) @ gpuu", "(4)")).first(Code::E211).help, "did you mean `gpu`?");
}

TEST(Expansion, warns_of_a_layer_that_asks_for_another_device_than_the_network) {
  const Checked checked(network("Dense(2) @ gpu:1", "(4)"));
  EXPECT_EQ(checked.codes(), "3:W415");
  EXPECT_EQ(checked.models.front()->layers[0].device(), "gpu:1");
}

TEST(Expansion, gives_a_device_of_a_macro_use_to_the_layers_without_one) {
  const Model model = testing::model_of("define B { Dense(2) Dense(3) @ cpu }\n" + network("B @ gpu Dense(2)", "(4)"));
  EXPECT_EQ(model.layers[0].device(), "gpu");
  EXPECT_EQ(model.layers[1].device(), "cpu");
  EXPECT_EQ(model.layers[2].device(), std::nullopt);
}

TEST(Expansion, takes_a_hundred_thousand_layers) {
  const Model model =
      testing::model_of("define A { Dense(4) Dropout(0.1) }\ndefine B { A * 10 }\n" + network("B * 5000", "(4)"));
  EXPECT_EQ(model.layers.size(), 100000U);
  EXPECT_EQ(model.layers.back().name, "dropout_49999");
  EXPECT_EQ(model.parameter_count(), 50000 * 20);
}

TEST(Expansion, stops_at_its_limit_before_building_anything) {
  EXPECT_EQ(codes_of("Dense(4) * 1048577", "(4)"), "E901");
  EXPECT_EQ(codes_of("Dense(4) * 9223372036854775807", "(4)"), "E901");
  std::string text = "define M0 { Dense(4) Dense(4) }\n";
  for (int i = 1; i < 100; ++i) {
    text += "define M" + std::to_string(i) + " { M" + std::to_string(i - 1) + " M" + std::to_string(i - 1) + " }\n";
  }
  const Checked checked(text + network("M99", "(4)"));
  EXPECT_EQ(checked.codes(), "103:E901");
  EXPECT_EQ(checked.first(Code::E901).message, "more than 1,048,576 layers after expansion");
}

TEST(Expansion, counts_the_layers_of_all_networks_together) {
  const std::string one = network("Dropout(0.1) * 600000", "(0)");
  EXPECT_EQ(Checked(one + "\n" + one).codes(), "1:E502 5:W217 7:E901");
}

}  // namespace
}  // namespace neural::model
