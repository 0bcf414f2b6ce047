#include <array>

#include "neural/model/catalogue/layer_parameters.hpp"
#include "neural/model/catalogue/layer_tables.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

/// What the layers of one number of spatial axes have in common.
struct Spatial {
  std::string_view axes;
  std::string_view to_filters, to_multiples, to_same_channels, to_sizes, to_channels;  ///< LayerRow::shapes
};

constexpr Spatial kLine = {"length channels",
                           "(length, channels) → (length′, filters)",
                           "(length, channels) → (length′, channels · depth_multiplier)",
                           "(length, channels) → (length′, channels)",
                           "(length, channels) → (output_size, channels)",
                           "(length, channels) → (channels)"};
constexpr Spatial kImage = {"height width channels",
                            "(height, width, channels) → (height′, width′, filters)",
                            "(height, width, channels) → (height′, width′, channels · depth_multiplier)",
                            "(height, width, channels) → (height′, width′, channels)",
                            "(height, width, channels) → (output_size, channels)",
                            "(height, width, channels) → (channels)"};
constexpr Spatial kVolume = {
    "depth height width channels",
    "(depth, height, width, channels) → (depth′, height′, width′, filters)",
    "(depth, height, width, channels) → (depth′, height′, width′, channels · depth_multiplier)",
    "(depth, height, width, channels) → (depth′, height′, width′, channels)",
    "(depth, height, width, channels) → (output_size, channels)",
    "(depth, height, width, channels) → (channels)"};

constexpr LayerRow convolution(std::string_view name, LayerKind kind, const Spatial& spatial) {
  return {.name = name,
          .kind = kind,
          .summary = "slides filters over the spatial axes: activation(window · kernel + bias)",
          .shapes = spatial.to_filters,
          .parameters = parameters::kConvolution,
          .input_axes = spatial.axes,
          .shape_rule = convolution_shape,
          .complete = complete_convolution};
}

constexpr LayerRow transposed(std::string_view name, LayerKind kind, const Spatial& spatial) {
  return {.name = name,
          .kind = kind,
          .summary = "the way back of a convolution: each element is spread over a window of the result",
          .shapes = spatial.to_filters,
          .parameters = parameters::kTransposed,
          .input_axes = spatial.axes,
          .shape_rule = transposed_shape,
          .complete = complete_transposed};
}

constexpr LayerRow depthwise(std::string_view name, LayerKind kind, const Spatial& spatial) {
  return {.name = name,
          .kind = kind,
          .summary = "a convolution of each channel for itself",
          .shapes = spatial.to_multiples,
          .parameters = parameters::kDepthwise,
          .input_axes = spatial.axes,
          .shape_rule = depthwise_shape,
          .complete = complete_depthwise};
}

constexpr LayerRow separable(std::string_view name, LayerKind kind, const Spatial& spatial) {
  return {.name = name,
          .kind = kind,
          .summary = "a depthwise convolution, then one of window 1 across the channels",
          .shapes = spatial.to_filters,
          .parameters = parameters::kSeparable,
          .input_axes = spatial.axes,
          .shape_rule = separable_shape,
          .complete = complete_separable};
}

constexpr LayerRow sized(std::string_view name, LayerKind kind, std::string_view summary,
                         std::span<const ParameterSpec> parameters, const Spatial& spatial, ShapeRule rule) {
  return {.name = name,
          .kind = kind,
          .summary = summary,
          .shapes = spatial.to_same_channels,
          .parameters = parameters,
          .input_axes = spatial.axes,
          .shape_rule = rule};
}

constexpr LayerRow up_sampling(std::string_view name, LayerKind kind, const Spatial& spatial) {
  return sized(name, kind, "makes the spatial axes `size` times as long", parameters::kUpSampling, spatial,
               up_sampling_shape);
}

constexpr LayerRow zero_padding(std::string_view name, LayerKind kind, const Spatial& spatial) {
  return sized(name, kind, "puts zeros around the spatial axes", parameters::kZeroPadding, spatial, zero_padding_shape);
}

constexpr LayerRow cropping(std::string_view name, LayerKind kind, std::span<const ParameterSpec> parameters,
                            const Spatial& spatial) {
  return sized(name, kind, "cuts off the ends of the spatial axes", parameters, spatial, cropping_shape);
}

constexpr LayerRow pooling(std::string_view name, std::string_view alias, LayerKind kind, std::string_view summary,
                           const Spatial& spatial) {
  LayerRow row = sized(name, kind, summary, parameters::kPooling, spatial, pooling_shape);
  row.aliases = alias;
  row.complete = complete_pooling;
  return row;
}

constexpr std::string_view kMaximum = "the largest element of each window, by channel";
constexpr std::string_view kMean = "the mean of each window, by channel; padding does not count";

constexpr LayerRow global_pooling(std::string_view name, std::string_view alias, LayerKind kind,
                                  std::string_view summary, const Spatial& spatial) {
  return {.name = name,
          .aliases = alias,
          .kind = kind,
          .summary = summary,
          .shapes = spatial.to_channels,
          .parameters = parameters::kGlobalPooling,
          .input_axes = spatial.axes,
          .shape_rule = global_pooling_shape,
          .partial_shape = global_pooling_partial_shape};
}

constexpr std::string_view kGlobalMaximum = "the largest element of each channel";
constexpr std::string_view kGlobalMean = "the mean of each channel";

constexpr LayerRow adaptive(std::string_view name, LayerKind kind, std::string_view summary, const Spatial& spatial) {
  LayerRow row = sized(name, kind, summary, parameters::kAdaptivePooling, spatial, adaptive_pooling_shape);
  row.shapes = spatial.to_sizes;
  return row;
}

constexpr std::string_view kAdaptiveMaximum = "the largest elements of windows as large as the result needs";
constexpr std::string_view kAdaptiveMean = "the means of windows as large as the result needs";

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

    up_sampling("UpSampling1D", LayerKind::UpSampling1D, kLine),
    up_sampling("UpSampling2D", LayerKind::UpSampling2D, kImage),
    up_sampling("UpSampling3D", LayerKind::UpSampling3D, kVolume),
    zero_padding("ZeroPadding1D", LayerKind::ZeroPadding1D, kLine),
    zero_padding("ZeroPadding2D", LayerKind::ZeroPadding2D, kImage),
    zero_padding("ZeroPadding3D", LayerKind::ZeroPadding3D, kVolume),
    cropping("Cropping1D", LayerKind::Cropping1D, parameters::kCropping, kLine),
    cropping("Cropping2D", LayerKind::Cropping2D, parameters::kCropping2D, kImage),
    cropping("Cropping3D", LayerKind::Cropping3D, parameters::kCropping, kVolume),

    pooling("MaxPooling1D", "MaxPool1D", LayerKind::MaxPooling1D, kMaximum, kLine),
    pooling("MaxPooling2D", "MaxPool2D", LayerKind::MaxPooling2D, kMaximum, kImage),
    pooling("MaxPooling3D", "MaxPool3D", LayerKind::MaxPooling3D, kMaximum, kVolume),
    pooling("AveragePooling1D", "AvgPool1D", LayerKind::AveragePooling1D, kMean, kLine),
    pooling("AveragePooling2D", "AvgPool2D", LayerKind::AveragePooling2D, kMean, kImage),
    pooling("AveragePooling3D", "AvgPool3D", LayerKind::AveragePooling3D, kMean, kVolume),
    global_pooling("GlobalAveragePooling1D", "GlobalAvgPool1D", LayerKind::GlobalAveragePooling1D, kGlobalMean, kLine),
    global_pooling("GlobalAveragePooling2D", "GlobalAvgPool2D", LayerKind::GlobalAveragePooling2D, kGlobalMean, kImage),
    global_pooling("GlobalAveragePooling3D", "", LayerKind::GlobalAveragePooling3D, kGlobalMean, kVolume),
    global_pooling("GlobalMaxPooling1D", "GlobalMaxPool1D", LayerKind::GlobalMaxPooling1D, kGlobalMaximum, kLine),
    global_pooling("GlobalMaxPooling2D", "GlobalMaxPool2D", LayerKind::GlobalMaxPooling2D, kGlobalMaximum, kImage),
    global_pooling("GlobalMaxPooling3D", "", LayerKind::GlobalMaxPooling3D, kGlobalMaximum, kVolume),
    adaptive("AdaptiveAveragePooling1D", LayerKind::AdaptiveAveragePooling1D, kAdaptiveMean, kLine),
    adaptive("AdaptiveAveragePooling2D", LayerKind::AdaptiveAveragePooling2D, kAdaptiveMean, kImage),
    adaptive("AdaptiveAveragePooling3D", LayerKind::AdaptiveAveragePooling3D, kAdaptiveMean, kVolume),
    adaptive("AdaptiveMaxPooling1D", LayerKind::AdaptiveMaxPooling1D, kAdaptiveMaximum, kLine),
    adaptive("AdaptiveMaxPooling2D", LayerKind::AdaptiveMaxPooling2D, kAdaptiveMaximum, kImage),
    adaptive("AdaptiveMaxPooling3D", LayerKind::AdaptiveMaxPooling3D, kAdaptiveMaximum, kVolume),
};

}  // namespace

std::span<const LayerRow> spatial_layers() {
  return kLayers;
}

}  // namespace neural::model
