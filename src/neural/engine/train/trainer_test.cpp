#include "neural/engine/train/trainer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "neural/model/testing.hpp"

namespace neural::engine {
namespace {

model::Model classifier(const std::string& rest = "") {
  return model::testing::model_of(model::testing::network(
      "Flatten()\nDense(32, activation=\"relu\")\nDropout(0.1)\nOutput(10, activation=\"softmax\")", "(28, 28, 1)",
      "loss: \"sparse_categorical_crossentropy\"\noptimizer: Adam(learning_rate=0.001" + rest + ")\n"));
}

data::Dataset mnist() {
  data::DatasetRequest request;
  request.path = std::string(NEURAL_SOURCE_DIR) + "/data/mnist";
  request.inputs = {"input"};
  request.is_mnist = true;
  return data::load_dataset(request).value();
}

Samples part_of_mnist(const model::Model& model, std::int64_t rows) {
  static const data::Dataset kData = mnist();
  return prepare_samples(model, kData.train, kData.origin, "train").value().slice(0, rows);
}

bool go_on(std::int64_t, std::int64_t, double) {
  return true;
}

std::unique_ptr<Trainer> trainer_for(const model::Model& model, const Samples& samples, int threads,
                                     std::int64_t batch_size = 64) {
  syntax::DiagnosticList diagnostics;
  return Trainer::create(model, samples,
                         {.batch_size = batch_size, .seed = 7, .shuffle = true, .threads = threads, .isa = best_isa()},
                         diagnostics);
}

double score(const Scores& scores, const std::string& name) {
  const auto found = std::find_if(scores.begin(), scores.end(), [&](const auto& each) { return each.first == name; });
  return found == scores.end() ? NAN : found->second;
}

TEST(Trainer, learns_digits_with_a_last_batch_that_is_not_whole) {
  const model::Model model = classifier();
  const Samples samples = part_of_mnist(model, 6100);
  const auto trainer = trainer_for(model, samples, 2);
  const double before = score(trainer->evaluate(samples), "accuracy");
  double last = 0;
  for (int epoch = 0; epoch < 3; ++epoch)
    last = score(trainer->train_epoch(samples, epoch, 0, go_on).value().value(), "accuracy");
  EXPECT_LT(before, 0.3);
  EXPECT_GT(last, 0.88);
  EXPECT_GT(score(trainer->evaluate(samples), "accuracy"), 0.9);
  EXPECT_LT(score(trainer->evaluate(samples), "loss"), 0.4);
}

TEST(Trainer, gives_the_same_bits_with_one_thread_and_with_three) {
  const model::Model model = classifier(", use_ema=true");
  const Samples samples = part_of_mnist(model, 500);
  std::vector<weights::Weights> results;
  for (const int threads : {1, 3}) {
    const auto trainer = trainer_for(model, samples, threads);
    ASSERT_TRUE(trainer->train_epoch(samples, 0, 0, go_on));
    results.push_back(trainer->weights());
    trainer->use_averages();
    EXPECT_NE(trainer->weights(), results.back());
    results.push_back(trainer->weights());
  }
  EXPECT_EQ(results[0], results[2]);
  EXPECT_EQ(results[1], results[3]);
}

TEST(Trainer, predictions_are_shares_and_weights_come_back) {
  const model::Model model = classifier();
  const Samples samples = part_of_mnist(model, 300);
  const auto trainer = trainer_for(model, samples, 2);
  const weights::Weights begin = trainer->weights();
  ASSERT_TRUE(trainer->train_epoch(samples, 0, 0, go_on));
  const std::vector<float> trained = trainer->predict(samples);
  ASSERT_EQ(trained.size(), 3000U);
  for (std::size_t row = 0; row < 300; ++row) {
    EXPECT_NEAR(std::accumulate(trained.begin() + static_cast<std::ptrdiff_t>(row * 10),
                                trained.begin() + static_cast<std::ptrdiff_t>(row * 10 + 10), 0.0),
                1, 1e-5);
  }
  const weights::Weights end = trainer->weights();
  trainer->set_weights(begin);
  EXPECT_NE(trainer->predict(samples), trained);
  trainer->set_weights(end);
  EXPECT_EQ(trainer->predict(samples), trained);
}

TEST(Trainer, stops_behind_the_step_where_it_is_told_to) {
  const model::Model model = classifier();
  const Samples samples = part_of_mnist(model, 640);
  const auto trainer = trainer_for(model, samples, 1);
  std::int64_t steps = 0;
  const auto scores = trainer->train_epoch(samples, 0, 0, [&](std::int64_t step, std::int64_t all, double) {
    EXPECT_EQ(all, 10);
    steps = step;
    return step < 4;
  });
  EXPECT_FALSE(scores.value());
  EXPECT_EQ(steps, 4);
}

TEST(Trainer, a_loss_that_is_no_number_is_an_error_with_a_way_out) {
  const model::Model model = model::testing::model_of(model::testing::network(
      "Flatten()\nDense(8)\nOutput(10)", "(28, 28, 1)", "loss: mse\noptimizer: SGD(learning_rate=1e30)\n"));
  data::Dataset data = mnist();
  data.train.targets = data::Array::of(data::ElementType::kFloat32, {100, 10}, std::vector<float>(1000, 1));
  data.train.inputs = {data.train.inputs[0].slice(0, 100)};
  const Samples samples = prepare_samples(model, data.train, data.origin, "train").value();
  const auto trainer = trainer_for(model, samples, 1, 10);
  const auto scores = trainer->train_epoch(samples, 0, 0, go_on);
  ASSERT_FALSE(scores);
  EXPECT_NE(scores.error().message.find("the loss of step"), std::string::npos);
  EXPECT_NE(scores.error().help.find("learning rate"), std::string::npos);
}

TEST(EpochOrder, is_a_permutation_of_seed_and_epoch) {
  const std::vector<std::uint32_t> order = epoch_order(1000, 3, 0, true);
  std::vector<std::uint32_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  for (std::uint32_t i = 0; i < 1000; ++i) EXPECT_EQ(sorted[i], i);
  EXPECT_EQ(order, epoch_order(1000, 3, 0, true));
  EXPECT_NE(order, epoch_order(1000, 3, 1, true));
  EXPECT_NE(order, epoch_order(1000, 4, 0, true));
  EXPECT_EQ(epoch_order(3, 3, 0, false), (std::vector<std::uint32_t>{0, 1, 2}));
}

}  // namespace
}  // namespace neural::engine
