#include "neural/estimate/memory.hpp"

#include "neural/estimate/outline.hpp"
#include "neural/model/testing.hpp"

namespace neural::estimate {
namespace {

using model::testing::model_of;

Memory memory_of(const std::string& layers, const std::string& input, const std::string& rest) {
  const model::Model model = model_of(layers, input, "loss: mse " + rest);
  return outline_of(model).totals.memory;
}

std::int64_t slots(const std::string& optimizer) {
  const model::Model model = model_of("Output(1)", "(1)", "loss: mse optimizer: " + optimizer);
  return optimizer_slots(model.optimizer);
}

TEST(Memory, has_what_the_optimizer_keeps_for_each_trained_weight) {
  EXPECT_EQ(slots("SGD"), 0);
  EXPECT_EQ(slots("SGD(momentum=0.9)"), 1);
  EXPECT_EQ(slots("RMSprop"), 1);
  EXPECT_EQ(slots("RMSprop(momentum=0.9, centered=true)"), 3);
  EXPECT_EQ(slots("Adagrad"), 1);
  EXPECT_EQ(slots("Adadelta"), 2);
  EXPECT_EQ(slots("Adam"), 2);
  EXPECT_EQ(slots("Adam(amsgrad=true)"), 3);
  EXPECT_EQ(slots("AdamW"), 2);
  EXPECT_EQ(slots("Adamax"), 2);
  EXPECT_EQ(slots("Nadam"), 2);
  EXPECT_EQ(slots("Lion"), 1);
  EXPECT_EQ(slots("Ftrl"), 2);
  EXPECT_EQ(slots("Lion(use_ema=true)"), 2);
}

TEST(Memory, of_weights_that_are_not_trained_is_the_weights_alone) {
  // Dense 5 * 3 + 3 trained; the normalisation has two rows of 3 trained and two that are not.
  const Memory memory = memory_of("Dense(3) BatchNormalization()", "(5)", "optimizer: Adam train { batch_size: 8 }");
  EXPECT_EQ(memory.weights, 4 * (18 + 12));
  EXPECT_EQ(memory.gradients, 4 * (18 + 6));
  EXPECT_EQ(memory.optimizer_state, 2 * memory.gradients);
  EXPECT_EQ(memory.inputs_per_sample, 4 * 5);
  EXPECT_EQ(memory.activations_per_sample, 4 * (3 + 3));
  EXPECT_EQ(memory.batch(), 8 * (20 + 24));
  EXPECT_EQ(memory.training(), 120 + 96 + 192 + 352);
}

TEST(Memory, goes_by_the_type_of_the_numbers) {
  EXPECT_EQ(memory_of("Output(3, dtype=float64)", "(5)", "optimizer: SGD").weights, 8 * 18);
  const Memory half = memory_of("Output(3, dtype=bfloat16)", "(5)", "optimizer: SGD");
  EXPECT_EQ(half.weights, 2 * 18);
  EXPECT_EQ(half.activations_per_sample, 2 * 3);
  const Memory mixed = memory_of("Output(3)", "(5)", "optimizer: SGD train { mixed_precision: true }");
  EXPECT_EQ(mixed.weights, 4 * 18);
  EXPECT_EQ(mixed.activations_per_sample, 2 * 3);
}

TEST(Memory, of_whole_numbers_as_inputs_is_eight_bytes_each) {
  EXPECT_EQ(memory_of("Embedding(100, 4) Flatten() Output(1)", "(7)", "").inputs_per_sample, 8 * 7);
}

}  // namespace
}  // namespace neural::estimate
