#include "neural/engine/network/network.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

namespace neural::engine {
namespace {

namespace fs = std::filesystem;

std::string program(const std::string& training,
                    const std::string& layers =
                        "Dense(16, activation=\"tanh\")\n"
                        "    Dropout(0.1)\n"
                        "    Output(3, activation=\"softmax\")",
                    const std::string& input = "(2,)") {
  return "network Rings {\n  input: " + input + "\n  layers:\n    " + layers + "\n" + training + "\n}\n";
}

const std::string kTraining =
    "  loss: \"sparse_categorical_crossentropy\"\n  optimizer: Adam(learning_rate=0.02)\n"
    "  train { epochs: 4  batch_size: 16  seed: 3 }";

/// Points on a line, and in which third of it they lie.
struct Points {
  data::Array x;
  data::Array y;
};
Points points(std::int64_t rows) {
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t place = i * 7 % rows;
    x.push_back(static_cast<float>(place) / static_cast<float>(rows) - 0.5F);
    x.push_back(static_cast<float>(i % 5) * 0.1F);
    y.push_back(static_cast<std::int32_t>(place * 3 / rows));
  }
  return {data::Array::of(data::ElementType::kFloat32, {rows, 2}, x),
          data::Array::of(data::ElementType::kInt32, {rows}, y)};
}

std::unique_ptr<Network> network_of(const std::string& text, const NetworkOptions& options = {}) {
  auto network = Network::create(syntax::SourceText("rings.neural", text), options);
  EXPECT_TRUE(network) << network.error().message;
  return std::move(*network);
}

Samples samples_of(const Network& network, const Points& points) {
  return network.samples({points.x}, points.y).value();
}

double score(const Scores& scores, const std::string& name) {
  for (const auto& [each, value] : scores) {
    if (each == name) return value;
  }
  return NAN;
}

TEST(Network, trains_as_the_program_says_and_predicts) {
  const auto network = network_of(program(kTraining));
  const Samples samples = samples_of(*network, points(120));
  const double before = score(network->evaluate(samples).value(), "loss");
  const FitResult result = network->fit(samples).value();
  ASSERT_EQ(result.epochs.size(), 4U);
  EXPECT_FALSE(result.is_interrupted);
  EXPECT_EQ(result.epochs.back().number, 4);
  EXPECT_EQ(result.epochs.back().rows, 120);
  EXPECT_TRUE(result.epochs.back().validation.empty());
  EXPECT_LT(score(network->evaluate(samples).value(), "loss"), before / 2);
  const data::Array predicted = network->predict(samples).value();
  EXPECT_EQ(predicted.shape(), (data::Shape{120, 3}));
  EXPECT_NEAR(predicted.number(0) + predicted.number(1) + predicted.number(2), 1, 1e-5);
}

TEST(Network, shares_the_elements_of_arrays_that_have_the_type_already) {
  const auto network = network_of(program(kTraining));
  const Points given = points(30);
  const Samples samples = samples_of(*network, given);
  EXPECT_EQ(samples.columns[0].array.bytes().data(), given.x.bytes().data());
}

TEST(Network, an_interrupted_epoch_goes_on_to_the_same_bits) {
  const Points given = points(100);
  const auto undisturbed = network_of(program(kTraining));
  ASSERT_TRUE(undisturbed->fit(samples_of(*undisturbed, given)));
  const auto network = network_of(program(kTraining));
  const Samples samples = samples_of(*network, given);
  FitOptions options;
  int steps = 0;
  options.after_step = [&](std::int64_t, std::int64_t, double) { return ++steps != 10; };  // 7 in an epoch
  const FitResult first = network->fit(samples, options).value();
  EXPECT_TRUE(first.is_interrupted);
  EXPECT_EQ(first.epochs.size(), 1U);
  EXPECT_EQ(network->epochs(), 1);
  options.epochs = 3;
  const FitResult second = network->fit(samples, options).value();
  ASSERT_EQ(second.epochs.size(), 3U);
  EXPECT_EQ(second.epochs.front().rows, 100 - 3 * 16);
  EXPECT_EQ(network->weights(), undisturbed->weights());
}

TEST(Network, two_calls_are_one_longer_training_also_behind_an_evaluation) {
  const Points given = points(100);
  const auto once = network_of(program(kTraining));
  ASSERT_TRUE(once->fit(samples_of(*once, given), {.epochs = 3}));
  const auto twice = network_of(program(kTraining), {.threads = 1});
  const Samples samples = samples_of(*twice, given);
  ASSERT_TRUE(twice->evaluate(samples));
  ASSERT_TRUE(twice->fit(samples, {.epochs = 1}));
  ASSERT_TRUE(twice->predict(samples));
  ASSERT_TRUE(twice->fit(samples, {.epochs = 2}));
  EXPECT_EQ(twice->weights(), once->weights());
  EXPECT_EQ(twice->epochs(), 3);
}

TEST(Network, schedules_count_steps_of_calls_with_other_numbers_of_samples) {
  const std::string falling =
      "  loss: \"sparse_categorical_crossentropy\"\n"
      "  optimizer: SGD(learning_rate=ExponentialDecay(0.5, 1, 0.1))\n  train { epochs: 1  batch_size: 10  seed: 3 }";
  const auto network = network_of(program(falling));
  ASSERT_TRUE(network->fit(samples_of(*network, points(100))));
  const weights::Weights before = network->weights();
  // Step 10 learns at 5e-11; by its own count of steps, one in an epoch, it would be step 1, at 0.05.
  ASSERT_TRUE(network->fit(samples_of(*network, points(10))));
  const weights::Weights after = network->weights();
  for (const auto& [name, array] : after) {
    for (std::size_t i = 0; i < array.values.size(); ++i) {
      EXPECT_NEAR(array.values[i], before.at(name).values[i], 1e-6) << name;
    }
  }
}

TEST(Network, validation_is_what_is_given_or_what_the_program_holds_out) {
  const std::string held =
      "  loss: \"sparse_categorical_crossentropy\"\n  optimizer: Adam\n"
      "  train { epochs: 1  batch_size: 16  validation_split: 0.25 }";
  const auto network = network_of(program(held));
  const Samples samples = samples_of(*network, points(80));
  const EpochResult own = network->fit(samples).value().epochs.front();
  EXPECT_EQ(own.rows, 60);
  EXPECT_EQ(own.validation, network->evaluate(samples.slice(60, 80)).value());
  const Samples other = samples_of(*network, points(40));
  const EpochResult given = network->fit(samples, {.epochs = 1, .validation = &other}).value().epochs.front();
  EXPECT_EQ(given.rows, 80);
  EXPECT_EQ(given.validation, network->evaluate(other).value());
}

TEST(Network, ends_behind_an_epoch_where_it_is_told_to) {
  const auto network = network_of(program(kTraining));
  FitOptions options;
  options.after_epoch = [](const EpochResult& epoch) { return epoch.number < 2; };
  EXPECT_EQ(network->fit(samples_of(*network, points(60)), options).value().epochs.size(), 2U);
}

TEST(Network, weights_come_back_from_a_file_and_those_of_others_do_not) {
  const auto network = network_of(program(kTraining));
  const Samples samples = samples_of(*network, points(60));
  ASSERT_TRUE(network->fit(samples));
  const fs::path path = fs::path(testing::TempDir()) / "rings.safetensors";
  ASSERT_TRUE(network->save(path));
  const auto other = network_of(program(kTraining), {.seed = 99});
  EXPECT_NE(other->weights(), network->weights());
  ASSERT_TRUE(other->load(path));
  EXPECT_EQ(other->weights(), network->weights());
  EXPECT_EQ(other->evaluate(samples).value(), network->evaluate(samples).value());

  weights::Weights less = network->weights();
  less.erase(less.begin());
  EXPECT_NE(other->set_weights(less).error().message.find("there are no weights"), std::string::npos);
  weights::Weights bent = network->weights();
  bent.begin()->second.shape = {3};
  EXPECT_NE(other->set_weights(bent).error().message.find("has the shape (3,)"), std::string::npos);
  weights::Weights longer = network->weights();
  longer.begin()->second.values.push_back(0);
  EXPECT_NE(other->set_weights(longer).error().message.find("its shape says"), std::string::npos);
  EXPECT_EQ(other->weights(), network->weights());
  EXPECT_FALSE(other->load("/nowhere/rings.safetensors"));
}

TEST(Network, sizes_that_are_left_open_change_from_call_to_call_and_what_is_learnt_stays) {
  const std::string layers = "GRU(4)\n    Output(3, activation=\"softmax\")";
  const auto network = network_of(program(kTraining, layers, "(none, 2)"));
  const auto sequences = [&](std::int64_t length) {
    std::vector<float> x(static_cast<std::size_t>(40 * length * 2), 0.25F);
    std::vector<std::int32_t> y(40);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<std::int32_t>(i % 3);
    return samples_of(*network, {data::Array::of(data::ElementType::kFloat32, {40, length, 2}, x),
                                 data::Array::of(data::ElementType::kInt32, {40}, y)});
  };
  ASSERT_TRUE(network->fit(sequences(5)));
  const weights::Weights trained = network->weights();
  EXPECT_EQ(network->predict(sequences(9)).value().shape(), (data::Shape{40, 3}));
  EXPECT_EQ(network->weights(), trained);
  EXPECT_EQ(network->fit(sequences(7)).value().epochs.back().number, 8);
  EXPECT_NE(network->weights(), trained);
}

TEST(Network, mistakes_of_a_program_are_told_as_the_compiler_tells_them) {
  syntax::DiagnosticList diagnostics;
  const auto network =
      Network::create(syntax::SourceText("rings.neural", program(kTraining, "Densse(3)")), {}, &diagnostics);
  ASSERT_FALSE(network);
  EXPECT_NE(network.error().message.find("rings.neural:4:5: error[E"), std::string::npos) << network.error().message;
  EXPECT_TRUE(diagnostics.has_errors());
}

TEST(Network, what_does_not_fit_is_an_error_that_says_what_would) {
  const auto error = [](const NetworkOptions& options) {
    return Network::create(syntax::SourceText("rings.neural", program(kTraining)), options).error();
  };
  EXPECT_EQ(error({.network = "Rinks"}).help, "it defines: Rings");
  EXPECT_EQ(error({.batch_size = 0}).message, "a batch of 0 samples");
  EXPECT_EQ(error({.threads = 0}).message, "0 threads");
  EXPECT_FALSE(Network::read("/nowhere/rings.neural"));
  EXPECT_NE(Network::create(syntax::SourceText("empty.neural", "")).error().message.find("defines no network"),
            std::string::npos);

  const auto network = network_of(program(kTraining));
  const Points given = points(30);
  EXPECT_EQ(network->samples({}, given.y).error().message, "`Rings` has one input, there are 0 arrays");
  EXPECT_EQ(network->samples({given.x.slice(0, 10)}, given.y).error().message,
            "`x` has 10 samples, there are 30 targets");
  EXPECT_EQ(network->samples({given.x.reshaped({20, 3})}, given.y.slice(0, 20)).error().message,
            "`x` in memory has samples of shape (3,), `Rings` takes (2,)");
  const data::Array wrong = data::Array::of(data::ElementType::kInt32, {30}, std::vector<std::int32_t>(30, 3));
  EXPECT_EQ(network->samples({given.x}, wrong).error().message,
            "row 0 of `y` in memory is class 3, the network has the classes 0 to 2");
  EXPECT_EQ(network->fit(samples_of(*network, given), {.epochs = 0}).error().message, "0 epochs");
}

TEST(Network, explains_which_kernel_each_operation_gets) {
  const auto network = network_of(program(kTraining));
  EXPECT_NE(network->explanation(samples_of(*network, points(30))).value().find("dense"), std::string::npos);
}

}  // namespace
}  // namespace neural::engine
