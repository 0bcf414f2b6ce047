#include "neural/model/loss.hpp"

#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::network;

Model with_loss(const std::string& loss, const std::string& layers = "Output(3)") {
  return testing::model_of(layers, "(4)", loss.empty() ? "" : "loss: " + loss);
}

Activation output_activation(const Model& model) {
  return std::get<Activation>(model.layers.back().attributes.at(Parameter::activation).value);
}

TEST(Loss, is_found_by_name_alias_quotes_and_call) {
  for (const char* spelling : {"categorical_crossentropy", "\"CategoricalCrossentropy\"", "ce", "crossentropy",
                               "categorical_crossentropy()", "\"cross_entropy()\"", ""}) {
    EXPECT_EQ(with_loss(spelling).loss.kind, LossKind::categorical_crossentropy) << spelling;
  }
  EXPECT_EQ(with_loss("scce").loss.kind, LossKind::sparse_categorical_crossentropy);
  EXPECT_EQ(with_loss("bce").loss.kind, LossKind::binary_crossentropy);
  EXPECT_EQ(with_loss("mse").loss.kind, LossKind::mean_squared_error);
}

TEST(Loss, has_its_parameters_written_out) {
  EXPECT_EQ(with_loss("ce(label_smoothing=0.1)").loss.parameters.number(Parameter::label_smoothing), 0.1);
  EXPECT_EQ(with_loss("\"bce(0.2)\"").loss.parameters.number(Parameter::label_smoothing), 0.2);
  EXPECT_EQ(with_loss("mse").loss.parameters.word(Parameter::reduction), "mean");
  EXPECT_EQ(with_loss("mse(reduction=sum)").loss.parameters.word(Parameter::reduction), "sum");
  EXPECT_EQ(with_loss("mse(reduction=auto)").loss.parameters.word(Parameter::reduction), "mean");
  EXPECT_FALSE(with_loss("scce").loss.parameters.has(Parameter::label_smoothing));
}

TEST(Loss, that_is_unknown_or_wrong_is_an_error) {
  const auto codes = [](const std::string& loss) { return codes_of("Output(3)", "(4)", "loss: " + loss); };
  EXPECT_EQ(codes("msee"), "E207");
  EXPECT_EQ(codes("\"msee(3)\""), "E207");
  EXPECT_EQ(codes("3"), "E301");
  EXPECT_EQ(codes("HPO(choice(mse, mae))"), "");
  EXPECT_EQ(codes("ce(label_smoothing=2)"), "E302");
  EXPECT_EQ(codes("scce(label_smoothing=0.1)"), "E202");
  EXPECT_EQ(codes("ce(reduction=median)"), "E209");
  EXPECT_EQ(codes("ce @ cpu"), "E405");
  EXPECT_EQ(codes("\"ce(label_smoothing=\""), "E101");
}

TEST(Loss, in_quotes_has_its_mistakes_marked_inside_the_string) {
  const Checked checked(network("Output(3)", "(4)", "loss: \"ce(label_smooting=0.1)\""));
  const syntax::Diagnostic found = checked.first(Code::E202);
  EXPECT_EQ(checked.marked(found), "label_smooting");
  EXPECT_EQ(found.help, "did you mean `label_smoothing`?");
}

// Rule O.

TEST(Loss, chooses_the_activation_of_output) {
  EXPECT_EQ(output_activation(with_loss("ce")), Activation::softmax);
  EXPECT_EQ(output_activation(with_loss("scce")), Activation::softmax);
  EXPECT_EQ(output_activation(with_loss("bce")), Activation::sigmoid);
  EXPECT_EQ(output_activation(with_loss("mse")), Activation::linear);
  EXPECT_EQ(output_activation(with_loss("mse", "Output(3, activation=None)")), Activation::linear);
  EXPECT_EQ(output_activation(with_loss("ce", "Output(3, activation=linear)")), Activation::linear);
  EXPECT_EQ(output_activation(with_loss("ce", "Dense(3, activation=None)")), Activation::linear);
}

TEST(Loss, fuses_the_last_softmax_or_sigmoid) {
  EXPECT_EQ(with_loss("ce").loss.fused, Activation::softmax);
  EXPECT_EQ(with_loss("scce", "Dense(3, softmax)").loss.fused, Activation::softmax);
  EXPECT_EQ(with_loss("scce", "Dense(3) Softmax").loss.fused, Activation::softmax);
  EXPECT_EQ(with_loss("scce", "Dense(3) Softmax(1)").loss.fused, Activation::softmax);
  EXPECT_EQ(with_loss("bce", "Dense(3) Activation(sigmoid)").loss.fused, Activation::sigmoid);
  EXPECT_EQ(with_loss("ce", "Output(3, linear)").loss.fused, std::nullopt);
  EXPECT_EQ(with_loss("mse", "Output(3, sigmoid)").loss.fused, std::nullopt);
}

TEST(Loss, takes_what_comes_out_for_logits) {
  EXPECT_TRUE(with_loss("ce").loss.parameters.boolean(Parameter::from_logits));
  EXPECT_TRUE(with_loss("bce", "Output(3, linear)").loss.parameters.boolean(Parameter::from_logits));
  EXPECT_TRUE(with_loss("mse").loss.parameters.at(Parameter::from_logits).is_none());
}

TEST(Loss, ignores_a_from_logits_that_contradicts_the_last_activation) {
  const auto codes = [](const std::string& loss, const std::string& layers = "Output(3)") {
    return codes_of(layers, "(4)", "loss: " + loss);
  };
  EXPECT_EQ(codes("ce(from_logits=false)"), "") << "softmax gives probabilities, as the user says";
  EXPECT_EQ(codes("ce(from_logits=true)"), "W415");
  EXPECT_EQ(codes("ce(from_logits=true)", "Output(3, linear)"), "");
  EXPECT_EQ(codes("ce(from_logits=false)", "Output(3, linear)"), "W415");
  EXPECT_EQ(codes("mse(from_logits=false)"), "W415");
  EXPECT_EQ(codes("ce(from_logits=None)"), "") << "as nothing said";
}

TEST(Loss, warns_of_an_unsuitable_activation) {
  const auto codes = [](const std::string& loss, const std::string& layers) {
    return codes_of(layers, "(4)", "loss: " + loss);
  };
  EXPECT_EQ(codes("bce", "Output(3, softmax)"), "W601");
  EXPECT_EQ(codes("ce", "Output(3, sigmoid)"), "W601");
  EXPECT_EQ(codes("scce", "Output(3, relu)"), "W601");
  EXPECT_EQ(codes("ce", "Dense(3) ReLU"), "W601");
  EXPECT_EQ(codes("ce", "Dense(3, softmax) Dropout(0.1)"), "W601");
  EXPECT_EQ(codes("ce", "Dense(3, relu) BatchNormalization"), "") << "normalised values are no activation";
  EXPECT_EQ(codes("ce", "Reshape((2, 2)) Softmax(1)"), "W601");
  EXPECT_EQ(codes("mse", "Output(3, relu)"), "");
  EXPECT_EQ(codes("ce", "Flatten"), "");
}

TEST(Loss, tells_the_activation_it_wants) {
  const Checked checked(network("Output(3, sigmoid)", "(4)", "loss: ce"));
  const syntax::Diagnostic found = checked.first(Code::W601);
  EXPECT_EQ(found.message,
            "`sigmoid` of `Output` in line 3 does not suit `categorical_crossentropy`, which treats its output as "
            "logits");
  EXPECT_EQ(found.help, "use `softmax`, or no activation");
  EXPECT_EQ(checked.marked(found), "ce");
  const Checked unwritten(network("Output(3, sigmoid)", "(4)"));
  EXPECT_EQ(unwritten.marked(unwritten.first(Code::W601)), "Output");
}

TEST(Loss, warns_of_a_choice_between_one_class) {
  EXPECT_EQ(codes_of("Output(1)", "(4)", "loss: ce"), "W602");
  EXPECT_EQ(codes_of("Output(1)", "(4)", "loss: scce"), "W602");
  EXPECT_EQ(codes_of("Output(1)", "(4)", "loss: bce"), "");
  EXPECT_EQ(codes_of("Output(2)", "(4)", "loss: ce"), "");
}

TEST(Loss, decides_what_the_targets_are) {
  EXPECT_EQ(with_loss("ce").targets, TargetKind::kOneHot);
  EXPECT_EQ(with_loss("scce").targets, TargetKind::kClasses);
  EXPECT_EQ(with_loss("bce").targets, TargetKind::kBinary);
  EXPECT_EQ(with_loss("mse").targets, TargetKind::kValues);
}

// Metrics.

std::vector<MetricKind> metrics_of(const std::string& loss, const std::string& metrics,
                                   const std::string& layers = "Output(3)") {
  std::vector<MetricKind> kinds;
  for (const Metric& metric : testing::model_of(layers, "(4)", "loss: " + loss + " metrics: " + metrics).metrics) {
    kinds.push_back(std::get<MetricKind>(metric.kind));
  }
  return kinds;
}
using Kinds = std::vector<MetricKind>;

TEST(Loss, takes_the_word_none_for_a_reduction) {
  EXPECT_EQ(codes_of("Output(3)", "(4)", "loss: mse(reduction=none)"), "");
  EXPECT_EQ(codes_of("Output(3)", "(4)", "loss: mse(reduction=\"none\")"), "");
  EXPECT_EQ(codes_of("Output(3)", "(4)", "loss: mse(reduction=nonee)"), "E209");
}

TEST(Metrics, resolve_accuracy_by_the_loss) {
  EXPECT_EQ(metrics_of("ce", "accuracy"), (Kinds{MetricKind::categorical_accuracy}));
  EXPECT_EQ(metrics_of("scce", "\"acc\""), (Kinds{MetricKind::sparse_categorical_accuracy}));
  EXPECT_EQ(metrics_of("bce", "[accuracy()]"), (Kinds{MetricKind::binary_accuracy}));
  EXPECT_EQ(metrics_of("mse", "accuracy", "Output(1)"), (Kinds{MetricKind::binary_accuracy}));
  EXPECT_EQ(metrics_of("mse", "accuracy"), (Kinds{MetricKind::categorical_accuracy}));
}

TEST(Metrics, stay_as_they_are_written_and_appear_once) {
  EXPECT_EQ(metrics_of("ce", "[binary_accuracy, accuracy, \"categorical_accuracy\", acc]"),
            (Kinds{MetricKind::binary_accuracy, MetricKind::categorical_accuracy}));
  EXPECT_EQ(metrics_of("ce", "\"binary_accuracy\", \"accuracy\""),
            (Kinds{MetricKind::binary_accuracy, MetricKind::categorical_accuracy}));
}

TEST(Metrics, that_are_unknown_or_wrong_are_an_error) {
  const auto codes = [](const std::string& metrics) { return codes_of("Output(3)", "(4)", "metrics: " + metrics); };
  EXPECT_EQ(codes("acuracy"), "E208");
  EXPECT_EQ(codes("[acuracy, 3, accuracy]"), "E208 E301");
  EXPECT_EQ(codes("accuracy(5)"), "E204");
  EXPECT_EQ(codes("accuracy(k=5)"), "E202");
  EXPECT_EQ(codes("top_k_categorical_accuracy(k=5)"), "");
  EXPECT_EQ(codes("\"mse\""), "");
  EXPECT_EQ(Checked(network("Output(3)", "(4)", "metrics: acuracy")).first(Code::E208).help,
            "did you mean `accuracy`?");
}

}  // namespace
}  // namespace neural::model
