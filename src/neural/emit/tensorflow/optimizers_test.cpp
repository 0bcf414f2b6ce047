#include <gtest/gtest.h>

#include "neural/emit/tensorflow/compile_for_test.hpp"

namespace neural::emit::tensorflow {
namespace {

/// The optimizer of compile(), on one line.
std::string optimizer(const std::string& text) {
  const Compiled compiled = compile_layers("Flatten() Output(1)", "loss: mse optimizer: " + text);
  return between(joined(compiled.program), "optimizer=", ", loss=");
}

TEST(TensorFlowOptimizers, WriteEveryParameter) {
  EXPECT_EQ(optimizer("Adagrad"),
            "optimizers.Adagrad(learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-07)");
  EXPECT_EQ(optimizer("Adadelta"), "optimizers.Adadelta(learning_rate=0.001, rho=0.95, epsilon=1e-07)");
  EXPECT_EQ(optimizer("Adamax"), "optimizers.Adamax(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07)");
  EXPECT_EQ(optimizer("Nadam"), "optimizers.Nadam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07)");
  EXPECT_EQ(optimizer("Lion(weight_decay=0.1)"),
            "optimizers.Lion(learning_rate=0.001, beta_1=0.9, beta_2=0.99, weight_decay=0.1)");
}

TEST(TensorFlowOptimizers, FtrlNamesItsPenaltiesAsKerasDoes) {
  EXPECT_EQ(optimizer("Ftrl(l1=0.1, l2=0.2, beta=1)"),
            "optimizers.Ftrl(learning_rate=0.001, learning_rate_power=-0.5, initial_accumulator_value=0.1, "
            "l1_regularization_strength=0.1, l2_regularization_strength=0.2, beta=1.0)");
}

TEST(TensorFlowOptimizers, SchedulesStandForTheRate) {
  EXPECT_EQ(optimizer("SGD(CosineDecay(0.1, 1000, warmup_target=0.2, warmup_steps=10))"),
            "optimizers.SGD(learning_rate=optimizers.schedules.CosineDecay(initial_learning_rate=0.1, "
            "decay_steps=1000, alpha=0.0, warmup_target=0.2, warmup_steps=10), momentum=0.0)");
  EXPECT_EQ(optimizer("SGD(PiecewiseConstantDecay([10, 20], [1, 0.5, 0.1]))"),
            "optimizers.SGD(learning_rate=optimizers.schedules.PiecewiseConstantDecay(boundaries=[10, 20], "
            "values=[1.0, 0.5, 0.1]), momentum=0.0)");
}

TEST(TensorFlowOptimizers, StepDecayIsAnExponentialOneInSteps) {
  EXPECT_EQ(optimizer("SGD(StepDecay(0.1, 100))"),
            "optimizers.SGD(learning_rate=optimizers.schedules.ExponentialDecay(initial_learning_rate=0.1, "
            "decay_steps=100, decay_rate=0.1, staircase=True), momentum=0.0)");
}

TEST(TensorFlowOptimizers, GetWholeGradientsOfEmbeddings) {
  const auto of = [](std::string_view optimizer) {
    const std::string settings = "loss: mse optimizer: " + std::string(optimizer);
    const Compiled compiled = compile_layers("Flatten() Embedding(9, 2) Flatten() Output(1)", settings);
    return between(joined(compiled.program), "optimizer=", "learning_rate=");
  };
  EXPECT_EQ(of("Adam"), "DenseAdam(");
  EXPECT_EQ(of("SGD(clipnorm=1)"), "DenseSGD(");
  EXPECT_EQ(of("SGD(momentum=0.9)"), "optimizers.SGD(");
}

}  // namespace
}  // namespace neural::emit::tensorflow
