#include <gtest/gtest.h>

#include "neural/emit/tensorflow/compile_for_test.hpp"

namespace neural::emit::tensorflow {
namespace {

TEST(TensorFlowSpatialLayers, CausalConvolutionsOfALine) {
  EXPECT_EQ(steps_of("(8, 4)",
                     "Conv1D(6, 3, padding=causal, dilation_rate=2) DepthwiseConv1D(3, padding=causal, "
                     "use_bias=false)"),
            "x = layers.Conv1D(6, (3,), strides=(1,), padding=\"causal\", dilation_rate=(2,), "
            "kernel_initializer=initializers.GlorotUniform(), bias_initializer=initializers.Zeros(), "
            "name=\"conv1d\")(inputs)\n"
            "x = layers.ZeroPadding1D(padding=(2, 0), name=\"depthwise_conv1d_padding\")(x)\n"
            "outputs = layers.DepthwiseConv1D((3,), strides=(1,), padding=\"valid\", depth_multiplier=1, "
            "use_bias=False, depthwise_initializer=initializers.GlorotUniform(), "
            "name=\"depthwise_conv1d\")(x)");
}

/// The strides of the layers that convolve, and before them the pooling that takes their place.
std::string points_of(const std::string& input, const std::string& layer) {
  const std::string steps = steps_of(input, layer);
  std::string found;
  for (std::size_t at = 0; (at = steps.find("strides=(", at)) != std::string::npos;) {
    const std::size_t end = steps.find(')', at);
    found += steps.substr(at + 9, end - at - 9) + "; ";
    at = end;
  }
  return (steps.find("layers.MaxPooling2D(1, ") != std::string::npos ? "picked " : "") + found;
}

TEST(TensorFlowSpatialLayers, PointsWithStridesArePickedBeforeAConvolutionOfFewChannels) {
  EXPECT_EQ(steps_of("(8, 8, 3)", "Conv2D(6, 1, 2, use_bias=false)"),
            "x = layers.MaxPooling2D(1, strides=(2, 2), name=\"conv2d_points\")(inputs)\n"
            "outputs = layers.Conv2D(6, (1, 1), strides=(1, 1), padding=\"valid\", use_bias=False, "
            "kernel_initializer=initializers.GlorotUniform(), name=\"conv2d\")(x)");
  EXPECT_EQ(points_of("(8, 8, 7)", "Conv2D(6, 1, (2, 1), padding=same)"), "picked 2, 1; 1, 1; ");
  EXPECT_EQ(points_of("(3, 8, 8)", "Conv2D(6, 1, 2, data_format=channels_first)"), "picked 2, 2; 1, 1; ");
  EXPECT_EQ(points_of("(8, 8, 1)", "DepthwiseConv2D(1, 2)"), "picked 2, 2; 1, 1; ");
  for (const auto& [input, layer] :
       {std::pair{"(8, 8, 8)", "Conv2D(6, 1, 2)"}, std::pair{"(8, 8, 3)", "Conv2D(6, 2, 2)"},
        std::pair{"(8, 8, 4)", "Conv2D(6, 1, 2, groups=2)"}, std::pair{"(8, 8, 2)", "DepthwiseConv2D(1, 2)"}}) {
    EXPECT_EQ(points_of(input, layer), "2, 2; ") << layer;
  }
  EXPECT_EQ(points_of("(8, 8, 3)", "Conv2D(6, 1)"), "1, 1; ");
  EXPECT_EQ(points_of("(8, 3)", "Conv1D(6, 1, 2)"), "2,; ");
}

TEST(TensorFlowSpatialLayers, SeparableConvolutionLimitsBothKernels) {
  EXPECT_EQ(steps_of("(8, 8, 4)",
                     "SeparableConv2D(6, 3, use_bias=false, kernel_regularizer=l2(0.1), kernel_constraint=non_neg)"),
            "outputs = layers.SeparableConv2D(6, (3, 3), strides=(1, 1), padding=\"valid\", "
            "depth_multiplier=1, use_bias=False, depthwise_initializer=initializers.GlorotUniform(), "
            "pointwise_initializer=initializers.GlorotUniform(), "
            "depthwise_regularizer=regularizers.L2(l2=0.1), "
            "pointwise_regularizer=regularizers.L2(l2=0.1), depthwise_constraint=constraints.NonNeg(), "
            "pointwise_constraint=constraints.NonNeg(), name=\"separable_conv2d\")(inputs)");
}

TEST(TensorFlowSpatialLayers, SeparableConvolutionWithGroupsIsTwoLayers) {
  EXPECT_EQ(steps_of("(8, 4)", "SeparableConv1D(6, 3, groups=2, trainable=false)"),
            "x = layers.DepthwiseConv1D((3,), strides=(1,), padding=\"valid\", depth_multiplier=1, "
            "use_bias=False, depthwise_initializer=initializers.GlorotUniform(), trainable=False, "
            "name=\"separable_conv1d_depthwise\")(inputs)\n"
            "outputs = layers.Conv1D(6, (1,), strides=(1,), padding=\"valid\", groups=2, "
            "kernel_initializer=initializers.GlorotUniform(), bias_initializer=initializers.Zeros(), "
            "trainable=False, name=\"separable_conv1d\")(x)");
}

TEST(TensorFlowSpatialLayers, TransposedConvolutionPaddedByNumbersIsCropped) {
  EXPECT_EQ(steps_of("(8, 8, 4)",
                     "Conv2DTranspose(6, 3, 2, padding=1, output_padding=1, use_bias=false, "
                     "activity_regularizer=l2(0.1))"),
            "x = layers.Conv2DTranspose(6, (3, 3), strides=(2, 2), padding=\"valid\", output_padding=(1, "
            "1), use_bias=False, kernel_initializer=initializers.GlorotUniform(), "
            "name=\"conv2d_transpose\")(inputs)\n"
            "x = layers.Cropping2D(cropping=(1, 1), name=\"conv2d_transpose_cropping\")(x)\n"
            "outputs = layers.Identity(activity_regularizer=regularizers.L2(l2=0.1), "
            "name=\"conv2d_transpose_penalty\")(x)");
}

TEST(TensorFlowSpatialLayers, ATransposedConvolutionWithADilationTurnsOneDnnOn) {
  const std::string set = "os.environ[\"TF_ENABLE_ONEDNN_OPTS\"] = \"1\"";
  const auto program = [](const std::string& layer) {
    return compile_source("network N { input: (8, 4) layers: " + layer + " loss: mse }").program;
  };
  const std::string dilated = program("ResidualConnection() { Conv1DTranspose(4, 3, padding=same, dilation_rate=2) }");
  ASSERT_NE(dilated.find(set), std::string::npos);
  EXPECT_LT(dilated.find(set), dilated.find("import keras"));
  EXPECT_EQ(program("Conv1DTranspose(4, 3, 2)").find(set), std::string::npos);
}

TEST(TensorFlowSpatialLayers, MaximaOfVolumesTurnOneDnnOn) {
  const std::string set = "os.environ[\"TF_ENABLE_ONEDNN_OPTS\"] = \"1\"  # for gradients of equal maxima of volumes\n";
  const auto program = [](const std::string& input, const std::string& layer) {
    return compile_source("network N { input: " + input + " layers: " + layer + " loss: mse }").program;
  };
  for (const char* layer : {"MaxPooling3D(2)", "AdaptiveMaxPooling3D(2)", "AdaptiveMaxPooling3D(1)"}) {
    EXPECT_NE(program("(4, 4, 4, 2)", layer).find(set), std::string::npos) << layer;
  }
  EXPECT_EQ(program("(4, 4, 4, 2)", "AveragePooling3D(2)").find("ONEDNN"), std::string::npos);
  EXPECT_EQ(program("(4, 4, 2)", "MaxPooling2D(2)").find("ONEDNN"), std::string::npos);
}

TEST(TensorFlowSpatialLayers, AverageOfAWindowLongerThanItsAxisIsPaddedByNumbers) {
  // Two windows of 5, two apart, span 7: three more than the axis has, of which the odd one comes behind.
  EXPECT_EQ(steps_of("(4, 3)", "AveragePooling1D(5, 2, same)"),
            "outputs = average_pool(inputs, (5,), strides=(2,), padding=((0, 0), (1, 2), (0, 0)), "
            "data_format=\"channels_last\")");
  EXPECT_EQ(steps_of("(3, 4, 9)", "AveragePooling2D((5, 3), 4, same, data_format=channels_first)"),
            "outputs = average_pool(inputs, (5, 3), strides=(4, 4), padding=((0, 0), (0, 0), (0, 1), (1, 1)), "
            "data_format=\"channels_first\")");
  for (const char* layer : {"AveragePooling1D(4, 2, same)", "AveragePooling1D(3, 1, same)"}) {
    EXPECT_NE(steps_of("(4, 3)", layer).find("layers.AveragePooling1D"), std::string::npos) << layer;
  }
}

TEST(TensorFlowSpatialLayers, ChannelsFirstIsTurnedForEveryConvolution) {
  EXPECT_EQ(steps_of("(4, 8)", "Conv1DTranspose(6, 3, 2, \"softmax\", data_format=\"channels_first\", use_bias=false)"),
            "x = layers.Permute((2, 1), name=\"conv1d_transpose_to_channels_last\")(inputs)\n"
            "x = layers.Conv1DTranspose(6, (3,), strides=(2,), padding=\"valid\", use_bias=False, "
            "kernel_initializer=initializers.GlorotUniform(), name=\"conv1d_transpose\")(x)\n"
            "x = layers.Permute((2, 1), name=\"conv1d_transpose_to_channels_first\")(x)\n"
            "outputs = layers.Activation(\"softmax\", name=\"conv1d_transpose_activation\")(x)");
}

// When it predicts, TensorFlow computes a padding and the convolution behind it as one, and of a Conv3D loses "same".
TEST(TensorFlowSpatialLayers, SameBehindThePaddingOfAVolumeIsALayer) {
  const auto padded = [](const std::string& shape, const std::string& between, const std::string& convolution) {
    return steps_of(shape, "ZeroPadding3D(1) " + between + " " + convolution);
  };
  const std::string same = "padding=\"same\"";
  const std::string pads = "layers.ZeroPadding3D(padding=((1, 2), (1, 2), (1, 2)), name=\"conv3d_padding\")";
  for (const char* between : {"", "Dropout(0.5)", "SpatialDropout3D(0.5) GaussianNoise(0.1)", "Activation(linear)",
                              "Identity() L1(0.1) L2(0.1)"}) {
    const std::string steps = padded("(6, 6, 6, 1)", between, "Conv3D(2, 4, padding=same)");
    EXPECT_NE(steps.find(pads), std::string::npos) << steps;
    EXPECT_EQ(steps.find(same), std::string::npos) << steps;
  }
  const std::string strided = padded("(6, 7, 6, 1)", "", "Conv3D(2, (3, 2, 1), strides=2, padding=same)");
  EXPECT_NE(strided.find("padding=((0, 1), (0, 1), (0, 0)), name=\"conv3d_padding\""), std::string::npos) << strided;

  for (const char* other : {"Conv3D(2, 1, padding=same)", "Conv3D(2, 3)", "Conv3D(2, 3, padding=2)"}) {
    EXPECT_EQ(padded("(6, 6, 6, 1)", "", other).find(pads), std::string::npos) << other;
  }
  EXPECT_NE(padded("(6, 6, 6, 1)", "ReLU()", "Conv3D(2, 4, padding=same)").find(same), std::string::npos);
  EXPECT_NE(steps_of("(6, 6, 6, 1)", "Conv3D(2, 4, padding=same)").find(same), std::string::npos);
}

TEST(TensorFlowSpatialLayers, PoolingWithPaddingBeforeIt) {
  EXPECT_EQ(steps_of("(8, 4)", "MaxPooling1D(3, 1, padding=causal) AveragePooling1D(3, 1, padding=causal)"),
            "x = ops.pad(inputs, ((0, 0), (2, 0), (0, 0)), constant_values=-np.inf)\n"
            "x = layers.MaxPooling1D((3,), strides=(1,), padding=\"valid\", name=\"max_pooling1d\")(x)\n"
            "outputs = average_pool(x, (3,), strides=(1,), padding=((0, 0), (2, 0), (0, 0)), "
            "data_format=\"channels_last\")");
}

TEST(TensorFlowSpatialLayers, OneValueIsThatOfAWholeWindow) {
  EXPECT_EQ(steps_of("(4, 6, 2)", "AdaptiveMaxPooling2D((1, 3))"),
            "outputs = layers.MaxPooling2D((4, 2), strides=(4, 2), padding=\"valid\", "
            "name=\"adaptive_max_pooling2d\")(inputs)");
  EXPECT_EQ(steps_of("(6, 2)", "AdaptiveAveragePooling1D(1)"),
            "outputs = layers.AveragePooling1D((6,), strides=(6,), padding=\"valid\", "
            "name=\"adaptive_average_pooling1d\")(inputs)");
}

TEST(TensorFlowSpatialLayers, AdaptivePoolingAndGlobalPooling) {
  EXPECT_EQ(steps_of("(6, 6, 2)", "AdaptiveMaxPooling2D((2, 3)) GlobalMaxPooling2D(keepdims=true)"),
            "x = layers.AdaptiveMaxPooling2D((2, 3), name=\"adaptive_max_pooling2d\")(inputs)\n"
            "outputs = layers.GlobalMaxPooling2D(keepdims=True, name=\"global_max_pooling2d\")(x)");
}

TEST(TensorFlowSpatialLayers, LinesAndVolumesAreInterpolatedAsImages) {
  EXPECT_EQ(steps_of("(4, 4, 4, 2)", "UpSampling3D((2, 3, 4), interpolation=bilinear)"),
            "x = layers.Reshape((4, 4, 8), name=\"up_sampling3d_to_image\")(inputs)\n"
            "x = layers.UpSampling2D(size=(2, 3), interpolation=\"bilinear\", name=\"up_sampling3d\")(x)\n"
            "x = layers.Reshape((96, 4, 2), name=\"up_sampling3d_to_rows\")(x)\n"
            "x = layers.UpSampling2D(size=(1, 4), interpolation=\"bilinear\", "
            "name=\"up_sampling3d_last_axis\")(x)\n"
            "outputs = layers.Reshape((8, 12, 16, 2), name=\"up_sampling3d_from_image\")(x)");
}

TEST(TensorFlowSpatialLayers, PaddingAndCroppingBySides) {
  EXPECT_EQ(steps_of("(8, 8, 4)", "ZeroPadding2D(((1, 2), (0, 3))) Cropping2D(((1, 2), (0, 3)))"),
            "x = layers.ZeroPadding2D(padding=((1, 2), (0, 3)), name=\"zero_padding2d\")(inputs)\n"
            "outputs = layers.Cropping2D(cropping=((1, 2), (0, 3)), name=\"cropping2d\")(x)");
}

TEST(TensorFlowSpatialLayers, NormalisationsAlongSeveralAxes) {
  EXPECT_EQ(steps_of("(8, 8, 4)", "LayerNormalization(axis=(3, 1)) UnitNormalization((1, 2))"),
            "x = layers.LayerNormalization(axis=(1, 3), epsilon=0.001, "
            "gamma_initializer=initializers.Ones(), beta_initializer=initializers.Zeros(), "
            "name=\"layer_normalization\")(inputs)\n"
            "outputs = layers.UnitNormalization(axis=(1, 2), name=\"unit_normalization\")(x)");
}

TEST(TensorFlowSpatialLayers, InstanceNormalisationHasAGroupForEachChannel) {
  EXPECT_EQ(steps_of("(8, 8, 4)", "InstanceNormalization(scale=false) GroupNormalization(2, center=false)"),
            "x = layers.GroupNormalization(groups=4, axis=-1, epsilon=0.001, scale=False, "
            "beta_initializer=initializers.Zeros(), name=\"instance_normalization\")(inputs)\n"
            "outputs = layers.GroupNormalization(groups=2, axis=-1, epsilon=0.001, center=False, "
            "gamma_initializer=initializers.Ones(), name=\"group_normalization\")(x)");
}

TEST(TensorFlowSpatialLayers, ScaleOfInnerAxesIsTurnedToTheEnd) {
  EXPECT_EQ(steps_of("(8, 8, 4)", "RMSNormalization(axis=1) RMSNormalization()"),
            "x = layers.Permute((2, 3, 1), name=\"rms_normalization_turn\")(inputs)\n"
            "x = layers.RMSNormalization(axis=3, epsilon=1e-06, name=\"rms_normalization\")(x)\n"
            "x = layers.Permute((3, 1, 2), name=\"rms_normalization_turn_back\")(x)\n"
            "outputs = layers.RMSNormalization(axis=-1, epsilon=1e-06, name=\"rms_normalization_1\")(x)");
}

}  // namespace
}  // namespace neural::emit::tensorflow
