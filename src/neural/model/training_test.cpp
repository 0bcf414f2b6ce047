#include "neural/model/training.hpp"

#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::network;

Model with(const std::string& sections) {
  return testing::model_of("Output(3)", "(4)", sections);
}
std::string codes(const std::string& sections) {
  return codes_of("Output(3)", "(4)", sections);
}

TEST(Optimizer, is_adam_unless_another_is_written) {
  const Optimizer optimizer = with("").optimizer;
  EXPECT_EQ(optimizer.kind, OptimizerKind::Adam);
  EXPECT_EQ(optimizer.parameters.number(Parameter::learning_rate), 0.001);
  EXPECT_EQ(optimizer.parameters.number(Parameter::beta_1), 0.9);
  EXPECT_EQ(optimizer.parameters.number(Parameter::beta_2), 0.999);
  EXPECT_EQ(optimizer.parameters.number(Parameter::epsilon), 1e-7);
  EXPECT_FALSE(optimizer.parameters.boolean(Parameter::amsgrad));
  EXPECT_TRUE(optimizer.parameters.at(Parameter::weight_decay).is_none());
  EXPECT_TRUE(optimizer.parameters.at(Parameter::global_clipnorm).is_none());
  EXPECT_EQ(optimizer.parameters.number(Parameter::ema_momentum), 0.99);
}

TEST(Optimizer, may_be_a_name_a_call_or_either_in_quotes) {
  for (const char* spelling : {"RMSProp", "\"rmsprop\"", "RMSprop()", "\"RMSprop(0.001)\"", "rms_prop(lr=0.001)"}) {
    EXPECT_EQ(with(std::string("optimizer: ") + spelling).optimizer.kind, OptimizerKind::RMSprop) << spelling;
  }
}

TEST(Optimizer, has_the_defaults_of_keras) {
  const auto number = [](const char* name, Parameter parameter) {
    return with(std::string("optimizer: ") + name).optimizer.parameters.number(parameter);
  };
  EXPECT_EQ(number("SGD", Parameter::learning_rate), 0.01);
  EXPECT_EQ(number("SGD", Parameter::momentum), 0.0);
  EXPECT_EQ(number("AdamW", Parameter::weight_decay), 0.004);
  EXPECT_EQ(number("RMSprop", Parameter::rho), 0.9);
  EXPECT_EQ(number("RMSprop", Parameter::epsilon), 1e-7);
}

TEST(Optimizer, takes_positional_arguments_in_the_order_listed) {
  const Attributes adam = with("optimizer: Adam(1, 0.5, 0.75)").optimizer.parameters;
  EXPECT_EQ(adam.number(Parameter::learning_rate), 1.0);
  EXPECT_EQ(adam.number(Parameter::beta_1), 0.5);
  EXPECT_EQ(adam.number(Parameter::beta_2), 0.75);
  EXPECT_EQ(with("optimizer: AdamW(1, 0.5)").optimizer.parameters.number(Parameter::weight_decay), 0.5);
  EXPECT_EQ(with("optimizer: Adam(lr=2, beta1=0.5, eps=1e-3)").optimizer.parameters.number(Parameter::epsilon), 1e-3);
}

TEST(Optimizer, that_is_unknown_or_wrong_is_an_error) {
  EXPECT_EQ(codes("optimizer: Adm"), "E206");
  EXPECT_EQ(codes("optimizer: 3"), "E301");
  EXPECT_EQ(codes("optimizer: Adam(learning_rate=0)"), "E302");
  EXPECT_EQ(codes("optimizer: Adam(learning_rate=-0.1)"), "E302");
  EXPECT_EQ(codes("optimizer: SGD(momentum=2)"), "E302");
  EXPECT_EQ(codes("optimizer: Adam(learning_rate=\"0.1\")"), "E307");
  EXPECT_EQ(codes("optimizer: Adam(learning_rate=true)"), "E301");
  EXPECT_EQ(codes("optimizer: Adam(learning_rat=0.1)"), "E202");
  EXPECT_EQ(codes("optimizer: Adam(weight_decay=None)"), "");
  EXPECT_EQ(codes("optimizer: AdamW(weight_decay=None)"), "E301");
  EXPECT_EQ(codes("optimizer: Adam(HPO(log_range(1e-4, 1e-1)))"), "");
  EXPECT_EQ(codes("optimizer: HPO(choice(Adam, SGD))"), "");
}

TEST(Schedules, are_written_as_calls_with_or_without_quotes) {
  EXPECT_EQ(codes("optimizer: Adam(ExponentialDecay(0.1, 100, 0.9))"), "");
  EXPECT_EQ(codes("optimizer: Adam(\"ExponentialDecay(0.1, 100, 0.9)\")"), "");
  EXPECT_EQ(codes("optimizer: \"Adam(ExponentialDecay(0.1, 100, 0.9))\""), "");
  EXPECT_EQ(codes("optimizer: Adam(ExponentailDecay(0.1))"), "E210");
  EXPECT_EQ(codes("optimizer: Adam(fast)"), "E210");
  EXPECT_EQ(Checked(network("Output(3)", "(4)", "optimizer: Adam(CosineDeca(0.1))")).first(Code::E210).help,
            "did you mean `CosineDecay`?");
}

TEST(Training, has_its_defaults) {
  const Training training = with("").training;
  EXPECT_EQ(training.epochs, 10);
  EXPECT_EQ(training.batch_size, 32);
  EXPECT_EQ(training.validation_split, 0.0);
  EXPECT_TRUE(training.shuffle);
  EXPECT_EQ(training.seed, std::nullopt);
  EXPECT_FALSE(training.mixed_precision);
  EXPECT_EQ(training.dataset, std::nullopt);
  EXPECT_EQ(training.save_path, std::nullopt);
}

TEST(Training, keeps_what_is_written) {
  const Training training =
      with(
          "train { epochs: 3 batch_size: 64 validation_split: 0.25 shuffle: false seed: 42 mixed_precision: true "
          "dataset: \"mnist\" save_path: \"a.keras\" search_method: tpe trials: 5 }")
          .training;
  EXPECT_EQ(training.epochs, 3);
  EXPECT_EQ(training.batch_size, 64);
  EXPECT_EQ(training.validation_split, 0.25);
  EXPECT_FALSE(training.shuffle);
  EXPECT_EQ(training.seed, 42);
  EXPECT_TRUE(training.mixed_precision);
  EXPECT_EQ(training.dataset, "mnist");
  EXPECT_EQ(training.save_path, "a.keras");
}

TEST(Training, reads_settings_outside_their_block) {
  EXPECT_EQ(with("epochs: 7").training.epochs, 7);
}

TEST(Training, refuses_settings_that_are_wrong) {
  const auto train = [](const std::string& settings) { return codes("train { " + settings + " }"); };
  EXPECT_EQ(train("epochs: 0"), "E302");
  EXPECT_EQ(train("epochs: -10 batch_size: 0"), "E302 E302");
  EXPECT_EQ(train("epochs: 2.0"), "W304");
  EXPECT_EQ(train("epochs: 2.5"), "E301");
  EXPECT_EQ(train("epochs: \"2\""), "E307");
  EXPECT_EQ(train("epochs: 2, 3"), "E306");
  EXPECT_EQ(train("epochs: HPO(range(1, 3))"), "");
  EXPECT_EQ(train("validation_split: 0.99"), "");
  EXPECT_EQ(train("validation_split: 1.0"), "E302");
  EXPECT_EQ(train("validation_split: -0.1"), "E302");
  EXPECT_EQ(train("batch_size: 16, 32"), "");
  EXPECT_EQ(train("batch_size: [16, 32]"), "");
  EXPECT_EQ(train("search_method: best"), "E209");
  EXPECT_EQ(train("seed: -1"), "E302");
  EXPECT_EQ(train("dataset: mnist"), "E216");
  EXPECT_EQ(train("shuffle: 1"), "E301");
}

TEST(Training, refuses_settings_that_do_not_exist_and_says_where_they_belong) {
  const auto help = [](const std::string& sections) {
    return Checked(network("Output(3)", "(4)", sections)).first(Code::E212).help;
  };
  EXPECT_EQ(help("train { epoch: 3 }"), "did you mean `epochs`?");
  EXPECT_EQ(help("train { learning_rate: 0.1 }"), "it belongs to the optimizer: `Adam(learning_rate=…)`");
  EXPECT_EQ(help("train { device: \"cpu\" }"), "it belongs in `execution { }`");
  EXPECT_EQ(help("execution { epochs: 3 }"), "it belongs in `train { }`");
  EXPECT_EQ(help("execution { devise: cpu }"), "the only setting here is `device`");
}

TEST(Training, refuses_a_setting_given_twice) {
  const Checked checked(network("Output(3)", "(4)", "train {\nepochs: 3\nepochs: 4\n}"));
  EXPECT_EQ(checked.codes(), "6:E108");
  EXPECT_EQ(checked.first(Code::E108).message, "`epochs` is given twice (first in line 5)");
  EXPECT_EQ(codes("execution { device: cpu device: gpu }"), "E108");
}

TEST(Training, measures_messages_in_the_form_of_a_setting) {
  const syntax::Diagnostic found = Checked(network("Output(3)", "(4)", "train { epochs: 0 }")).first(Code::E302);
  EXPECT_EQ(found.message, "`train.epochs` must be at least 1, got `0`");
  EXPECT_EQ(found.help, "use a whole number from 1, for example `epochs: 8`");
}

TEST(Execution, runs_where_it_is_told) {
  EXPECT_EQ(with("").device, "auto");
  EXPECT_EQ(with("execution { device: GPU }").device, "gpu");
  EXPECT_EQ(with("execute { device: \"cuda:1\" }").device, "cuda:1");
  EXPECT_EQ(with("execution { device: tpu }").device, "tpu");
  EXPECT_EQ(codes("execution { device: gpux }"), "E211");
}

}  // namespace
}  // namespace neural::model
