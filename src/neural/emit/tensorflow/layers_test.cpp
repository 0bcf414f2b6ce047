#include <gtest/gtest.h>

#include "neural/emit/tensorflow/compile_for_test.hpp"

namespace neural::emit::tensorflow {
namespace {

/// The lines of create_model between the input and the model, a statement each.
std::string steps(std::string_view layers) {
  return joined(between(compile_layers(layers).program, "name=\"input\")\n", "    model = "));
}

std::string refusal(std::string_view layers) {
  const Compiled compiled = compile_layers(layers);
  EXPECT_EQ(compiled.program, "");
  if (compiled.diagnostics.size() != 1) return std::to_string(compiled.diagnostics.size()) + " diagnostics";
  EXPECT_EQ(compiled.diagnostics[0].code, syntax::Code::E701);
  return compiled.diagnostics[0].message + " / " + compiled.diagnostics[0].help;
}

TEST(TensorFlowLayers, DenseWritesItsInitialisers) {
  EXPECT_EQ(steps("Flatten() Dense(3)"),
            "x = layers.Flatten(name=\"flatten\")(inputs)\n"
            "outputs = layers.Dense(3, kernel_initializer=initializers.GlorotUniform(), "
            "bias_initializer=initializers.Zeros(), name=\"dense\")(x)");
}

TEST(TensorFlowLayers, DenseWithoutBiasHasNoInitialiserOfOne) {
  EXPECT_EQ(steps("Flatten() Dense(3, \"tanh\", use_bias=false, kernel_initializer=he_normal)"),
            "x = layers.Flatten(name=\"flatten\")(inputs)\n"
            "outputs = layers.Dense(3, activation=\"tanh\", use_bias=False, "
            "kernel_initializer=initializers.HeNormal(), name=\"dense\")(x)");
}

TEST(TensorFlowLayers, ConvolutionWritesStridesAndPadding) {
  EXPECT_EQ(steps("Conv2D(6, (3, 2), strides=2, padding=\"same\", activation=\"relu\", use_bias=false)"),
            "outputs = layers.Conv2D(6, (3, 2), strides=(2, 2), padding=\"same\", activation=\"relu\", use_bias=False, "
            "kernel_initializer=initializers.GlorotUniform(), name=\"conv2d\")(inputs)");
}

TEST(TensorFlowLayers, ConvolutionWritesDilationAndGroupsThatDoSomething) {
  EXPECT_EQ(steps("Conv2D(6, 3, dilation_rate=(2, 1), groups=2, use_bias=false)"),
            "outputs = layers.Conv2D(6, (3, 3), strides=(1, 1), padding=\"valid\", dilation_rate=(2, 1), groups=2, "
            "use_bias=False, kernel_initializer=initializers.GlorotUniform(), name=\"conv2d\")(inputs)");
}

TEST(TensorFlowLayers, ConvolutionPaddedByNumbersIsPaddedByALayerOfItsOwn) {
  EXPECT_EQ(steps("Conv2D(6, 3, padding=(1, 2), use_bias=false)"),
            "x = layers.ZeroPadding2D(padding=(1, 2), name=\"conv2d_padding\")(inputs)\n"
            "outputs = layers.Conv2D(6, (3, 3), strides=(1, 1), padding=\"valid\", use_bias=False, "
            "kernel_initializer=initializers.GlorotUniform(), name=\"conv2d\")(x)");
}

TEST(TensorFlowLayers, ChannelsFirstConvolutionIsTurnedAround) {
  EXPECT_EQ(steps("Conv2D(6, 3, activation=\"softmax\", data_format=\"channels_first\", use_bias=false)"),
            "x = layers.Permute((2, 3, 1), name=\"conv2d_to_channels_last\")(inputs)\n"
            "x = layers.Conv2D(6, (3, 3), strides=(1, 1), padding=\"valid\", use_bias=False, "
            "kernel_initializer=initializers.GlorotUniform(), name=\"conv2d\")(x)\n"
            "x = layers.Permute((3, 1, 2), name=\"conv2d_to_channels_first\")(x)\n"
            "outputs = layers.Activation(\"softmax\", name=\"conv2d_activation\")(x)");
}

TEST(TensorFlowLayers, PoolingStridesFollowThePoolSize) {
  EXPECT_EQ(steps("MaxPooling2D((2, 3))"),
            "outputs = layers.MaxPooling2D((2, 3), strides=(2, 3), padding=\"valid\", name=\"max_pooling2d\")(inputs)");
  EXPECT_EQ(steps("AveragePooling2D(2, strides=1, padding=\"same\")"),
            "outputs = layers.AveragePooling2D((2, 2), strides=(1, 1), padding=\"same\", "
            "name=\"average_pooling2d\")(inputs)");
}

TEST(TensorFlowLayers, MaxPoolingPaddedByNumbersIsPaddedWithInfinity) {
  EXPECT_EQ(steps("MaxPooling2D(3, strides=2, padding=1)"),
            "x = ops.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-np.inf)\n"
            "outputs = layers.MaxPooling2D((3, 3), strides=(2, 2), padding=\"valid\", name=\"max_pooling2d\")(x)");
}

TEST(TensorFlowLayers, AveragePoolingPaddedByNumbersDoesNotCountThePadding) {
  EXPECT_EQ(steps("AveragePooling2D(3, strides=2, padding=1)"),
            "outputs = average_pool(inputs, (3, 3), strides=(2, 2), padding=((0, 0), (1, 1), (1, 1), (0, 0)), "
            "data_format=\"channels_last\")");
}

TEST(TensorFlowLayers, GlobalAveragePooling) {
  EXPECT_EQ(steps("GlobalAveragePooling2D(keepdims=true, data_format=\"channels_first\")"),
            "outputs = layers.GlobalAveragePooling2D(data_format=\"channels_first\", keepdims=True, "
            "name=\"global_average_pooling2d\")(inputs)");
}

TEST(TensorFlowLayers, ReshapeGetsTheShapeThatCameOut) {
  EXPECT_EQ(steps("Reshape((-1, 2)) Reshape((256,))"),
            "x = layers.Reshape((128, 2), name=\"reshape\")(inputs)\n"
            "outputs = layers.Reshape((256,), name=\"reshape_1\")(x)");
}

TEST(TensorFlowLayers, DropoutWithSeedAndNoiseShape) {
  EXPECT_EQ(steps("Dropout(0.25) Dropout(0.5, noise_shape=(1, 1, 4), seed=7)"),
            "x = layers.Dropout(0.25, name=\"dropout\")(inputs)\n"
            "outputs = layers.Dropout(0.5, noise_shape=(None, 1, 1, 4), seed=7, name=\"dropout_1\")(x)");
}

TEST(TensorFlowLayers, BatchNormalizationWritesMomentumEpsilonAndAllInitialisers) {
  EXPECT_EQ(steps("BatchNormalization()"),
            "outputs = layers.BatchNormalization(axis=-1, momentum=0.99, epsilon=0.001, "
            "gamma_initializer=initializers.Ones(), beta_initializer=initializers.Zeros(), "
            "moving_mean_initializer=initializers.Zeros(), moving_variance_initializer=initializers.Ones(), "
            "name=\"batch_normalization\")(inputs)");
  EXPECT_EQ(steps("BatchNormalization(center=false, scale=false, trainable=false)"),
            "outputs = layers.BatchNormalization(axis=-1, momentum=0.99, epsilon=0.001, center=False, scale=False, "
            "moving_mean_initializer=initializers.Zeros(), moving_variance_initializer=initializers.Ones(), "
            "trainable=False, name=\"batch_normalization\")(inputs)");
}

TEST(TensorFlowLayers, BatchNormalizationOverTwoAxesIsRefused) {
  EXPECT_EQ(refusal("BatchNormalization(axis=(1, 3))"),
            "`axis=(1, 3)` of `BatchNormalization` cannot be expressed on TensorFlow / use one axis");
}

TEST(TensorFlowLayers, ActivationsWithTheirAlpha) {
  EXPECT_EQ(steps("Activation(\"gelu\") Activation(\"leaky_relu\", 0.1) Activation(\"elu\", alpha=2) "
                  "Activation(\"celu\", alpha=0.5)"),
            "x = layers.Activation(\"gelu\", name=\"activation\")(inputs)\n"
            "x = layers.LeakyReLU(negative_slope=0.1, name=\"activation_1\")(x)\n"
            "x = layers.ELU(alpha=2.0, name=\"activation_2\")(x)\n"
            "outputs = ops.celu(x, alpha=0.5)");
}

TEST(TensorFlowLayers, ReLUWritesWhatDoesSomething) {
  EXPECT_EQ(steps("ReLU() ReLU(6, negative_slope=0.1)"),
            "x = layers.ReLU(name=\"re_lu\")(inputs)\n"
            "outputs = layers.ReLU(max_value=6.0, negative_slope=0.1, name=\"re_lu_1\")(x)");
}

TEST(TensorFlowLayers, SoftmaxWritesItsAxis) {
  EXPECT_EQ(steps("Softmax(axis=1)"), "outputs = layers.Softmax(axis=1, name=\"softmax\")(inputs)");
}

TEST(TensorFlowLayers, EveryInitialiserIsAnObjectWithItsParameters) {
  const auto initializer = [](const std::string& text) {
    return between(steps("Flatten() Dense(2, use_bias=false, kernel_initializer=" + text + ")"),
                   "kernel_initializer=", ", name=");
  };
  EXPECT_EQ(initializer("zeros"), "initializers.Zeros()");
  EXPECT_EQ(initializer("ones"), "initializers.Ones()");
  EXPECT_EQ(initializer("constant(0.5)"), "initializers.Constant(value=0.5)");
  EXPECT_EQ(initializer("uniform"), "initializers.RandomUniform(minval=-0.05, maxval=0.05)");
  EXPECT_EQ(initializer("normal(stddev=0.1)"), "initializers.RandomNormal(mean=0.0, stddev=0.1)");
  EXPECT_EQ(initializer("truncated_normal"), "initializers.TruncatedNormal(mean=0.0, stddev=0.05)");
  EXPECT_EQ(initializer("xavier_uniform"), "initializers.GlorotUniform()");
  EXPECT_EQ(initializer("glorot_normal"), "initializers.GlorotNormal()");
  EXPECT_EQ(initializer("he_uniform"), "initializers.HeUniform()");
  EXPECT_EQ(initializer("he_normal"), "initializers.HeNormal()");
  EXPECT_EQ(initializer("lecun_uniform"), "initializers.LecunUniform()");
  EXPECT_EQ(initializer("lecun_normal"), "initializers.LecunNormal()");
  EXPECT_EQ(initializer("orthogonal(gain=2)"), "initializers.Orthogonal(gain=2.0)");
  EXPECT_EQ(initializer("identity"), "initializers.Identity(gain=1.0)");
  EXPECT_EQ(initializer("variance_scaling"),
            "initializers.VarianceScaling(scale=1.0, mode=\"fan_in\", distribution=\"truncated_normal\")");
}

TEST(TensorFlowLayers, AnotherTypeIsWrittenAndFrozenWeightsToo) {
  EXPECT_EQ(steps("Flatten(dtype=\"float64\") Dense(2, use_bias=false, trainable=false, dtype=\"float64\")"),
            "x = layers.Flatten(dtype=\"float64\", name=\"flatten\")(inputs)\n"
            "outputs = layers.Dense(2, use_bias=False, kernel_initializer=initializers.GlorotUniform(), "
            "trainable=False, dtype=\"float64\", name=\"dense\")(x)");
}

TEST(TensorFlowLayers, HostileNamesAreHarmless) {
  EXPECT_EQ(steps("Flatten(name=\"a\\\"); import os #\") Softmax(name=\"a/b\") Softmax(name=\"a b\")"),
            "x = layers.Flatten(name=\"a____import_os__\")(inputs)\n"
            "x = layers.Softmax(axis=-1, name=\"a_b\")(x)\n"
            "outputs = layers.Softmax(axis=-1, name=\"a_b_1\")(x)");
}

}  // namespace
}  // namespace neural::emit::tensorflow
