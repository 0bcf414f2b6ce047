#include "neural/estimate/outline.hpp"

#include "neural/model/testing.hpp"

namespace neural::estimate {
namespace {

using model::testing::model_of;

TEST(Outline, has_what_is_inside_a_layer_and_sums_it_up) {
  const model::Model model =
      model_of("Residual { Dense(4) Residual { Dense(4) ReLU() } } TimeDistributed(Dense(2)) Flatten() Output(1)",
               "(3, 4)", "loss: mse");
  const Outline outline = outline_of(model);
  ASSERT_EQ(outline.layers.size(), 4U);
  const Node& residual = outline.layers.front();
  ASSERT_EQ(residual.body.size(), 2U);
  EXPECT_EQ(residual.layers, 5);
  EXPECT_EQ(residual.parameters, 2 * 20);
  EXPECT_EQ(residual.parameters, residual.layer->parameter_count());
  EXPECT_EQ(residual.body.back().body.size(), 2U);
  EXPECT_EQ(outline.layers[1].wrapped.size(), 1U);
  EXPECT_EQ(outline.totals.layers, 9);
  EXPECT_EQ(outline.totals.parameters, model.parameter_count());
  EXPECT_EQ(outline.totals.trainable_parameters, model.trainable_count());
}

TEST(Outline, counts_the_weights_of_bidirectional_once_and_trains_what_it_wraps) {
  const model::Model model = model_of("Bidirectional(LSTM(3)) Output(1)", "(7, 5)", "loss: mse");
  const Outline outline = outline_of(model);
  EXPECT_EQ(outline.layers.front().parameters, 2 * 4 * 3 * (5 + 3 + 1));
  const Node& lstm = outline.layers.front().wrapped.front();
  EXPECT_EQ(lstm.parameters, 0);
  EXPECT_EQ(lstm.cost.forward_backward, 3 * lstm.cost.forward);
}

TEST(Outline, says_where_a_size_is_not_known) {
  const model::Model model = model_of("LSTM(3) Dense(2) Output(1)", "(None, 5)", "loss: mse");
  const Outline outline = outline_of(model);
  EXPECT_TRUE(outline.layers[0].is_dynamic);
  EXPECT_FALSE(outline.layers[1].is_dynamic);
  EXPECT_TRUE(outline.totals.is_dynamic);
  EXPECT_EQ(outline.layers[0].cost.forward, 2 * 12 * 8 + 12 + 27);  // of one step
}

TEST(Outline, counts_layers_without_meaning_apart) {
  const model::Model model = model_of("Residual { CustomLayer(4) } Lambda(\"x: f(x)\") Output(1)", "(4)", "loss: mse");
  const Outline outline = outline_of(model);
  EXPECT_EQ(outline.layers[0].uncounted, 1);
  EXPECT_EQ(outline.totals.uncounted, 2);
  EXPECT_EQ(outline.layers[0].cost.forward, 4);  // the sum
}

TEST(Outline, stays_at_the_largest_number) {
  const model::Model model = model_of("UpSampling1D(1000000000) UpSampling1D(1000000000) Conv1D(1, 1000000)", "(1, 1)",
                                      "loss: mse train { batch_size: 1000000000 }");
  const Outline outline = outline_of(model);
  EXPECT_EQ(outline.totals.cost.forward.value(), Amount::kLargest);
  EXPECT_EQ(outline.totals.cost.forward_backward.value(), Amount::kLargest);
  EXPECT_EQ(outline.totals.memory.training().value(), Amount::kLargest);
}

}  // namespace
}  // namespace neural::estimate
