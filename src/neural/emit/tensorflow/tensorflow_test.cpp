#include "neural/emit/tensorflow/tensorflow.hpp"

#include <gtest/gtest.h>

#include "neural/emit/tensorflow/compile_for_test.hpp"

namespace neural::emit::tensorflow {
namespace {

constexpr std::string_view kNetwork = R"(
network SimpleMLP {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu")
    Output(10, activation="softmax")
  loss: "sparse_categorical_crossentropy"
  optimizer: Adam(learning_rate=0.001, epsilon=1e-7)
  metrics: ["accuracy"]
  train { dataset: "mnist" epochs: 5 batch_size: 64 seed: 42 }
})";

std::string program(Level level, bool validate = true) {
  Options options;
  options.level = level;
  options.validate = validate;
  return compile_source(std::string(kNetwork), options).program;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(TensorFlow, TheModelIsWrittenInFull) {
  EXPECT_EQ(between(program(Level::kO1), "import tensorflow as tf\n", "\n\nclass"),
            R"(from keras import initializers, layers, losses, metrics, optimizers

BACKEND = "tensorflow"
LEVEL = "O1"
INPUT_SHAPE = (28, 28, 1)
CLASSES = 10
EPOCHS = 5
BATCH_SIZE = 64
SEED = 42
PART_ROWS = 2674  # what TensorFlow is given at a time, about 8 MiB


def create_model() -> keras.Model:
    """Images [n, 28, 28, 1] -> probabilities [n, 10], compiled."""
    inputs = keras.Input(shape=INPUT_SHAPE, name="input")
    x = layers.Flatten(name="flatten")(inputs)
    x = layers.Dense(
        128,
        activation="relu",
        kernel_initializer=initializers.GlorotUniform(),
        bias_initializer=initializers.Zeros(),
        name="dense",
    )(x)
    outputs = layers.Dense(
        10,
        activation="softmax",
        kernel_initializer=initializers.GlorotUniform(),
        bias_initializer=initializers.Zeros(),
        name="output",
    )(x)
    model = keras.Model(inputs, outputs, name="SimpleMLP")
    # Keras takes the softmax off again and computes this loss from the logits.
    model.compile(
        optimizer=optimizers.Adam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07),
        loss=losses.SparseCategoricalCrossentropy(from_logits=False, reduction="sum_over_batch_size"),
        metrics=[metrics.SparseCategoricalAccuracy(name="accuracy")],
        jit_compile=False,
    )
    return model
)");
}

TEST(TensorFlow, LevelZeroIsFitOfKeras) {
  const std::string text = program(Level::kO0);
  EXPECT_TRUE(has(text, "LEVEL = \"O0\""));
  EXPECT_TRUE(has(text, "self.model.fit(x, y, batch_size=batch_size, epochs=epochs, shuffle=shuffle, verbose=0)"));
  EXPECT_FALSE(has(text, "import tensorflow"));
  EXPECT_FALSE(has(text, "tf.function"));
  EXPECT_FALSE(has(text, "PART_ROWS"));
}

TEST(TensorFlow, LevelOneIsALoopInTheGraph) {
  const std::string text = program(Level::kO1);
  EXPECT_TRUE(has(text, "    @tf.function(\n"));
  EXPECT_TRUE(has(text, "for start in tf.range(0, tf.shape(x)[0], batch_size):"));
  EXPECT_FALSE(has(text, "model.fit("));
}

TEST(TensorFlow, ANetworkWithoutWeightsIsLeftToKeras) {
  const Compiled compiled = compile_layers("Flatten() Softmax()", "loss: categorical_crossentropy");
  EXPECT_TRUE(has(compiled.program, "model.fit("));
  EXPECT_FALSE(has(compiled.program, "import tensorflow"));
  EXPECT_TRUE(has(compiled.program, "from keras import layers, losses, metrics, optimizers\n"));
}

TEST(TensorFlow, BothLevelsMakeTheSameModel) {
  const auto model_of = [](const std::string& text) { return between(text, "def create_model", "\n\n\n"); };
  EXPECT_NE(model_of(program(Level::kO0)), "");
  EXPECT_EQ(model_of(program(Level::kO0)), model_of(program(Level::kO1)));
}

TEST(TensorFlow, ArraysAreCheckedUnlessValidationIsOff) {
  EXPECT_TRUE(has(program(Level::kO0), "        check_data(x, y)\n"));
  EXPECT_TRUE(has(program(Level::kO1), "        check_data(x, y)\n"));
  EXPECT_FALSE(has(program(Level::kO0, false), "check_data"));
  EXPECT_FALSE(has(program(Level::kO1, false), "check_data"));
}

TEST(TensorFlow, TheOrderOfTheDataIsTheNetworks) {
  const Compiled compiled = compile_layers("Flatten() Output(2)", "loss: mse train { shuffle: false }");
  EXPECT_TRUE(has(compiled.program, "shuffle: bool = False) -> list[float]:"));
  EXPECT_TRUE(has(program(Level::kO1), "shuffle: bool = True) -> list[float]:"));
}

TEST(TensorFlow, ClassNumbersAndRowsReachTheGraphInTheirTypes) {
  EXPECT_TRUE(has(program(Level::kO1), "        tf.TensorSpec((None,), tf.int64),\n"));
  const Compiled rows = compile_layers("Flatten() Output(2)", "loss: mse");
  EXPECT_TRUE(has(rows.program, "        tf.TensorSpec((None, *TARGET_SHAPE), tf.float32),\n"));
}

TEST(TensorFlow, TheKerasBackendIsChosenBeforeKerasIsLoaded) {
  const std::string text = program(Level::kO0);
  EXPECT_LT(text.find("os.environ[\"KERAS_BACKEND\"] = \"tensorflow\""), text.find("import keras"));
}

TEST(TensorFlow, ANetworkNameThatIsNoScopeIsChanged) {
  const Compiled compiled = compile_source("network _N { input: (4) layers: Output(2) loss: mse }");
  EXPECT_TRUE(has(compiled.program, "keras.Model(inputs, outputs, name=\"network_N\")"));
}

TEST(TensorFlow, ARefusalNamesEveryCause) {
  const Compiled compiled = compile_layers("BatchNormalization(axis=(2, 3)) Flatten() Output(1)",
                                           "loss: mse(reduction=\"none\") train { save_path: \"weights\" }");
  EXPECT_EQ(compiled.program, "");
  EXPECT_EQ(compiled.diagnostics.size(), 3u);
}

}  // namespace
}  // namespace neural::emit::tensorflow
