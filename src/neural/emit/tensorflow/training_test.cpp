#include <gtest/gtest.h>

#include "neural/emit/tensorflow/compile_for_test.hpp"

namespace neural::emit::tensorflow {
namespace {

std::string optimizer(const std::string& text) {
  const Compiled compiled = compile_layers("Flatten() Output(1)", "loss: mse optimizer: " + text);
  return joined(between(compiled.program, "optimizer=", ",\n        loss="));
}

std::string loss(const std::string& layers, const std::string& text) {
  return joined(between(compile_layers(layers, "loss: " + text).program, "        loss=", ",\n        "));
}

std::string metrics(const std::string& layers, const std::string& sections) {
  return between(compile_layers(layers, sections).program, "metrics=[", "],\n");
}

std::string refusal(const std::string& sections) {
  const Compiled compiled = compile_layers("Flatten() Output(1)", sections);
  EXPECT_EQ(compiled.program, "");
  if (compiled.diagnostics.size() != 1) return std::to_string(compiled.diagnostics.size()) + " diagnostics";
  EXPECT_EQ(compiled.diagnostics[0].code, syntax::Code::E701);
  return compiled.diagnostics[0].message + " / " + compiled.diagnostics[0].help;
}

TEST(TensorFlowTraining, OptimisersWriteAllTheirNumbers) {
  EXPECT_EQ(optimizer("SGD"), "optimizers.SGD(learning_rate=0.01, momentum=0.0)");
  EXPECT_EQ(optimizer("SGD(lr=1, momentum=0.9, nesterov=true)"),
            "optimizers.SGD(learning_rate=1.0, momentum=0.9, nesterov=True)");
  EXPECT_EQ(optimizer("RMSprop"), "optimizers.RMSprop(learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-07)");
  EXPECT_EQ(optimizer("Adam"), "optimizers.Adam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07)");
  EXPECT_EQ(optimizer("AdamW(amsgrad=true)"),
            "optimizers.AdamW(learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-07, "
            "amsgrad=True)");
}

TEST(TensorFlowTraining, WhatAllOptimisersHaveIsWrittenWhereItIsSet) {
  EXPECT_EQ(optimizer("SGD(weight_decay=0.1, clipnorm=1.5, use_ema=true)"),
            "optimizers.SGD(learning_rate=0.01, momentum=0.0, weight_decay=0.1, clipnorm=1.5, use_ema=True, "
            "ema_momentum=0.99)");
  EXPECT_EQ(optimizer("SGD(global_clipnorm=2, ema_momentum=0.5)"),
            "optimizers.SGD(learning_rate=0.01, momentum=0.0, global_clipnorm=2.0)");
}

TEST(TensorFlowTraining, AnAverageOfTheWeightsEndsFitAsInKeras) {
  const Compiled with = compile_layers("Flatten() Output(1)", "loss: mse optimizer: SGD(use_ema=true)");
  const Compiled without = compile_layers("Flatten() Output(1)", "loss: mse optimizer: SGD()");
  EXPECT_NE(with.program.find("finalize_variable_values"), std::string::npos);
  EXPECT_EQ(without.program.find("finalize_variable_values"), std::string::npos);
  EXPECT_NE(with.program.find("\nAt the end of `fit` the weights become their moving average, as in Keras.\n"),
            std::string::npos);
}

TEST(TensorFlowTraining, TwoWaysOfClippingAreRefused) {
  EXPECT_EQ(refusal("loss: mse optimizer: Adam(clipnorm=1, clipvalue=2)"),
            "`clipnorm` with `clipvalue` cannot be expressed on TensorFlow / clip in one way only");
}

TEST(TensorFlowTraining, CrossEntropiesTakeTheActivatedOutput) {
  EXPECT_EQ(loss("Flatten() Output(3)", "sparse_categorical_crossentropy"),
            "losses.SparseCategoricalCrossentropy(from_logits=False, reduction=\"sum_over_batch_size\")");
  EXPECT_EQ(loss("Flatten() Output(3)", "categorical_crossentropy(label_smoothing=0.1)"),
            "losses.CategoricalCrossentropy(from_logits=False, label_smoothing=0.1, "
            "reduction=\"sum_over_batch_size\")");
  EXPECT_EQ(loss("Flatten() Output(1)", "binary_crossentropy(reduction=\"sum\")"),
            "losses.BinaryCrossentropy(from_logits=False, reduction=\"sum\")");
}

TEST(TensorFlowTraining, CrossEntropiesOfALinearOutputTakeLogits) {
  EXPECT_EQ(loss("Flatten() Output(3, \"linear\")", "sparse_categorical_crossentropy"),
            "losses.SparseCategoricalCrossentropy(from_logits=True, reduction=\"sum_over_batch_size\")");
}

TEST(TensorFlowTraining, KerasWouldUndoAnActivationThatIsNotTheLossesOwn) {
  const auto refused = [](const std::string& layers, const std::string& loss) {
    const Compiled compiled = compile_layers(layers, "loss: " + loss);
    return compiled.diagnostics.empty() ? "" : compiled.diagnostics[0].message;
  };
  EXPECT_EQ(refused("Flatten() Output(3, \"softmax\")", "binary_crossentropy"),
            "`binary_crossentropy` of the probabilities of `Output` cannot be expressed on TensorFlow");
  EXPECT_EQ(refused("Flatten() Output(3, \"sigmoid\") Dropout(0.5)", "categorical_crossentropy"),
            "`categorical_crossentropy` of the probabilities of `Output` cannot be expressed on TensorFlow");
  EXPECT_EQ(refused("Softmax(axis=1)", "categorical_crossentropy"),
            "`categorical_crossentropy` of the probabilities of `Softmax` cannot be expressed on TensorFlow");
  EXPECT_EQ(refused("Flatten() Dense(3, \"sigmoid\") Output(3, \"relu\")", "categorical_crossentropy"), "");
  EXPECT_EQ(refused("Flatten() Output(3, \"softmax\")", "mse"), "");
}

TEST(TensorFlowTraining, TheActivationTheLossUndoesIsInItsType) {
  EXPECT_EQ(
      compile_layers("Flatten() Output(3, dtype=\"float64\")", "loss: categorical_crossentropy")
          .diagnostics.at(0)
          .message,
      "`dtype=\"float64\"` of the last layer before `categorical_crossentropy` cannot be expressed on TensorFlow");
}

TEST(TensorFlowTraining, SquaredError) {
  EXPECT_EQ(loss("Flatten() Output(3)", "mse"), "losses.MeanSquaredError(reduction=\"sum_over_batch_size\")");
}

TEST(TensorFlowTraining, ALossWithoutReductionIsRefused) {
  EXPECT_EQ(refusal("loss: mse(reduction=\"none\")"),
            "a loss with `reduction=\"none\"` cannot be expressed on TensorFlow / use \"mean\" or \"sum\"");
}

TEST(TensorFlowTraining, TheAccuracyFitsTheTargets) {
  EXPECT_EQ(metrics("Flatten() Output(3)", "loss: sparse_categorical_crossentropy"),
            "metrics.SparseCategoricalAccuracy(name=\"accuracy\")");
  EXPECT_EQ(metrics("Flatten() Output(3)", "loss: categorical_crossentropy metrics: [\"accuracy\"]"),
            "metrics.CategoricalAccuracy(name=\"accuracy\")");
  EXPECT_EQ(metrics("Flatten() Output(1)", "loss: binary_crossentropy"),
            "metrics.BinaryAccuracy(threshold=0.5, name=\"accuracy\")");
  EXPECT_EQ(compile_layers("Flatten() Output(1)", "loss: mse").program.find("metrics"), std::string::npos);
}

TEST(TensorFlowTraining, TheEndingOfThePathDecidesHowToSave) {
  const auto save = [](const std::string& path) {
    const Compiled compiled = compile_layers("Flatten() Output(1)", "loss: mse train { save_path: \"" + path + "\" }");
    return between(compiled.program, "exist_ok=True)\n    ", "\n");
  };
  EXPECT_EQ(save("out/model.keras"), "model.save(SAVE_PATH)");
  EXPECT_EQ(save("model.weights.h5"), "model.save_weights(SAVE_PATH)");
  EXPECT_EQ(save("model.safetensors"), "save_weights(model, SAVE_PATH)");
  EXPECT_EQ(refusal("loss: mse train { save_path: \"model.pt\" }"),
            "`save_path: \"model.pt\"` cannot be expressed on TensorFlow / end the path in `.safetensors`, "
            "`.weights.h5` or `.keras`");
}

TEST(TensorFlowTraining, TheDeviceIsTheOnlyOneTensorFlowSees) {
  const auto program = [](const std::string& device) {
    return compile_layers("Flatten() Output(1)", "loss: mse execution { device: " + device + " }").program;
  };
  EXPECT_NE(program("cpu").find("    tf.config.set_visible_devices([], \"GPU\")\n"), std::string::npos);
  EXPECT_NE(program("gpu:1").find("    tf.config.set_visible_devices(gpus[1], \"GPU\")\n"), std::string::npos);
  EXPECT_NE(program("cuda").find("    tf.config.set_visible_devices(gpus[0], \"GPU\")\n"), std::string::npos);
  EXPECT_EQ(program("auto").find("set_visible_devices"), std::string::npos);
  EXPECT_EQ(refusal("loss: mse execution { device: tpu }"),
            "`device: tpu` cannot be expressed on TensorFlow / use `cpu`, `gpu` or `auto`");
}

TEST(TensorFlowTraining, MixedPrecisionScalesTheLossAndSparesTheLastLayer) {
  const std::string program =
      joined(compile_layers("Flatten() Dense(2) Output(1)", "loss: mse train { mixed_precision: true }").program);
  EXPECT_NE(program.find("dtype=\"mixed_float16\", name=\"dense\")"), std::string::npos);
  EXPECT_NE(program.find("bias_initializer=initializers.Zeros(), name=\"output\")"), std::string::npos);
  EXPECT_NE(program.find("optimizer=optimizers.LossScaleOptimizer(optimizers.Adam("), std::string::npos);
  EXPECT_NE(program.find("scaled = self.optimizer.scale_loss(loss)"), std::string::npos);
  EXPECT_NE(program.find("tape.gradient(scaled, variables)"), std::string::npos);
}

}  // namespace
}  // namespace neural::emit::tensorflow
