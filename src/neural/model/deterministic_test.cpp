#include "neural/model/deterministic.hpp"

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

TEST(WithoutRandomness, takes_dropout_and_noise_from_every_depth) {
  const Model model = testing::model_of(
      "Dropout(0.5)\n GaussianNoise(0.1)\n Bidirectional(LSTM(2, dropout=0.2, recurrent_dropout=0.3, "
      "return_sequences=true))\n ResidualConnection() { Dropout(0.4) }\n TimeDistributed(Dense(2), dropout=0.1)",
      "(4, 3)", "loss: mse");
  const Model quiet = without_randomness(model);
  EXPECT_EQ(quiet.layers[0].attributes.number(Parameter::rate), 0);
  EXPECT_EQ(quiet.layers[1].attributes.number(Parameter::stddev), 0);
  EXPECT_EQ(quiet.layers[2].wrapped->attributes.number(Parameter::dropout), 0);
  EXPECT_EQ(quiet.layers[2].wrapped->attributes.number(Parameter::recurrent_dropout), 0);
  EXPECT_EQ(quiet.layers[3].body()->layers[0].attributes.number(Parameter::rate), 0);
  EXPECT_EQ(quiet.layers[4].attributes.number(Parameter::dropout), 0);
  EXPECT_EQ(model.layers[0].attributes.number(Parameter::rate), 0.5) << "the network itself stays";
  EXPECT_EQ(model.layers[3].body()->layers[0].attributes.number(Parameter::rate), 0.4);
}

}  // namespace
}  // namespace neural::model
