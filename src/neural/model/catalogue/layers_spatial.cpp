#include <array>

#include "neural/model/catalogue/layer_parameters.hpp"
#include "neural/model/catalogue/layer_tables.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

constexpr std::string_view kLine = "length channels";
constexpr std::string_view kImage = "height width channels";
constexpr std::string_view kVolume = "depth height width channels";

constexpr LayerRow convolution(std::string_view name, LayerKind kind, std::string_view axes) {
  return {.name = name,
          .kind = kind,
          .parameters = parameters::kConvolution,
          .input_axes = axes,
          .shape_rule = convolution_shape,
          .complete = complete_convolution};
}

constexpr LayerRow transposed(std::string_view name, LayerKind kind, std::string_view axes) {
  return {.name = name,
          .kind = kind,
          .parameters = parameters::kTransposed,
          .input_axes = axes,
          .shape_rule = transposed_shape,
          .complete = complete_transposed};
}

constexpr LayerRow depthwise(std::string_view name, LayerKind kind, std::string_view axes) {
  return {.name = name,
          .kind = kind,
          .parameters = parameters::kDepthwise,
          .input_axes = axes,
          .shape_rule = depthwise_shape,
          .complete = complete_depthwise};
}

constexpr LayerRow separable(std::string_view name, LayerKind kind, std::string_view axes) {
  return {.name = name,
          .kind = kind,
          .parameters = parameters::kSeparable,
          .input_axes = axes,
          .shape_rule = separable_shape,
          .complete = complete_separable};
}

constexpr LayerRow pooling(std::string_view name, std::string_view alias, LayerKind kind, std::string_view axes) {
  return {.name = name,
          .aliases = alias,
          .kind = kind,
          .parameters = parameters::kPooling,
          .input_axes = axes,
          .shape_rule = pooling_shape,
          .complete = complete_pooling};
}

constexpr LayerRow global_pooling(std::string_view name, std::string_view alias, LayerKind kind,
                                  std::string_view axes) {
  return {.name = name,
          .aliases = alias,
          .kind = kind,
          .parameters = parameters::kGlobalPooling,
          .input_axes = axes,
          .shape_rule = global_pooling_shape,
          .partial_shape = global_pooling_partial_shape};
}

constexpr LayerRow sized(std::string_view name, LayerKind kind, std::span<const ParameterSpec> parameters,
                         std::string_view axes, ShapeRule rule) {
  return {.name = name, .kind = kind, .parameters = parameters, .input_axes = axes, .shape_rule = rule};
}

constexpr LayerRow adaptive(std::string_view name, LayerKind kind, std::string_view axes) {
  return sized(name, kind, parameters::kAdaptivePooling, axes, adaptive_pooling_shape);
}

constexpr std::array kLayers = {
    convolution("Conv1D", LayerKind::Conv1D, kLine),
    convolution("Conv2D", LayerKind::Conv2D, kImage),
    convolution("Conv3D", LayerKind::Conv3D, kVolume),
    transposed("Conv1DTranspose", LayerKind::Conv1DTranspose, kLine),
    transposed("Conv2DTranspose", LayerKind::Conv2DTranspose, kImage),
    transposed("Conv3DTranspose", LayerKind::Conv3DTranspose, kVolume),
    depthwise("DepthwiseConv1D", LayerKind::DepthwiseConv1D, kLine),
    depthwise("DepthwiseConv2D", LayerKind::DepthwiseConv2D, kImage),
    separable("SeparableConv1D", LayerKind::SeparableConv1D, kLine),
    separable("SeparableConv2D", LayerKind::SeparableConv2D, kImage),

    sized("UpSampling1D", LayerKind::UpSampling1D, parameters::kUpSampling, kLine, up_sampling_shape),
    sized("UpSampling2D", LayerKind::UpSampling2D, parameters::kUpSampling, kImage, up_sampling_shape),
    sized("UpSampling3D", LayerKind::UpSampling3D, parameters::kUpSampling, kVolume, up_sampling_shape),
    sized("ZeroPadding1D", LayerKind::ZeroPadding1D, parameters::kZeroPadding, kLine, zero_padding_shape),
    sized("ZeroPadding2D", LayerKind::ZeroPadding2D, parameters::kZeroPadding, kImage, zero_padding_shape),
    sized("ZeroPadding3D", LayerKind::ZeroPadding3D, parameters::kZeroPadding, kVolume, zero_padding_shape),
    sized("Cropping1D", LayerKind::Cropping1D, parameters::kCropping, kLine, cropping_shape),
    sized("Cropping2D", LayerKind::Cropping2D, parameters::kCropping2D, kImage, cropping_shape),
    sized("Cropping3D", LayerKind::Cropping3D, parameters::kCropping, kVolume, cropping_shape),

    pooling("MaxPooling1D", "MaxPool1D", LayerKind::MaxPooling1D, kLine),
    pooling("MaxPooling2D", "MaxPool2D", LayerKind::MaxPooling2D, kImage),
    pooling("MaxPooling3D", "MaxPool3D", LayerKind::MaxPooling3D, kVolume),
    pooling("AveragePooling1D", "AvgPool1D", LayerKind::AveragePooling1D, kLine),
    pooling("AveragePooling2D", "AvgPool2D", LayerKind::AveragePooling2D, kImage),
    pooling("AveragePooling3D", "AvgPool3D", LayerKind::AveragePooling3D, kVolume),
    global_pooling("GlobalAveragePooling1D", "GlobalAvgPool1D", LayerKind::GlobalAveragePooling1D, kLine),
    global_pooling("GlobalAveragePooling2D", "GlobalAvgPool2D", LayerKind::GlobalAveragePooling2D, kImage),
    global_pooling("GlobalAveragePooling3D", "", LayerKind::GlobalAveragePooling3D, kVolume),
    global_pooling("GlobalMaxPooling1D", "GlobalMaxPool1D", LayerKind::GlobalMaxPooling1D, kLine),
    global_pooling("GlobalMaxPooling2D", "GlobalMaxPool2D", LayerKind::GlobalMaxPooling2D, kImage),
    global_pooling("GlobalMaxPooling3D", "", LayerKind::GlobalMaxPooling3D, kVolume),
    adaptive("AdaptiveAveragePooling1D", LayerKind::AdaptiveAveragePooling1D, kLine),
    adaptive("AdaptiveAveragePooling2D", LayerKind::AdaptiveAveragePooling2D, kImage),
    adaptive("AdaptiveAveragePooling3D", LayerKind::AdaptiveAveragePooling3D, kVolume),
    adaptive("AdaptiveMaxPooling1D", LayerKind::AdaptiveMaxPooling1D, kLine),
    adaptive("AdaptiveMaxPooling2D", LayerKind::AdaptiveMaxPooling2D, kImage),
    adaptive("AdaptiveMaxPooling3D", LayerKind::AdaptiveMaxPooling3D, kVolume),
};

}  // namespace

std::span<const LayerRow> spatial_layers() {
  return kLayers;
}

}  // namespace neural::model
